import { describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job, type StepResult } from './support/runner.js';
import { startVault, type Vault, type VaultOptions } from './vault/index.js';

async function run(
  secrets: string,
  prepare: (vault: Vault) => void,
  inputs: Record<string, string> = {},
  options: VaultOptions = {},
): Promise<{ main: StepResult; vault: Vault }> {
  const vault = await startVault(options);
  prepare(vault);
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  return { main: await job.main(inputsFor(vault, { secrets, ...inputs })), vault };
}

describe('a secret of the listing that cannot be read', () => {
  const SPOILED: readonly unknown[] = [
    { data: '' },
    { data: 'hunter2' },
    { data: 5 },
    { data: [[{ PASSWORD: 'hunter2' }]] },
    { data: [{ KEY: 'hunter2' }, 'hunter2'] },
    { identity: null },
    { identity: { name: 'aws' } },
    'hunter2',
    7,
  ];

  const spoil = (members: unknown) => (vault: Vault) =>
    vault.faults.add({
      match: { method: 'GET' },
      fault: { kind: 'spoiledSecret', identity: 'aws', members },
    });

  test.each(SPOILED)('as %j does not affect the others', async (members) => {
    const { main, vault } = await run('postgres/PASSWORD > A\nstripe/* > S_*', spoil(members));
    expect(main.code, main.log).toBe(0);
    expect(main.outputs.get('A')).toBe(vault.value('postgres', 'PASSWORD'));
    expect(main.outputs.size).toBe(4);
  });

  test.each(SPOILED)(
    'as %j fails a wildcard for everything, with its place, and nothing is written',
    async (members) => {
      const { main } = await run('*', spoil(members));
      expect([main.code, main.outputs.size]).toEqual([1, 0]);
      expect(main.log).toMatch(/::error title=REPLY_MALFORMED::GET \/iso\/sctm\/secret: \$\.secrets\[\d\]/);
      expect(main.log).not.toContain('hunter2');
    },
  );

  test.each(SPOILED.slice(0, 5))('as %j fails the line that requests it', async (members) => {
    const { main } = await run('postgres/PASSWORD > A\naws/AWS_ACCESS_KEY_ID > B', spoil(members));
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toContain('::error title=REPLY_MALFORMED::');
  });

  test('is mentioned if no secret with the requested identity is found', async () => {
    const { main } = await run('aws/AWS_ACCESS_KEY_ID > B', spoil({ identity: null }));
    expect(main.log).toMatch(
      /no secret "aws" for this authorization \(1 of its secrets have no identity that can be read\)/,
    );
  });
});

describe('an identity that two secrets have', () => {
  const twice = (vault: Vault): void => {
    const first = vault.data.secrets.find(({ identity }) => identity === 'aws');
    if (first === undefined) throw new Error('The sample has no secret "aws".');
    const id = 9_001;
    vault.data.secrets.push({ ...first, id, data: [{ AWS_ACCESS_KEY_ID: 'another-access-key' }] });
    for (const { secretIds } of vault.data.authorizations) secretIds.push(id);
  };

  test('does not affect the others', async () => {
    const { main } = await run('postgres/PASSWORD > A\naws/AWS_SECRET_ACCESS_KEY > B', twice);
    expect([main.code, main.outputs.size], main.log).toEqual([0, 2]);
  });

  test.each(['aws/AWS_ACCESS_KEY_ID > B', '*'])('fails %s', async (secrets) => {
    const { main } = await run(secrets, twice);
    expect(main.log).toContain('::error title=FIELD_AMBIGUOUS::');
  });
});

describe('a secret whose expiration date has passed', () => {
  const expire = (date: string) => (vault: Vault) => {
    for (const secret of vault.data.secrets) if (secret.identity === 'postgres') secret.expirationDate = date;
  };

  test('is not found where the vault does not list it, as the documents say', async () => {
    const { main } = await run('postgres/* > DB_*', expire('2022-08-18 11:10:00'));
    expect(main.code).toBe(1);
    expect(main.log).toContain('::error title=SECRET_NOT_FOUND::');
  });

  test('is delivered where the vault still lists it, with a warning that has the date', async () => {
    const listed = { expiredSecretsAreListed: true };
    const { main } = await run('postgres/* > DB_*', expire('2022-08-18 11:10:00'), {}, listed);
    expect(main.code, main.log).toBe(0);
    expect(main.log.match(/::warning::postgres has expired \(2022-08-18 11:10:00\)/g)).toHaveLength(1);
  });

  test('gives no warning if the date is years ahead', async () => {
    const { main } = await run('postgres/* > DB_*', expire('2199-01-01 00:00:00'));
    expect(main.log).not.toMatch(/::warning::.*expire/);
  });
});

describe('an identity in another form of Unicode', () => {
  const rename =
    (...names: string[]) =>
    (vault: Vault) =>
      names.forEach((name, at) => {
        const secret = vault.data.secrets[at];
        if (secret !== undefined)
          Object.assign(secret, { identity: name, data: [{ 'chave-é': `value-${at}` }] });
      });

  test('is found with a warning when only one identity looks like it, and so is a field', async () => {
    const { main } = await run('cafe\u0301/chave-e\u0301 > A', rename('caf\u00e9'));
    expect([main.code, main.outputs.get('A')], main.log).toEqual([0, 'value-0']);
    expect(main.log).toMatch(/::warning::.*another form of Unicode/);
  });

  test('is not guessed when several look like it', async () => {
    const { main } = await run('e\u0323\u0302/* > *', rename('\u1ec7', '\u1eb9\u0302'));
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toContain('::error title=SECRET_NOT_FOUND::');
    expect(main.log).toContain('each in a different form of Unicode');
  });
});
