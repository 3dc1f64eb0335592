import { statSync } from 'node:fs';
import type { LedgerData } from '../../src/core/custody/ledger-data.js';
import { seal } from '../../src/core/custody/seal.js';
import { packLogin } from '../../src/core/job/login/packed-secret.js';
import type { FileEntry } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';

export const CONNECTION = {
  url: 'https://127.0.0.1:9',
  proxy: undefined,
  noProxy: '',
  caCertificates: '',
  tlsVerify: true,
};

/** What names a file or a folder in a state. */
export function entryOf(path: string, folder: boolean): FileEntry {
  const { dev, ino } = statSync(path, { bigint: true });
  return { path, device: String(dev), inode: String(ino), folder };
}

/** A state whose sum is right, as anyone can write one. */
export function sealedState(change: object): string {
  const data = {
    ...{ version: 2, run: '///', use: 'x', connection: CONNECTION, clientId: 'x' },
    login: packLogin(new Secret('secret-of-another')),
    ...{ pamEndpoint: 'auto', timeoutMs: 30_000, releaseFailure: 'warn' },
    custody: [],
    files: [],
    ...change,
  };
  return seal(data as unknown as LedgerData, undefined);
}
