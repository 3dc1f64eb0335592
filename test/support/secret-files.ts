import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vault } from '../vault/index.js';

/** A shorter secret may be in a file by chance. */
const TELLING_LENGTH = 8;

export function longSecretsOf(vault: Vault): string[] {
  return vault.secretValues().filter((value) => value.length >= TELLING_LENGTH);
}

/** Those of the files that hold one of the secrets. */
export function filesWith<T extends { readonly bytes: Buffer }>(
  secrets: readonly string[],
  files: readonly T[],
): T[] {
  return files.filter(({ bytes }) => secrets.some((secret) => bytes.includes(secret)));
}

/**
 * The bytes without the login that a state carries, in the one form that it may have there: a text that is masked whole.
 * One that is not masked stays.
 */
export function withoutLogin(bytes: Buffer, masks: Iterable<string>): Buffer {
  const hidden = new Set(masks);
  return Buffer.from(
    bytes
      .toString('latin1')
      .replaceAll(/"login":"([\w-]+)"/g, (whole, login: string) =>
        hidden.has(login) ? '"login":""' : whole,
      ),
    'latin1',
  );
}

/** Every file below a folder, with its bytes. */
export function filesBelow(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
