import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LedgerData } from '../src/core/custody/ledger-data.js';
import { seal } from '../src/core/custody/seal.js';
import { packLogin } from '../src/core/job/login/packed-secret.js';
import { Secret } from '../src/core/secret.js';
import { Job } from './support/runner.js';

interface Bait {
  readonly file: string;
  readonly folder: string;
}

const CONNECTION = {
  url: 'https://127.0.0.1:9',
  proxy: undefined,
  noProxy: '',
  caCertificates: '',
  tlsVerify: true,
};

const entryOf = (path: string, folder: boolean) => {
  const { dev, ino } = statSync(path, { bigint: true });
  return { path, device: String(dev), inode: String(ino), folder };
};

/** A state whose sum is right, as anyone can write one, that names a file and a folder of another. */
function forged({ file }: Bait, change: object): string {
  const data = {
    ...{ version: 2, run: '///', use: 'x', connection: CONNECTION, clientId: 'x' },
    login: packLogin(new Secret('secret-of-another')),
    ...{ pamEndpoint: 'auto', timeoutMs: 30_000, releaseFailure: 'warn' },
    custody: [{ credential: '94', state: 'held', sinceMs: 1 }],
    files: [entryOf(file, false)],
    ...change,
  };
  return seal(data as LedgerData, undefined);
}

const CHANGES: Record<string, (bait: Bait) => object> = {
  'a folder of another, beside a file': ({ file, folder }) => ({
    files: [entryOf(file, false), entryOf(folder, true)],
  }),
  'no web address': () => ({ connection: { ...CONNECTION, url: '' } }),
  'an address of another kind': () => ({ connection: { ...CONNECTION, url: 'javascript:1' } }),
  'a proxy that is none': () => ({ connection: { ...CONNECTION, proxy: '::' } }),
  'a proxy whose password nothing decodes': () => ({
    connection: { ...CONNECTION, proxy: 'http://u:%ZZ@127.0.0.1:9' },
  }),
  'certificates that are none': () => ({
    connection: {
      ...CONNECTION,
      caCertificates: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    },
  }),
  'a timeout before now': () => ({ timeoutMs: -1 }),
  'a timeout of half a millisecond': () => ({ timeoutMs: 0.5 }),
  'a credential that no path can hold': () => ({
    custody: [{ credential: '\ud800', state: 'held', sinceMs: 1 }],
  }),
  'a time that is none': () => ({ custody: [{ credential: '94', state: 'held', sinceMs: 1e300 }] }),
  'no login': () => ({ login: undefined }),
};

test.concurrent.each(Object.entries(CHANGES))(
  'a forged state with %s is STATE_INVALID at once, and removes nothing',
  async (_, change) => {
    // Not by onTestFinished: of tests that run at the same time it may name another one.
    const job = new Job();
    try {
      const bait = { file: join(job.workspace, 'precious'), folder: join(job.workspace, 'folder') };
      mkdirSync(bait.folder);
      for (const path of [bait.file, join(bait.folder, 'empty')]) writeFileSync(path, '');
      const post = await job.post({}, { state: new Map([['segura_ledger', forged(bait, change(bait))]]) });
      expect([post.code, post.stderr], post.log).toEqual([0, '']);
      expect(post.log.match(/title=\w+/g)).toEqual(['title=STATE_INVALID']);
      expect([bait.file, join(bait.folder, 'empty')].map((path) => existsSync(path))).toEqual([true, true]);
    } finally {
      job.close();
    }
  },
);
