import type { Binding } from '../bindings/bind.js';
import type { Ledger } from '../custody/ledger.js';
import { throwIfAny } from '../errors.js';
import type { FileEntry, NewFile, Platform, SummaryRow, Write } from '../ports.js';
import { printable } from '../printable.js';
import { nameKey } from '../requests/free-names.js';
import { ACTION_WORDS, placeText, say, type Text, word } from '../text.js';
import type { MadeFiles } from './inject/injection.js';
import { checkStateSize } from './state/state-size.js';

/**
 * Writes every binding: files first, since only they can still fail, then outputs and variables. `changes`: files of the job
 * that get other bytes, or are made. Gives those that were made, as post would remove them.
 *
 * `more`: what is written to names besides. The caller masks before this, and undoes what was written so far
 * after an error. Each file is in the ledger before it
 * holds a byte, and that ledger has left this process. Errors: VALUE_TOO_LARGE, VALUE_BROKEN, FILE_REFUSED.
 */
export async function publish(
  bindings: readonly Binding[],
  platform: Platform,
  ledger: Ledger,
  changes: MadeFiles['changes'] = [],
  more: readonly Write[] = [],
): Promise<readonly FileEntry[]> {
  throwIfAny(platform.checkWrites([...bindings.flatMap((binding) => writeOf(binding, '') ?? []), ...more]));
  const filed = new Map<string, Binding>();
  for (const binding of bindings.filter(holdsFile))
    if (!filed.has(fileKey(binding))) filed.set(fileKey(binding), binding);
  checkStateSize(
    ledger,
    ledger.custody.map(({ credential }) => credential),
    { written: [...filed.values()].map(({ target }) => target.name), changed: changes.map(pathOf) },
    platform,
  );
  const paths = new Map<string, string>();
  let folder: FileEntry | undefined;
  // One after the other: when one fails, no other is in progress that would be left behind.
  for (const [key, binding] of filed) {
    if (binding.target.kind === 'name') folder ??= createFolder(platform, ledger);
    const file = await createFile(binding, folder, platform, ledger);
    file.write(binding.found.value.reveal());
    paths.set(key, file.entry.path);
  }
  const created = changes.length > 0 ? await put(changes, platform, ledger) : [];
  await platform.commit([
    ...bindings.flatMap((binding) => writeOf(binding, paths.get(fileKey(binding)) ?? '') ?? []),
    ...more,
  ]);
  return created;
}

async function put(
  changes: MadeFiles['changes'],
  platform: Platform,
  ledger: Ledger,
): Promise<readonly FileEntry[]> {
  const { putInto } = await import(/* webpackMode: "eager" */ './inject/put.js');
  return putInto(changes, platform, ledger);
}

/** The bindings as the platform can hold them: the path of a file where it cannot hold the value. */
export function asHeld(bindings: readonly Binding[], platform: Pick<Platform, 'needsFile'>): Binding[] {
  return bindings.map((binding) => {
    const { target, found } = binding;
    const holdsValue = target.kind === 'name' && target.content === 'value';
    if (!holdsValue || platform.needsFile?.(found.value.reveal()) !== true) return binding;
    return { ...binding, target: { ...target, content: 'path' }, needsFile: true };
  });
}

/** Two requests may use the same name, in any case of letters: the value needs only one file. */
function fileKey({ target }: Binding): string {
  return target.kind === 'file' ? `file:${target.name}` : nameKey(target.name);
}

function holdsFile({ target }: Binding): boolean {
  return target.kind === 'file' || target.content === 'path';
}

function createFolder(platform: Platform, ledger: Ledger): FileEntry {
  const folder = platform.files.createFolder();
  ledger.addFile(folder);
  return folder;
}

async function createFile(
  { target }: Binding,
  folder: FileEntry | undefined,
  platform: Platform,
  ledger: Ledger,
): Promise<NewFile> {
  const path = target.kind === 'file' ? target.name : `${folder?.path}/${target.name}`;
  const file = await platform.files.create(path);
  ledger.addFile(file.entry);
  await platform.flush();
  if (platform.files.isInWorkspace(file.entry)) {
    platform.warning(
      say`The file ${printable(path)} is inside ${word('the workspace')}: keep it out of commits, caches and artifacts, or ${target.kind === 'file' ? 'use path:NAME' : 'move the temporary folder out of it'}.`,
    );
  }
  return file;
}

function pathOf({ file }: MadeFiles['changes'][number]): string {
  return file.path;
}

function writeOf({ found, target, unmasked, needsFile }: Binding, path: string): Write | undefined {
  if (target.kind !== 'name') return undefined;
  const value = target.content === 'path' ? path : found.value.reveal();
  return {
    ...{ name: target.name, value, env: target.env, output: target.output, source: found.source },
    ...(unmasked === true ? { unmasked } : {}),
    ...(target.content === 'path' ? { file: needsFile === true ? 'needed' : 'asked' } : {}),
  };
}

/** What the log and the summary say of each binding: names, never a value or the length of one. */
export function rowsOf(bindings: readonly Binding[], custodyRelease: boolean): SummaryRow[] {
  return bindings.map(({ found, target, custody }) => ({
    name: printable(target.name),
    source: found.source,
    destination: spelledPlace(target),
    version: printable(found.version ?? ''),
    expires: printable(found.expires ?? ''),
    custody: custody ? (custodyRelease ? ACTION_WORDS.word('until the job ends') : 'kept') : '',
  }));
}

/** The destination of a value, in words: output, environment variable or both. */
function spelledPlace({ kind, content, env, output }: Binding['target']): string {
  if (kind === 'file') return 'file';
  if (kind === 'inject') return 'value in a file';
  const places = [output ? 'output' : '', env ? 'environment variable' : ''].filter((place) => place !== '');
  return (content === 'path' ? 'private file, path as ' : '') + places.join(' and ');
}

/** The log line of a binding: the same facts, with the destination in the words of the platform. */
export function readyLine({ found, target, custody }: Binding, custodyRelease: boolean): Text {
  const lasts = custodyRelease ? word('until the job ends') : 'kept';
  const version = found.version ? `; version ${printable(found.version)}` : '';
  const expires = found.expires ? `; expires ${printable(found.expires)}` : '';
  const what = 'isDynamic' in found.origin ? 'lease' : 'custody';
  const held = custody ? say`; ${what} ${lasts}` : '';
  return say`${printable(target.name)}: ready, from ${found.source}, as ${placeText(target, spelledPlace(target))}${version}${expires}${held}`;
}
