import { createHash } from 'node:crypto';
import type { Binding } from '../../bindings/bind.js';
import type { Ledger } from '../../custody/ledger.js';
import type { FileChange, FileEntry, InjectedFile, Platform } from '../../ports.js';
import type { Injector } from './injection.js';

/** The files with the values of the bindings in them; nothing is written. Errors: those of Injector.make. */
export async function makeChanges(
  bindings: readonly Binding[],
  injector: Injector,
): Promise<readonly FileChange[]> {
  const placed = bindings.filter(({ target }) => target.kind === 'inject');
  return injector.make(
    placed.map(({ target, found }) => ({ name: target.name, value: found.value.reveal() })),
  );
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
  ledger.strikeInjected();
  for (const copy of copies) {
    try {
      platform.files.remove(copy);
    } catch {
      // It is in the ledger, and post tries again.
    }
  }
}
