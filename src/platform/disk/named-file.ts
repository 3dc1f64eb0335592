import type { BigIntStats } from 'node:fs';
import { basename, join } from 'node:path';
import type { FileEntry } from '../../core/ports.js';

/** Device and inode of a file that was named before it was there. */
const UNKNOWN = '0';
const OWN_NAME = /^segura-secrets-(?:ca|key)-[\da-f-]{36}(?:\.pem)?$/;

/** The entry of a file of our own that is not there yet. */
export function entryOfName(folder: string, kind: 'ca' | 'key'): FileEntry {
  const name = `segura-secrets-${kind}-${crypto.randomUUID()}${kind === 'ca' ? '.pem' : ''}`;
  return { path: join(folder, name), device: UNKNOWN, inode: UNKNOWN, folder: false };
}

/** Whether a file is what became of a name: it gets its first byte when its device and inode are known. */
export function isOfName({ path, device, inode }: FileEntry, { size, uid }: BigIntStats): boolean {
  const user = process.getuid?.();
  return (
    device === UNKNOWN &&
    inode === UNKNOWN &&
    OWN_NAME.test(basename(path)) &&
    size === 0n &&
    (user === undefined || uid === BigInt(user))
  );
}
