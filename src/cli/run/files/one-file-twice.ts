import { resolve } from 'node:path';
import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Needs } from '../../../core/requests/claim.js';
import { isOfSafe, type SecretRequest, type Source } from '../../../core/requests/request.js';
import { stagingPathOf } from '../../../platform/disk/atomic-write.js';
import { resolvePath } from '../../../platform/disk/places.js';
import { type FilePlace, isSameFile } from '../../../platform/disk/same-file.js';
import { descriptorOf } from '../../../platform/disk/write-through.js';
import type { Settings } from '../../options/settings.js';
import type { ProcessContext } from '../../process.js';
import { placesOf } from '../connect.js';

/** A file that a command reads or writes, by what names it. */
export interface NamedFile {
  /** The option, variable or request, as the user knows it. */
  readonly what: string;
  /** `-` is standard output of what is written, and standard input of what is read. */
  readonly path: string;
}

export interface FilesOfCommand {
  readonly world: ProcessContext;
  readonly settings: Settings;
  readonly requests: readonly SecretRequest[];
  readonly needs: Needs;
  /** What the command writes beside its state. */
  readonly output?: OutputFile | undefined;
}

export interface OutputFile extends NamedFile {
  /** Whether a regular file keeps what it holds. */
  readonly isAppended: boolean;
}

/**
 * Why files cannot be used: one that is written is also another that is written or read. The state that was overwritten
 * would strand custody, and the client secret that was overwritten could not release it. It is no problem if nothing is lost:
 * a state that will hold nothing is gone before the output comes, and text behind a certificate leaves it one.
 */
export function filesUsedTwice({ world, settings, requests, needs, output }: FilesOfCommand): SeguraError[] {
  const state = settings.option('state');
  const written: NamedFile[] = [
    ...(output === undefined ? [] : [output]),
    ...(state === '' ? [] : [{ what: '--state', path: resolve(world.directory, state) }]),
  ];
  const targets = targetsOf(requests, world);
  const read = filesRead(settings, world);
  const { credentials, writesFiles, changesFiles } = needs;
  const holdsNothing = credentials.size === 0 && !writesFiles && !changesFiles;
  return written.flatMap((one, index) => {
    const isInto = isDescriptor(one.path);
    const isKept = one === output && (output.isAppended || isInto);
    const others = one === output && holdsNothing && !isInto ? [] : written.slice(index + 1);
    const placesOfOne = writtenPlaces(one.path);
    return [
      ...[...others, ...targets].filter(({ path }) => meet(placesOfOne, writtenPlaces(path))),
      ...read.filter(
        ({ path, isCertificate }) => !(isKept && isCertificate) && meet(placesOfOne, readPlaces(path)),
      ),
    ].map((other) => usedTwice(one, other));
  });
}

function isDescriptor(path: string): boolean {
  return path === '-' || descriptorOf(path) !== undefined;
}

function meet(ones: readonly FilePlace[], others: readonly FilePlace[]): boolean {
  return ones.some((one) => others.some((other) => isSameFile(one, other)));
}

/** The file, and the one beside it that becomes it: an older one of that name would be removed. */
function writtenPlaces(path: string): FilePlace[] {
  const descriptor = path === '-' ? 1 : descriptorOf(path);
  return descriptor === undefined ? [path, stagingPathOf(path)] : [descriptor];
}

function readPlaces(path: string): FilePlace[] {
  return [path === '-' ? 0 : (descriptorOf(path) ?? path)];
}

function targetsOf(requests: readonly SecretRequest[], world: ProcessContext): NamedFile[] {
  return requests.flatMap(({ destinations, source }) =>
    destinations.flatMap((destination) => {
      if (destination.kind === 'inject') {
        // The only file that is made is the output.
        if (destination.path === '') return [];
        const path = pathIn(world, destination.path);
        return [{ what: `${printable(destination.path)} of --inject`, path }];
      }
      if (destination.kind !== 'file') return [];
      const input = inputOf(source);
      const path = pathIn(world, destination.path);
      return [{ what: `file:${printable(destination.path)} of --${input}`, path }];
    }),
  );
}

function inputOf(source: Source): string {
  if (source.kind !== 'dsm') return 'credentials';
  if (source.isDynamic === true) return 'dynamic';
  return isOfSafe({ source }) ? 'mysafe' : 'secrets';
}

/** Every file that settings name. */
function filesRead(
  settings: Settings,
  world: ProcessContext,
): (NamedFile & { readonly isCertificate: boolean })[] {
  const mapping = 'SENHASEGURA_MAPPING_FILE';
  const certificates = settings.inputs()['ca-certificate'];
  const extra = world.environment['NODE_EXTRA_CA_CERTS'] ?? '';
  return [
    ...settings.filesRead().map((file) => ({ ...file, isCertificate: false })),
    { what: mapping, path: settings.variable(mapping), isCertificate: false },
    // They may also be set as text, which is not a path.
    ...[
      {
        what: settings.nameOf('ca-certificate'),
        path: certificates === '' ? '' : pathIn(world, certificates),
      },
      { what: 'NODE_EXTRA_CA_CERTS', path: extra === '' ? '' : pathIn(world, extra) },
    ].map((file) => ({ ...file, isCertificate: true })),
  ].flatMap(({ path, ...file }) =>
    path === '' ? [] : [{ ...file, path: path === '-' ? path : resolve(world.directory, path) }],
  );
}

/** A path of an input. If it cannot be resolved, the code that uses it reports why. */
function pathIn(world: ProcessContext, path: string): string {
  try {
    return resolvePath(path, placesOf(world));
  } catch {
    return path;
  }
}

function usedTwice(one: NamedFile, other: NamedFile): SeguraError {
  const at = one.path === '-' ? printable(other.path) : printable(one.path);
  return new SeguraError(
    'FILE_REFUSED',
    `${one.what} and ${other.what} are the same file: ${at}.`,
    `Use a different file for ${one.what}.`,
  );
}
