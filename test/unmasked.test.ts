import { describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job, type StepResult } from './support/runner.js';
import { sampleData, startVault, type Vault } from './vault/index.js';

const PEM = '-----BEGIN PRIVATE KEY-----\nZmFrZSBrZXkgb2YgYSB0ZXN0\n-----END PRIVATE KEY-----\n';

async function run(
  fields: Record<string, string>,
  inputs: Record<string, string>,
): Promise<{ main: StepResult; vault: Vault }> {
  const data = sampleData();
  const postgres = data.secrets.find(({ identity }) => identity === 'postgres');
  if (postgres !== undefined) postgres.data = [fields];
  const vault = await startVault({ dialect: 'api', data });
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  return { main: await job.main(inputsFor(vault, inputs)), vault };
}

describe('a name in unmasked', () => {
  test('leaves its value readable, and is named in a warning', async () => {
    const { main } = await run(
      { STAGE: 'production-eu', KEY: 'a-secret-key-value' },
      {
        secrets: 'postgres/STAGE > STAGE, file:stage.txt\npostgres/KEY > KEY',
        unmasked: 'file:stage.txt, STAGE',
      },
    );
    expect([main.code, main.outputs.get('STAGE')], main.log).toEqual([0, 'production-eu']);
    expect(
      main.masks.filter((mask) => mask.includes('production') || mask.includes('cHJvZHVjdGlvbi')),
    ).toEqual([]);
    expect(main.masks).toContain('a-secret-key-value');
    for (const name of ['STAGE', 'file:stage.txt'])
      expect(main.log).toContain(`::warning::${name} is named in "unmasked": its value is readable`);
    expect(main.log.match(/is named in "unmasked"/g)).toHaveLength(2);
  });

  test('does not unmask a value that also goes to another name, and says so', async () => {
    const { main } = await run(
      { STAGE: 'production-eu' },
      { secrets: 'postgres/STAGE > A\npostgres/STAGE > file:b', unmasked: 'A' },
    );
    expect(main.masks).toContain('production-eu');
    expect(main.log).toContain('::warning::A is named in "unmasked", but the same value is masked');
  });

  test.each<[string, string, string]>([
    ['a name that no request gives', 'postgres/STAGE > STAGE', 'STAGF'],
    ['a wildcard', 'postgres/* > DB_*', 'DB_*'],
    ['a name that no field of a wildcard has', 'postgres/* > DB_*', 'DB_NOTHING'],
    ['a file that no request gives', 'postgres/STAGE > file:a', 'file:b'],
  ])('that is %s is rejected', async (_, secrets, unmasked) => {
    const { main } = await run({ STAGE: 'production-eu' }, { secrets, unmasked });
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toContain('::error title=INPUT_INVALID::');
    expect(main.log).toContain(unmasked);
  });

  test.each(['94 > PW', '94/content > PW', '94/* > P*'])(
    'that is the password of a PAM credential is rejected before the vault is asked: %s',
    async (credentials) => {
      const unmasked = credentials.endsWith('PW') ? 'PW' : 'Ppassword';
      const { main, vault } = await run({}, { credentials, unmasked });
      expect(main.log).toMatch(/::error title=INPUT_INVALID::.*the password of a PAM credential/);
      expect(vault.journal.requests).toEqual([]);
    },
  );

  test.each<[string, string]>([
    ['as it is', PEM],
    ['encrypted', PEM.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE')],
    ['in JSON', JSON.stringify({ type: 'service_account', private_key: PEM })],
    ['as base64', Buffer.from(PEM).toString('base64')],
    ['of OpenSSH', PEM.replaceAll('PRIVATE', 'OPENSSH PRIVATE')],
    ['of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n'],
  ])('that is a private key %s is rejected, and the key stays masked', async (_, value) => {
    const { main } = await run({ KEY: value }, { secrets: 'postgres/KEY > KEY', unmasked: 'KEY' });
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toMatch(/::error title=INPUT_INVALID::.*a private key/);
    expect(main.masks.length).toBeGreaterThan(5);
  });

  test.each<[string, string]>([
    ['A,STAGE', 'STAGE'],
    ['stagf', 'STAGE'],
  ])('has a remedy that is accepted: for %s', async (unmasked, accepted) => {
    const wanted = { secrets: 'postgres/STAGE > STAGE' };
    const { main } = await run({ STAGE: 'production-eu' }, { ...wanted, unmasked });
    const [, line = ''] = /unmasked: (\S+)$/m.exec(main.log) ?? [];
    expect(line.split(',')).toContain(accepted);
    const fixed = await run({ STAGE: 'production-eu' }, { ...wanted, unmasked: line });
    expect([fixed.main.code, fixed.main.outputs.size], fixed.main.log).toEqual([0, 1]);
  });
});

describe('a masked value that is common in logs', () => {
  test.each(['true', 'PRODUCTION', 'main', 'null', 'latest', '8080', ' false '])(
    '%s gets a warning that names the destination and unmasked, never the value',
    async (value) => {
      const { main } = await run(
        { FLAG: value, KEY: 'a-secret-key-value' },
        { secrets: 'postgres/FLAG > FLAG\npostgres/KEY > KEY' },
      );
      expect(main.code).toBe(0);
      const warnings = main.stdout.split('\n').filter((line) => line.startsWith('::warning::'));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(
        /postgres\/FLAG for FLAG is (a common word|a short number).*"unmasked": FLAG/,
      );
      expect(warnings[0]?.toLowerCase()).not.toContain(value.trim().toLowerCase());
    },
  );

  test.each([
    'a-long-first-line\nfalse\n',
    JSON.stringify({ stage: 'production', key: 'a-long-secret-key' }),
  ])(
    'gets a warning if it is a line or a JSON text in a value, which has its own mask: %j',
    async (value) => {
      const { main } = await run({ FLAG: value }, { secrets: 'postgres/FLAG > FLAG' });
      expect(main.log).toMatch(
        /::warning::.*postgres\/FLAG for FLAG has a line or a JSON text that is a common word in logs/,
      );
    },
  );

  test.each(['correct-horse', '1234567', 'maintain'])('%s gets none', async (value) => {
    const { main } = await run({ FLAG: value }, { secrets: 'postgres/FLAG > FLAG' });
    expect(main.log).not.toContain('::warning::');
  });
});

describe('a value that looks encrypted', () => {
  test('is rejected with every name that opaque must list, and that line is accepted', async () => {
    const value = Buffer.alloc(256, 7).toString('base64');
    const wanted = { secrets: 'postgres/* > DB_*\nstripe/* > S_*' };
    const { main } = await run({ A: value, B: value }, wanted);
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toMatch(
      /::error title=VALUE_BROKEN::Line 1 of "secrets": the vault sends postgres\/A, postgres\/B/,
    );
    expect(main.log).toContain('Enable encryption of sensitive information');
    expect(main.log).not.toContain(value.slice(0, 20));
    const [, opaque = ''] = /write opaque: (\S+)$/m.exec(main.log) ?? [];
    const fixed = await run({ A: value, B: value }, { ...wanted, opaque });
    expect([fixed.main.code, fixed.main.outputs.get('DB_B')]).toEqual([0, value]);
    expect(fixed.main.masks).toContain(value);
  });

  test('of a PAM credential is rejected, and custody is released', async () => {
    const { vault } = await run({}, { secrets: 'stripe/*' });
    vault.faults.add({ match: { path: /pam/ }, fault: { kind: 'encryptedValue' } });
    const job = new Job();
    const main = await job.main(inputsFor(vault, { credentials: '94 > PW' }));
    expect(main.log).toContain('::error title=VALUE_BROKEN::');
    expect([main.outputs.size, vault.custodies(), vault.everTaken()]).toEqual([0, [], ['94']]);
    job.close();
  });
});
