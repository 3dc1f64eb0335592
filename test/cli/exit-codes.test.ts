import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import type { Vault } from '../vault/index.js';

const KEY = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'];
const ALWAYS = Number.POSITIVE_INFINITY;
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

const exporting = (...args: string[]) =>
  desk.run(['export', '--format', 'json', '--state', 'state', ...args]);

/** What a CI meets, with the code that it gets and a word of what exec says of the kind. */
const CASES: readonly (readonly [string, number, string, readonly string[], (vault: Vault) => void])[] = [
  [
    'nothing listens there',
    3,
    'could not be reached',
    [...KEY, '--url', 'https://127.0.0.1:1', '--retries', '0'],
    () => undefined,
  ],
  [
    'the proxy is not a proxy',
    3,
    'could not be reached',
    [...KEY, '--proxy', 'http://127.0.0.1:1', '--retries', '0', '--url', 'https://vault.invalid'],
    () => undefined,
  ],
  [
    'the vault takes too long',
    3,
    'took too long',
    [...KEY, '--timeout', '1', '--retries', '0'],
    (at) => at.faults.add({ match: { path: /token/ }, times: ALWAYS, fault: { kind: 'delay', ms: 5_000 } }),
  ],
  [
    'the vault fails',
    3,
    'failed',
    [...KEY, '--retries', '0'],
    (at) => at.faults.add({ match: { path: /sctm/ }, times: ALWAYS, fault: { kind: 'status', status: 500 } }),
  ],
  ['the client is unknown', 4, 'rejected', [...KEY, '--client-id', 'unknown'], () => undefined],
  ['a secret is not there', 5, 'not found', ['--secrets', 'nope/X > X'], () => undefined],
  ['a field is not there', 5, 'not found', ['--secrets', 'stripe/NOPE > X'], () => undefined],
  ['a credential is not there', 5, 'not found', ['--credentials', '999 > X'], () => undefined],
  [
    'another client holds custody',
    6,
    'another client',
    ['--credentials', '95 > X'],
    (at) => at.holdBy('95', 'a person'),
  ],
  ['a setting is wrong', 1, '', [...KEY, '--retries', 'many'], () => undefined],
  ['an option is unknown', 2, '', ['--nope'], () => undefined],
];

describe('the exit code says what a CI can do about it', () => {
  test.each(CASES)('%s: %i', async (_, code, __, args, prepare) => {
    prepare(vault);
    const ended = await exporting(...args);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stdout.toString()).toBe('');
    expect(vault.custodies().filter(({ holder }) => holder !== 'a person')).toEqual([]);
  });

  test.each(CASES)('exec keeps 125, or 2, and names the kind: %s', async (_, code, kind, args, prepare) => {
    prepare(vault);
    const ended = await desk.run(['exec', ...args, '--', 'true']);
    expect(ended.code, ended.stderr).toBe(code === 2 ? 2 : 125);
    if (kind === '') expect(ended.stderr).not.toContain('the kind of failure');
    else
      expect(ended.stderr).toMatch(
        new RegExp(`exec ends with 125; the kind of failure is ${code}, .*${kind}`),
      );
  });

  test('check and runb give the same', async () => {
    const check = await desk.run(['check', '--online', '--secrets', 'nope/X > X']);
    const runb = await desk.run([
      'runb',
      '-a',
      'billing',
      '-s',
      'payments',
      '-e',
      'staging',
      '--client-id',
      'unknown',
    ]);
    expect([check.code, runb.code]).toEqual([5, 4]);
  });

  test('of several problems, one that a rerun cannot fix decides', async () => {
    vault.holdBy('95', 'a person');
    const missing = await exporting('--credentials', '95 > X\n999 > Y');
    expect(missing.code, missing.stderr).toBe(5);
  });
});

test.each([
  [{ kind: 'resourceNotAuthorized' }, 'ACCESS_DENIED'],
  [{ kind: 'businessError', code: 1039 }, 'may only read (HTTP 400, code 1039)'],
] as const)('release ends with what kept it from releasing, and keeps the state: %j', async (fault, told) => {
  expect((await exporting('--credentials', '94 > A')).code).toBe(0);
  vault.faults.add({ match: { method: 'DELETE', path: /custody/ }, times: ALWAYS, fault });
  const ended = await desk.run(['release', '--state', 'state']);
  expect(ended.code, ended.stderr).toBe(4);
  expect(ended.stderr).toContain(told);
  expect(existsSync(desk.state)).toBe(true);
});
