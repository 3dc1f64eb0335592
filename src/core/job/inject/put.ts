import { createHash } from 'node:crypto';
import type { Binding } from '../../bindings/bind.js';
import type { Ledger } from '../../custody/ledger.js';
import type { FileChange, FileEntry, InjectedFile, Platform } from '../../ports.js';
import type { Injector } from './injection.js';

/** Shorter lines of a value are ordinary words. */
const MIN_LENGTH = 4;

/**
 * The files with the values of the bindings in them; nothing is written. Masks each value as it stands there, with the
 * escapes of the format: a later step may print the file. Errors: those of Injector.make.
 */
export async function makeChanges(
  bindings: readonly Binding[],
  injector: Injector,
  platform: Pick<Platform, 'mask'>,
  hides: (value: string) => boolean,
): Promise<readonly FileChange[]> {
  const placed = bindings.filter(({ target }) => target.kind === 'inject');
  const changes = await injector.make(
    placed.map(({ target, found }) => ({ name: target.name, value: found.value.reveal() })),
  );
  const plain = new Map(placed.map(({ target, found }) => [target.name, found.value.reveal()]));
  for (const { name, value } of changes.flatMap(({ written = [] }) => written)) {
    const known = plain.get(name) ?? '';
    const text = value.replace(/^(["'])(.*)\1$/s, '$2');
    if (text === known || !hides(known)) continue;
    for (const line of text.split(/[\r\n]+/)) if (line.trim().length >= MIN_LENGTH) platform.mask(line);
  }
  return changes;
}

/**
 * Replaces all files, or none. The ledger knows each of them, and where its old bytes are, before any is touched; and that
 * ledger has left this process. Errors: FILE_REFUSED.
 */
export async function putInto(
  changes: readonly FileChange[],
  platform: Platform,
  ledger: Ledger,
): Promise<void> {
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

/** Values that stay in files on purpose: post does not know of them. The copies of the old bytes are removed at once. */
export function keepChanges(ledger: Ledger, platform: Platform): void {
  const copies = ledger.injected.map(({ copy }) => copy);
  // Until all are struck, a process that is killed leaves a step that has failed.
  for (const copy of copies) ledger.addFile(copy);
  ledger.strikeInjected();
  for (const copy of copies) {
    try {
      platform.files.remove(copy);
    } catch {
      // It is in the ledger, and post tries again.
    }
  }
}
