import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import type { Vault } from '../vault/index.js';

const ALWAYS = Number.POSITIVE_INFINITY;

/** A vault of which a state file holds three credentials. */
async function held(): Promise<{ vault: Vault; desk: Desk }> {
  const { vault, desk } = await openDesk();
  const credentials = '94 > A\nroot@web-01 > B\n96 > C';
  const ended = await desk.run([
    'export',
    '--format',
    'json',
    '--state',
    'state',
    '--credentials',
    credentials,
  ]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(vault.custodies().length).toBe(3);
  return { vault, desk };
}

describe('release', () => {
  test('needs only the client secret: the connection to the vault is in the state', async () => {
    const { vault, desk } = await held();
    const env = {
      SENHASEGURA_URL: 'https://127.0.0.1:1',
      SENHASEGURA_CLIENT_ID: '',
      SENHASEGURA_CA_CERTIFICATE: '',
    };
    const released = await desk.run(['release', '--state', 'state'], { env });
    expect(released.code, released.stderr).toBe(0);
    expect(released.stderr.match(/released custody of/g)?.length).toBe(3);
    expect([vault.custodies(), desk.files()]).toEqual([[], []]);
  });

  test.each([['state'], ['no-such-folder/state']])(
    'of a file that is not there succeeds: %s',
    async (state) => {
      const { vault, desk } = await openDesk();
      const released = await desk.run(['release', '--state', state], {
        env: { SENHASEGURA_CLIENT_SECRET: '' },
      });
      expect([released.code, released.stdout.toString()]).toEqual([0, '']);
      expect(released.stderr).toContain('nothing to release');
      expect(vault.journal.requests).toEqual([]);
    },
  );

  test('keeps only what could not be released in the file', async () => {
    const { vault, desk } = await held();
    vault.faults.add({
      match: { method: 'DELETE', path: /custody\/96/ },
      times: ALWAYS,
      fault: {
        kind: 'businessError',
        code: 1039,
        message: '1039: Without PAM Configuration Access permission',
      },
    });
    const first = await desk.run(['release', '--state', 'state']);
    expect(first.code).toBe(4);
    expect(first.stderr).toContain('Custody of 96 could not be released');
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['96']);

    // Another job takes one of those that were released: the second release must not touch it.
    vault.faults.clear();
    vault.holdBy('94', desk.env['SENHASEGURA_CLIENT_ID'] ?? '');
    const second = await desk.run(['release', '--state', 'state']);
    expect(second.code, second.stderr).toBe(0);
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    expect(existsSync(desk.state)).toBe(false);
  });

  test('rejects a state that another program wrote, sends nothing, and leaves the file', async () => {
    const { vault, desk } = await held();
    const forged = readFileSync(desk.state, 'utf8').replace(vault.url, 'https://127.0.0.1:9');
    writeFileSync(desk.state, forged);
    const requests = vault.journal.requests.length;
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code).toBe(1);
    expect(released.stderr).toContain('STATE_INVALID');
    expect(vault.journal.requests.length).toBe(requests);
    expect(readFileSync(desk.state, 'utf8')).toBe(forged);
  });

  test('fails and keeps the file when the client secret is missing or wrong', async () => {
    const { vault, desk } = await held();
    const state = readFileSync(desk.state, 'utf8');
    for (const [secret, code] of [
      ['', 'INPUT_MISSING'],
      ['another-secret', 'STATE_INVALID'],
    ] as const) {
      const released = await desk.run(['release', '--state', 'state'], {
        env: { SENHASEGURA_CLIENT_SECRET: secret },
      });
      expect(released.code).toBe(1);
      expect(released.stderr).toContain(code);
      expect(readFileSync(desk.state, 'utf8')).toBe(state);
    }
    expect(vault.custodies().length).toBe(3);
  });

  test('takes the client secret from standard input', async () => {
    const { vault, desk } = await held();
    const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
    const released = await desk.run(['release', '--state', 'state', '--client-secret-file', '-'], {
      env: { SENHASEGURA_CLIENT_SECRET: '' },
      input: `${secret}\n`,
    });
    expect(released.code, released.stderr).toBe(0);
    expect(vault.custodies()).toEqual([]);
  });
});
