import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { codeOf, SeguraError } from '../../core/errors.js';
import type {
  FileChange,
  FileEntry,
  FileStore,
  InjectedFile,
  NamedFile,
  NewFile,
  OpenedFile,
  Restored,
} from '../../core/ports.js';
import { printable } from '../../core/printable.js';
import { say, word } from '../../core/text.js';
import { entryOfName } from './named-file.js';
import { isInside, type Places, refuseLinkOut, resolvePath } from './places.js';
import { readRegularBytes } from './regular-file.js';
import { createFile, createFolder, pathProblem, removeEntry } from './secret-file.js';
import { restrictToOwner } from './windows-acl.js';

/** The secret files of one job, on the disk of the machine it runs on. */
export class JobFiles implements FileStore {
  readonly #places: Places;
  readonly #system: NodeJS.Platform;
  readonly #warn: (message: string) => void;

  constructor(places: Places, system: NodeJS.Platform, warn: (message: string) => void) {
    this.#places = places;
    this.#system = system;
    this.#warn = warn;
  }

  check(paths: readonly string[], made: readonly string[] = []): SeguraError[] {
    const resolved = new Map<string, string>();
    const named = [
      ...paths.map((path) => ({ path, shown: `file:${printable(path)}` })),
      ...made.map((path) => ({ path, shown: printable(path) })),
    ];
    return named.flatMap(({ path, shown }) => {
      const place = resolvePath(path, this.#places);
      const real = withoutLinks(place);
      const earlier = resolved.get(real) ?? shown;
      resolved.set(real, shown);
      return earlier === shown ? (pathProblem(place) ?? []) : [sameFile(earlier, shown)];
    });
  }

  async create(path: string, staysInside = false): Promise<NewFile> {
    const place = resolvePath(path, this.#places);
    const file = createFile(place);
    if (staysInside) {
      const { refuseOutside } = await import(/* webpackMode: "eager" */ './inject/stay-inside.js');
      refuseOutside(path, place, file, this.#places);
    }
    if (!(await restrictToOwner(file.entry.path, this.#system))) {
      this.#warn(
        `The permissions of ${printable(file.entry.path)} could not be restricted: it keeps those of its folder.`,
      );
    }
    return file;
  }

  createFolder(isShort = false): FileEntry {
    return createFolder(isShort ? { ...this.#places, temp: tmpdir() } : this.#places);
  }

  remove(entry: FileEntry): 'removed' | 'gone' | 'other' {
    return removeEntry(entry);
  }

  keep(kind: 'ca' | 'key'): NamedFile {
    const { path, ...named } = entryOfName(this.#places.temp, kind);
    const refusal = pathProblem(path);
    if (refusal !== undefined) throw refusal;
    const entry = { ...named, path: withoutLinks(path) };
    return { entry, create: () => createFile(entry.path) };
  }

  isInWorkspace(entry: FileEntry): boolean {
    return isInside(entry.path, this.#places.workspace);
  }

  read(path: string, maxBytes: number): Buffer {
    const named = resolvePath(path, this.#places);
    try {
      refuseLinkOut(path, named, realpathSync(named), this.#places.workspace);
      return readRegularBytes(named, maxBytes);
    } catch (error) {
      throw error instanceof SeguraError ? error : unreadable(path, error);
    }
  }

  async open(path: string, maxBytes: number): Promise<OpenedFile> {
    const { openForChange } = await import(/* webpackMode: "eager" */ './inject/open.js');
    return openForChange(path, this.#places, maxBytes);
  }

  async replaceAll(changes: readonly FileChange[]): Promise<void> {
    const { replaceAll } = await import(/* webpackMode: "eager" */ './inject/replace.js');
    replaceAll(changes);
  }

  async restore(file: InjectedFile): Promise<Restored> {
    const { restoreFile } = await import(/* webpackMode: "eager" */ './inject/restore.js');
    return restoreFile(file);
  }
}

function unreadable(path: string, error: unknown): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The file ${printable(path)} cannot be read (${codeOf(error)}).`,
    say`Name a file that is there and can be read. A relative path begins in ${word('the workspace')}.`,
    { cause: error },
  );
}

/** The file that a path would make: its folder may be reached by several ways. */
function withoutLinks(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

function sameFile(earlier: string, later: string): SeguraError {
  return new SeguraError(
    'NAME_COLLISION',
    `${earlier} and ${later} are the same file.`,
    'Use a different file for each.',
  );
}
