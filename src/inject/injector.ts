import { problemsOf, SeguraError, throwIfAny } from '../core/errors.js';
import type { RawInputs } from '../core/input-names.js';
import type { Injector } from '../core/job/inject/injection.js';
import type { FileChange, FileStore, OpenedFile, PlacedValue } from '../core/ports.js';
import { printable } from '../core/printable.js';
import { say, type Text } from '../core/text.js';
import { type Edit, MAX_BYTES } from './edit.js';
import { type InjectOptions, inject } from './inject.js';
import { type InjectLine, readLines } from './input/lines.js';
import { readFormats, readNamespaces, unusedFormat } from './input/settings.js';
import type { Kind } from './place.js';

/** What looks at files needs of the job. */
export interface InjectorParts {
  readonly files: Pick<FileStore, 'open'>;
  /** Those of some paths that git tracks. */
  readonly trackedByGit: (paths: readonly string[]) => Promise<readonly string[]>;
}

export type InjectInputs = Pick<RawInputs, 'inject' | 'inject-format' | 'inject-namespaces'>;

/** What stands for a value until it is fetched, in each kind that a place may ask for. */
const SAMPLES: Readonly<Record<Kind, string>> = { text: 'x', number: '0', bool: 'true', json: '0' };

/** One value for a file, by the name of its destination. */
interface Wish extends Omit<Edit, 'value'> {
  readonly name: string;
}

/** A file with the values that it is to get. */
interface Target {
  readonly file: OpenedFile;
  readonly wishes: readonly Wish[];
}

/**
 * Reads the inputs for files of the job, opens each file, and puts samples at all places to see that it can be done. No byte
 * is written. What is wrong is in the result: INPUT_INVALID, REQUEST_INVALID, NAME_COLLISION, FILE_REFUSED, DOCUMENT_REFUSED,
 * PLACE_NOT_FOUND, PLACE_REFUSED.
 */
export async function openInjector(
  raw: InjectInputs,
  { files, trackedByGit }: InjectorParts,
): Promise<Injector> {
  const problems: SeguraError[] = [];
  const formats = readFormats(raw['inject-format'], problems);
  const namespaces = readNamespaces(raw['inject-namespaces'], problems);
  const lines = readLines(raw.inject, formats, problems);
  const wishes = lines.flatMap(wishesOf);
  const paths = [...new Set(wishes.map(({ place }) => place.path))];
  // Of a line that could not be read, the file is not known.
  if (problems.length === 0)
    for (const path of formats.keys()) if (!paths.includes(path)) problems.push(unusedFormat(path, paths));
  const targets: Target[] = [];
  for (const path of paths) {
    try {
      const file = await files.open(path, MAX_BYTES);
      const same = targets.find(({ file: { path: other } }) => other === file.path);
      if (same !== undefined) throw oneFile(same.file, file);
      const target = { file, wishes: wishes.filter(({ place }) => place.path === path) };
      targets.push(target);
      await changeOf(target, ({ place }) => SAMPLES[place.kind], { namespaces });
    } catch (error) {
      // A place that two lines name is known from the lines.
      const isKnown = ({ message }: SeguraError): boolean =>
        problems.some((other) => other.message === message);
      problems.push(...problemsOf(error).filter((each) => !isKnown(each)));
    }
  }
  const tracked = problems.length > 0 ? [] : await trackedByGit(targets.map(({ file }) => file.path));
  return {
    requests: lines.map(({ request }) => request),
    problems,
    warnings: targets
      .filter(({ file }) => tracked.includes(file.path))
      .map(({ file }) => trackedWarning(file)),
    paths,
    make: async ({ placed }) => ({
      changes: await makeAll(targets, placed, { namespaces }),
      ...{ derived: new Map(), written: new Map() },
    }),
  };
}

function wishesOf({ request: { where }, source, places }: InjectLine): Wish[] {
  return places.map(({ name, place }) => ({ name, place, source, where }));
}

async function makeAll(
  targets: readonly Target[],
  values: readonly PlacedValue[],
  options: InjectOptions,
): Promise<readonly FileChange[]> {
  const given = new Map(values.map(({ name, value }) => [name, value]));
  const problems: SeguraError[] = [];
  const changes: FileChange[] = [];
  for (const target of targets) {
    try {
      const change = await changeOf(target, ({ name }) => given.get(name) ?? '', options);
      if (!change.bytes.equals(target.file.bytes)) changes.push(change);
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  throwIfAny(problems);
  return changes;
}

async function changeOf(
  { file, wishes }: Target,
  textFor: (wish: Wish) => string,
  options: InjectOptions,
): Promise<FileChange> {
  const written: PlacedValue[] = [];
  const edits = wishes.map((wish) => ({
    ...wish,
    value: textFor(wish),
    onWritten: (value: string) => void written.push({ name: wish.name, value }),
  }));
  return { file, bytes: await inject(file.bytes, edits, options), written };
}

function oneFile(one: OpenedFile, other: OpenedFile): SeguraError {
  return new SeguraError(
    'NAME_COLLISION',
    `${printable(one.shown)} and ${printable(other.shown)} are one file.`,
    `Write ${printable(one.shown)} in each line.`,
  );
}

function trackedWarning({ shown }: OpenedFile): Text {
  return say`git tracks ${printable(shown)}: let no later step commit it or upload it while it holds values.`;
}
