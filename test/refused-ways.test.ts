import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { started } from './support/started-way.js';
import type { Way } from './support/ways.js';
import type { VaultOptions } from './vault/index.js';

const MINUTE_MS = 60_000;
const WANTED = { credentials: '94 > PASSWORD', retries: '0' };

const ahead = (minutes: number): VaultOptions => ({ now: () => Date.now() + minutes * MINUTE_MS });
const CLOCK = /The clock of this machine is (\d+ \w+) (behind|ahead of) that of the vault\./g;
const clockIn = (log: string): string[] => log.match(CLOCK) ?? [];

describe('a clock that is wrong by more than a minute', () => {
  test.each<[Way, number, string]>([
    ['oauth1', 7, '7 min behind'],
    ['oauth1', -7, '7 min ahead of'],
    ['oidc client-assertion', 4, '4 min behind'],
    ['access-token', 600, '10 h behind'],
  ])('causes one warning if the vault accepts %s (%i min)', async (way, minutes, told) => {
    const { job, inputs, env } = await started(way, ahead(minutes));
    const main = await job.main({ ...inputs, ...WANTED }, { env });
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(clockIn(main.log)).toEqual([`The clock of this machine is ${told} that of the vault.`]);
    expect(main.log).toMatch(/^::warning::The clock of this machine/m);
  });

  test.each<[Way, VaultOptions]>([
    ['oauth1', { ...ahead(7), oauth1ClockSkewSeconds: 300 }],
    ['oidc jwt-bearer', ahead(30)],
  ])('is in the error if the vault rejects %s', async (way, options) => {
    const { job, inputs, env } = await started(way, options);
    const main = await job.main({ ...inputs, ...WANTED }, { env });
    expect(main.code, main.log).toBe(1);
    expect(clockIn(main.log)).toHaveLength(1);
    expect(main.log).not.toContain('::warning::');
    expect(main.log).toContain('Set the clock of this machine. ');
  });

  test.each<[Way, number]>([
    ['oauth1', 0.9],
    ['oidc client-assertion', -0.9],
    ['client-secret', 30],
  ])('is not mentioned with %s and %d min', async (way, minutes) => {
    const { job, inputs, env } = await started(way, ahead(minutes));
    const main = await job.main({ ...inputs, ...WANTED }, { env });
    expect([main.code, clockIn(main.log)], main.log).toEqual([0, []]);
  });
});

const problemOf = (log: string): string => log.replace(/^[\s\S]*?(?=::error)/, '').replaceAll('\n', ' ');

describe('a vault that rejects', () => {
  test('a signature of OAuth 1.0 names its keys, the address and the reverse proxy', async () => {
    const { job, vault, inputs } = await started('oauth1');
    const main = await job.main({ ...inputs, 'token-secret': 'another-secret', ...WANTED });
    expect(main.log).toContain('title=ACCESS_DENIED');
    expect(main.log).toContain('the vault rejected the OAuth 1.0 signature (HTTP 401)');
    expect(main.log).toContain(`It was made for an address below ${vault.url}.`);
    expect(main.log).toMatch(
      /"consumer-key", "consumer-secret", "token-key" and "token-secret".*reverse proxy/,
    );
    expect(main.log).not.toContain('access token');
    expect(problemOf(main.log)).not.toContain('another-secret');
  });

  test('a ready token says that it cannot be renewed, and where another one comes from', async () => {
    const { job, inputs } = await started('access-token');
    const claims = Buffer.from(JSON.stringify({ exp: 4_102_444_800 })).toString('base64url');
    for (const [token, expiry] of [
      ['opaque-token-of-another-vault', 'It does not say when it expires'],
      [`eyJhbGciOiJub25lIn0.${claims}.c2lnbmF0dXJl`, 'It expires at 2100-01-01 00:00:00 UTC'],
    ] as const) {
      const main = await job.main({ ...inputs, 'access-token': token, ...WANTED });
      expect(main.log).toContain('title=ACCESS_DENIED');
      expect(main.log).toContain(
        `the vault rejected the token in "access-token" (HTTP 401). ${expiry}, and cannot be renewed.`,
      );
      expect(main.log).toContain('Get a new token just before it is used.');
    }
  });

  test('the authorization of either way, which is inactive, says so and not that', async () => {
    for (const way of ['oauth1', 'access-token'] as const) {
      const { job, vault, inputs } = await started(way);
      vault.authorization('ci').active = false;
      const main = await job.main({ ...inputs, ...WANTED });
      expect(main.log).toContain('title=ACCESS_DENIED');
      expect(main.log).toContain('authorization is active');
      expect(main.log).not.toMatch(/rejected the (OAuth|token in)/);
    }
  });
});

describe('a job without an identity token', () => {
  test('gets an error that names the fork of its pull request, or else the permission', async () => {
    const { job, inputs, env } = await started('oidc client-assertion');
    const file = join(job.folder, 'event.json');
    const of = (head: string) => ({
      pull_request: { head: { repo: { full_name: head } }, base: { repo: { full_name: 'acme/shop' } } },
    });
    const { ACTIONS_ID_TOKEN_REQUEST_URL: _, ...rest } = env;
    for (const [head, told] of [
      [
        'eve/shop',
        /comes from the fork eve\/shop, and GitHub gives none to forks\..*Skip the step there: if:/,
      ],
      ['acme/shop', /ACTIONS_ID_TOKEN_REQUEST_URL is missing\..*id-token: write/],
    ] as const) {
      writeFileSync(file, JSON.stringify(of(head)));
      const event = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: file };
      const main = await job.main({ ...inputs, ...WANTED }, { env: { ...rest, ...event } });
      expect(main.log).toContain('title=IDENTITY_UNAVAILABLE');
      expect(problemOf(main.log)).toMatch(told);
    }
  });
});

test('a vault that rejects the client of a ready token has taken nothing into custody', async () => {
  const { job, vault, inputs } = await started('client certificate');
  const { url = '', 'ca-certificate': ca = '' } = inputs;
  const login = { url, 'ca-certificate': ca, 'access-token': 'opaque-token-0123456789' };
  const main = await job.main({ ...login, credentials: '94 > PASSWORD' });
  expect([main.code, main.log.match(/title=\w+/g)], main.log).toEqual([
    1,
    ['title=CLIENT_CERTIFICATE_REJECTED'],
  ]);
  const post = await job.post({});
  expect([post.code, post.log.match(/title=\w+/g)], post.log).toEqual([0, null]);
  expect(vault.journal.requests).toEqual([]);
});
