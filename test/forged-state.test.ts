import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONNECTION, entryOf, sealedState } from './support/forged-state.js';
import { FAST_CLOCK } from './support/other-clock.js';
import { Job } from './support/runner.js';

/** A server of an attacker, which is the vault of a state and the token service in it. */
interface Trap {
  readonly url: string;
  /** Heads and bodies of all that came. */
  readonly arrived: readonly string[];
  close(): void;
}

async function startTrap(): Promise<Trap> {
  const arrived: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    arrived.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`);
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, arrived, close: () => void server.close() };
}

interface Bait {
  readonly file: string;
  readonly folder: string;
}

/** A state that names a file and a folder of another, and a credential. */
function forged({ file }: Bait, change: object): string {
  const custody = [{ credential: '94', state: 'held', sinceMs: 1 }];
  return sealedState({ custody, files: [entryOf(file, false)], ...change });
}

const CHANGES: Record<string, (bait: Bait) => object> = {
  'a folder of another program, and a file': ({ file, folder }) => ({
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

/** What post has in its environment on GitHub, of which a script has no ACTIONS_RUNTIME_TOKEN. */
const OF_POST = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.actions.example/idtoken?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-the-job',
  ACTIONS_RUNTIME_TOKEN: 'runtime-token-of-the-job',
  SYSTEM_ACCESSTOKEN: 'access-token-of-the-job',
};
const KEY = '-----BEGIN-PRIVATE-KEY-----MIGHAgEAMBMGByqGSM49';

interface Identity {
  readonly provider: string;
  readonly token?: string;
  readonly audience?: string;
  readonly found?: Readonly<Record<string, string>>;
  readonly tokenEndpoint?: string;
}

/** A login as main packs one, with the identity token of an attacker's choice. */
function loginBy({ provider, token = '', audience = '', found, tokenEndpoint = '' }: Identity): string {
  return JSON.stringify({
    auth: {
      method: 'oidc',
      clientId: 'ci',
      identity: { provider, token: { secret: token }, audience },
      exchange: 'client-assertion',
      assertionType: 'x',
      parameters: { tokenEndpoint, tenant: '', uniqueKey: '' },
    },
    found,
  });
}

async function postOf(identity: (trap: Trap, bait: Bait) => Identity, text = '') {
  const [job, trap] = [new Job(), await startTrap()];
  try {
    const bait = { file: join(job.workspace, 'precious'), folder: '' };
    writeFileSync(bait.file, text);
    const auth = loginBy(identity(trap, bait));
    const change = { connection: { ...CONNECTION, url: trap.url }, login: undefined, auth };
    const state = new Map([['segura_ledger', forged(bait, text === '' ? change : { ...change, files: [] })]]);
    const post = await job.post({}, { ...FAST_CLOCK, state, env: { ...OF_POST, ...FAST_CLOCK.env } });
    const arrived = trap.arrived.join('\n');
    for (const secret of [...Object.values(OF_POST), KEY]) expect(arrived + post.log).not.toContain(secret);
    return { post, arrived, isKept: existsSync(bait.file) };
  } finally {
    trap.close();
    job.close();
  }
}

describe('a forged state with an identity token', () => {
  test.concurrent.each<[string, (trap: Trap) => Identity]>([
    ['of a variable that only actions have', () => ({ provider: 'env', token: 'ACTIONS_RUNTIME_TOKEN' })],
    ['that is the request token', () => ({ provider: 'gitlab', token: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN' })],
    ['of a system that no state names', () => ({ provider: 'bitbucket' })],
    ['of any system', () => ({ provider: 'auto' })],
    [
      'and a variable of another provider',
      ({ url }) => ({ provider: 'github', found: { GCE_METADATA_HOST: url } }),
    ],
    [
      'and its own request token',
      () => ({ provider: 'github', found: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' } }),
    ],
    ['and an audience that no address can hold', () => ({ provider: 'github', audience: '\ud800' })],
    [
      'and a token endpoint without TLS',
      () => ({ provider: 'github', tokenEndpoint: 'http://token.example/' }),
    ],
    ['and a token endpoint that is none', () => ({ provider: 'github', tokenEndpoint: 'x y' })],
  ])('%s is STATE_INVALID, sends nothing and removes nothing', async (_, identity) => {
    const { post, arrived, isKept } = await postOf(identity);
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(post.log.match(/title=\w+/g)).toEqual(['title=STATE_INVALID']);
    expect([arrived, isKept]).toEqual(['', true]);
  });

  test.concurrent.each<[string, (trap: Trap, bait: Bait) => Identity, string]>([
    [
      'of a token service on another host than that of the runner',
      ({ url }) => ({
        provider: 'github',
        found: { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/idtoken?api-version=2.0` },
      }),
      'ACTIONS_ID_TOKEN_REQUEST_URL names a different host than the saved state',
    ],
    [
      'of an Azure DevOps that is none',
      ({ url }) => ({ provider: 'azure-devops', found: { SYSTEM_OIDCREQUESTURI: `${url}/oidctoken` } }),
      'which is not Azure DevOps',
    ],
    ['in a file of the runner', (_, { file }) => ({ provider: 'file', token: file }), 'is not a JWT'],
  ])('%s sends nothing that post has', async (_, identity, told) => {
    const { post, arrived } = await postOf(identity, KEY);
    expect(post.code, post.log).toBe(0);
    expect(post.log).toContain(told);
    expect(arrived).toBe('');
  });
});
