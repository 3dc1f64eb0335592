import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Desk } from '../support/command-line.js';
import { deskAt } from '../support/desk-fixture.js';
import { vaultWith } from '../support/nasty.js';
import { linesIn, withLines } from '../support/remedy-lines.js';
import { openVault } from '../vault/vault-fixture.js';

/** The remedies that a refusal prints, one for each problem. */
function remediesIn(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('  '));
}

function exported(desk: Desk, secrets: string) {
  return desk.run(['export', '--format', 'sh', '--state', 'state', '--secrets', secrets]);
}

describe('a line that export offers, in place of the bad one', () => {
  const FIELDS = { PASSWORD: 'p', USERNAME: 'u', 'x-y': '1', 'x.y': '2', PIP_INDEX_URL: 'i', UID: '7' };

  test.each([
    'postgres/PASSWORD > PATH',
    'postgres/PASSWORD > env:LD_PRELOAD',
    'postgres/PASSWORD > output:db-password',
    'postgres/PASSWORD > output:PATH',
    'postgres/PASSWORD > UID',
    'postgres/PASSWRD > DB_PASSWORD',
    'postgers/PASSWORD > DB_PASSWORD',
    'postgres/PASSWORD => DB_PASSWORD',
    'postgres/PASSWORD DB_PASSWORD',
    'postgres/PASSWORD > A > B',
    'postgres/PASSWORD > 1A',
    'postgres/x-y > N\npostgres/x.y > N',
    'postgres/* > *',
    '*',
  ])('is accepted: %j', async (text) => {
    const vault = await vaultWith(FIELDS);
    vault.data.secrets = vault.data.secrets.filter(({ identity }) => identity === 'postgres');
    const desk = deskAt(vault);
    const refused = await exported(desk, text);
    expect([1, 5]).toContain(refused.code);
    const lines = linesIn(remediesIn(refused.stderr).at(-1) ?? '');
    expect(lines.length, refused.stderr).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toMatch(/env:|output:/);
    const number = text.split('\n').length;
    const fixed = await exported(desk, withLines(text, number, lines));
    // A prefix fixes the names that change how programs run, but not those that collide.
    const isPrefix = refused.stderr.includes('NAME_RESERVED') && /\*$/.test(text);
    if (isPrefix) expect(fixed.stderr).not.toContain('NAME_RESERVED');
    else expect(fixed.code, fixed.stderr).toBe(0);
    await vault.close();
  });

  test('is accepted of two secrets whose identities make one name', async () => {
    const vault = await openVault({ dialect: 'api' });
    const [first] = vault.data.secrets;
    if (first === undefined) throw new Error('the sample has no secret');
    vault.data.secrets = ['a-b', 'a.b', 'a b'].map((identity, index) => ({
      ...first,
      id: 2_000 + index,
      identity,
      data: [{ username: `user ${identity}`, password: `pass ${identity}` }],
    }));
    vault.authorization('ci').secretIds = vault.data.secrets.map(({ id }) => id);
    const desk = deskAt(vault);
    const refused = await exported(desk, '*');
    const remedies = remediesIn(refused.stderr);
    expect(remedies).toHaveLength(4);
    const lines = new Set(remedies.flatMap(linesIn));
    expect([...lines]).toEqual(['a-b/* > a_b_*', 'a.b/* > a_b_2_*', '"a b"/* > a_b_3_*']);
    const fixed = await exported(desk, [...lines].join('\n'));
    expect(fixed.code, fixed.stderr).toBe(0);
    expect(fixed.stdout.toString().match(/^export \w+/gm)).toHaveLength(6);
  });

  test('is accepted of a value that the format cannot carry', async () => {
    const vault = await vaultWith({ PASSWORD: 'a\nb' });
    const desk = deskAt(vault);
    const run = (secrets: string) =>
      desk.run(['export', '--format', 'docker', '--state', 'state', '--secrets', secrets]);
    const refused = await run('postgres/PASSWORD > DB');
    const [line = ''] = linesIn(remediesIn(refused.stderr)[0] ?? '');
    const fixed = await run(line);
    expect(fixed.code, fixed.stderr).toBe(0);
    expect(fixed.stdout.toString()).toMatch(/^DB=\/.+\n$/);
    await vault.close();
  });

  test('is a command that makes the folder that is missing', async () => {
    const vault = await vaultWith({ PASSWORD: 'p' });
    const desk = deskAt(vault);
    const text = 'postgres/PASSWORD > file:"new folder/key"';
    const refused = await exported(desk, text);
    const [, command = ''] = /Run first: (.+)/.exec(refused.stderr) ?? [];
    expect(command).toContain('mkdir -p');
    expect((await desk.shell(['sh'], command)).code).toBe(0);
    expect((await exported(desk, text)).code).toBe(0);
    mkdirSync(join(desk.folder, 'other'));
    const odd = await exported(desk, 'postgres/PASSWORD > file:"other/$(touch PWNED)/key"');
    expect(odd.stderr).toContain('Name a folder that the job can use.');
    await vault.close();
  });
});

describe('a name that steers programs, written out', () => {
  test('is set, with a warning before the vault is asked', async () => {
    const vault = await vaultWith({ URL: 'https://index.example' });
    const desk = deskAt(vault);
    const told =
      'warning: Line 1 of --secrets sets the environment variable PIP_INDEX_URL, which changes how';
    const ended = await exported(desk, 'postgres/URL > PIP_INDEX_URL');
    expect([ended.code, ended.stdout.toString()]).toEqual([
      0,
      "export PIP_INDEX_URL='https://index.example'\n",
    ]);
    expect(ended.stderr).toContain(told);
    const checked = await desk.run(['check', '--secrets', 'postgres/URL > PIP_INDEX_URL']);
    expect([checked.code, checked.stderr.includes(told)]).toEqual([0, true]);
    await vault.close();
  });
});
