import { createHash } from 'node:crypto';
import type { Binding } from '../../bindings/bind.js';
import type { Ledger } from '../../custody/ledger.js';
import type { Masking } from '../../masking/masker.js';
import type { Pace } from '../../pace.js';
import type { FileChange, FileEntry, InjectedFile, Platform } from '../../ports.js';
import type { FoundField } from '../../requests/found-field.js';
import { Secret } from '../../secret.js';
import type { Injector, MadeFiles } from './injection.js';

/** Shorter lines of a value are ordinary words. */
const MIN_LENGTH = 4;

/** The files with the values of the bindings in them; nothing is written. Errors: those of Injector.make. */
export async function makeChanges(bindings: readonly Binding[], injector: Injector): Promise<MadeFiles> {
  const placed = bindings.filter(({ target }) => target.kind === 'inject');
  // Where the platform cannot hold the value itself, the template still can.
  const named = bindings.filter(
    ({ target: { kind, content }, needsFile }) =>
      kind === 'name' && (content === 'value' || needsFile === true),
  );
  return injector.make({
    placed: placed.map(({ target, found: { value, field } }) => ({
      ...{ name: target.name, value: value.reveal(), field },
    })),
    names: new Map(named.map(({ target, found }) => [target.name, found.value.reveal()])),
  });
}

/** What hides texts. */
export interface Hiders {
  readonly platform: Pick<Platform, 'mask'>;
  readonly masking: Masking;
  readonly pace: Pace;
}

/**
 * Masks texts that were made of values, as the fields are from which these come; and each value as it stands in a file, with
 * the escapes of its format: a later step may print the file. Errors: VALUE_TOO_LARGE.
 */
export async function maskMade(
  { changes, derived, written }: MadeFiles,
  bindings: readonly Binding[],
  { platform, masking, pace }: Hiders,
): Promise<void> {
  const fields = new Map<string, FoundField>();
  for (const { found, unmasked } of bindings) if (unmasked !== true) fields.set(found.value.reveal(), found);
  for (const [text, value] of derived) {
    const found = fields.get(value);
    if (found !== undefined)
      await pace.through(masking.maskFieldInSteps({ ...found, value: new Secret(text) }));
    await pace.turn();
  }
  if (masking.problem !== undefined) throw masking.problem;
  const plain = new Map(bindings.map(({ target, found }) => [target.name, found.value.reveal()]));
  const placed = changes.flatMap((change) => ('written' in change ? (change.written ?? []) : []));
  const texts = [...placed.map(({ name, value }) => [value, plain.get(name) ?? ''] as const), ...written];
  for (const [each, value] of texts) {
    const text = each.replace(/^(["'])(.*)\1$/s, '$2');
    if (text === value || !masking.hides(value)) continue;
    for (const line of text.split(/[\r\n]+/)) if (line.trim().length >= MIN_LENGTH) platform.mask(line);
    await pace.turn();
  }
}

/**
 * Makes the files that are not there, and replaces all others, or none. Gives those that it made. The ledger knows each of
 * them, and where its old bytes are, before any is touched; and that ledger has left this process. Errors: FILE_REFUSED.
 */
export async function putInto(
  changes: MadeFiles['changes'],
  platform: Platform,
  ledger: Ledger,
): Promise<readonly FileEntry[]> {
  const created: FileEntry[] = [];
  for (const { file, bytes } of changes) {
    if (file.found !== undefined) continue;
    const made = await platform.files.create(file.path, true);
    ledger.addFile(made.entry);
    created.push(made.entry);
    // As for every secret file: the ledger has left this process before the file holds a byte.
    await platform.flush();
    made.write(bytes);
  }
  const replaced = changes.filter((change): change is FileChange => change.file.found !== undefined);
  if (replaced.length > 0) await replace(replaced, platform, ledger);
  return created;
}

async function replace(changes: readonly FileChange[], platform: Platform, ledger: Ledger): Promise<void> {
  const folder = platform.files.createFolder();
  ledger.addFile(folder);
  // One after the other: when one fails, no other is in progress that would be left behind.
  for (const [index, change] of changes.entries()) {
    const copy = await platform.files.create(`${folder.path}/old-${index + 1}`);
    ledger.addInjected(entryOf(change, copy.entry));
    copy.write(change.file.bytes);
  }
  await platform.flush();
  await platform.files.replaceAll(changes);
}

function entryOf({ file, bytes }: FileChange, copy: FileEntry): InjectedFile {
  const { path, found } = file;
  const [sha256, oldSha256] = [sha256Of(bytes), sha256Of(file.bytes)];
  return {
    ...{ path, sha256, oldSha256, copy },
    mode: Number(found.mode & 0o7777n),
    mtimeMs: Number(found.mtimeNs) / 1e6,
  };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Values that stay in files on purpose, those that were made too: post does not know of them. The copies of the old bytes
 * are removed at once.
 */
export function keepChanges(created: readonly FileEntry[], ledger: Ledger, platform: Platform): void {
  const copies = ledger.injected.map(({ copy }) => copy);
  // Until all are struck, a process that is killed leaves a step that has failed.
  for (const copy of copies) ledger.addFile(copy);
  ledger.strikeInjected();
  if (created.length > 0) ledger.strike(created);
  if (copies.length === 0) return;
  const [first] = copies;
  const folders = ledger.files.filter(({ folder, path }) => folder && first?.path.startsWith(path) === true);
  try {
    for (const entry of [...copies, ...folders]) platform.files.remove(entry);
    ledger.strike([...copies, ...folders]);
  } catch {
    // They are in the ledger, and post tries again.
  }
}
