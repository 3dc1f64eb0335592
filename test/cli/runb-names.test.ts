import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectOk, expectRefused, openRunb, runb } from './runb-desk.js';

const EXPORT =
  'segura-secrets export --format sh --application billing --system payments --environment production';

describe('names', () => {
  test.each(['linux', 'github'])(
    'that have different values in two secrets are rejected for %s',
    async (tool) => {
      const { desk, file } = await openRunb({ a: { TOKEN: 'one value' }, b: { TOKEN: 'another value' } });
      writeFileSync(file, 'old');
      const ended = await runb(desk, ['-t', tool]);
      expectRefused(
        ended,
        'NAME_COLLISION: Name TOKEN would come from both a/TOKEN (runb) and b/TOKEN (runb).',
      );
      expect(ended.stderr).toContain(
        `Rename it in the vault, or use: ${EXPORT} --secrets 'a/* > A_*' --secrets 'b/* > B_*'\n`,
      );
      expect(readFileSync(file, 'utf8')).toBe('old');
    },
  );

  test('that have the same value in two secrets are written once', async () => {
    const { desk, file } = await openRunb({
      a: { TOKEN: 'one value' },
      b: [{ TOKEN: 'one value' }, { X: 'y' }],
    });
    expectOk(await runb(desk));
    expect(readFileSync(file, 'utf8')).toBe("export TOKEN='one value'\nexport X='y'\n");
  });

  test('that differ only in case are two names in a shell, and one in Azure Pipelines', async () => {
    const { desk, file } = await openRunb({ a: { password: 'lower case' }, b: { PASSWORD: 'upper case' } });
    expectRefused(await runb(desk, ['-t', 'azure-devops']), 'NAME_COLLISION');
    expectOk(await runb(desk, ['-t', 'gitlab']));
    expect(readFileSync(file, 'utf8')).toBe("export password='lower case'\nexport PASSWORD='upper case'\n");
  });

  test('that occur twice in one secret with different values are rejected', async () => {
    const { desk } = await openRunb({ a: [{ TOKEN: 'one value' }, { TOKEN: 'another value' }] });
    expectRefused(await runb(desk), 'FIELD_AMBIGUOUS: runb: a/TOKEN is in maps [0] and [1]', 5);
  });

  test.each(['LD_PRELOAD', 'PATH', 'BASH_ENV', 'path'])('such as %s are rejected', async (name) => {
    const { desk } = await openRunb({ a: { FINE: 'value', [name]: '/tmp/evil' } });
    const ended = await runb(desk);
    expectRefused(ended, `NAME_RESERVED: runb would set the environment variable ${name} from a/${name}`);
    expect(ended.stderr).not.toMatch(/output|\/tmp\/evil/);
    expect(desk.files()).toEqual([]);
  });

  test('that no shell accepts are changed into valid ones', async () => {
    const { desk, file } = await openRunb({ a: { 'db-password 1': 'value', '2nd': 'other' } });
    expectOk(await runb(desk));
    expect(readFileSync(file, 'utf8')).toBe("export db_password_1='value'\nexport _nd='other'\n");
  });

  test('that collide are rejected with a line that works, whatever the names', async () => {
    const { desk } = await openRunb({
      'db/prod': { TOKEN: 'one value', HOST: 'h1' },
      'DB-prod': { token: 'another value', HOST: 'h2' },
      "it's": { 'a b': 'with a space', 'a-b': 'with a hyphen', c: 'other' },
      git: { HOST: 'h3', SSH: 'a key' },
      alone: { FINE: 'fine' },
    });
    const refused = await runb(desk);
    const [line = '', ...more] = refused.stderr.match(/segura-secrets export.*/g) ?? [];
    expect(more).toEqual([]);
    expectRefused(
      refused,
      `use: ${EXPORT} --secrets 'db/prod/* > DB_PROD_*' --secrets 'DB-prod/* > DB_PROD_2_*'`,
    );
    expect(refused.stderr.match(/use the same line as above\./g)).toHaveLength(2);
    const script = `segura_secrets ${line.replace('segura-secrets ', '')} --state state`;
    const exported = await desk.shell(['sh'], script);
    expect(exported.code, exported.stderr).toBe(0);
    expect(exported.stdout.toString().split('\n').sort()).toEqual([
      '',
      "export DB_PROD_2_HOST='h2'",
      "export DB_PROD_2_token='another value'",
      "export DB_PROD_HOST='h1'",
      "export DB_PROD_TOKEN='one value'",
      "export FINE='fine'",
      "export IT_S_A_B='with a space'",
      "export IT_S_A_B_2='with a hyphen'",
      "export IT_S_C='other'",
      "export MY_GIT_HOST='h3'",
      "export MY_GIT_SSH='a key'",
    ]);
  });

  test('that change how programs run are rejected with a line that works', async () => {
    const { desk } = await openRunb({ pip: { PIP_INDEX_URL: 'https://evil.example', USER: 'u' } });
    const refused = await runb(desk);
    expectRefused(refused, 'NAME_RESERVED: runb would set the environment variable PIP_INDEX_URL');
    const [line = ''] = refused.stderr.match(/segura-secrets export.*/) ?? [];
    const exported = await desk.shell(['sh'], line.replace('segura-secrets ', 'segura_secrets '));
    expect(exported.code, exported.stderr).toBe(0);
    expect(exported.stdout.toString()).toContain("export MY_PIP_PIP_INDEX_URL='https://evil.example'\n");
  });
});

describe('--prefix-identity', () => {
  const TWO = {
    'billing-db': { username: 'svc', password: 'of the database' },
    'mail/out': { username: 'smtp', password: 'of the mail' },
    '2nd': { password: 'with a digit in front' },
  };
  const LINES = [
    "export billing_db_username='svc'",
    "export billing_db_password='of the database'",
    "export mail_out_username='smtp'",
    "export mail_out_password='of the mail'",
    "export _2nd_password='with a digit in front'",
    '',
  ].join('\n');

  test('is the first remedy for two credentials with default labels, and it works', async () => {
    const { desk, file } = await openRunb(TWO);
    const refused = await runb(desk);
    expectRefused(refused, 'NAME_COLLISION: Name username would come from both');
    const remedies = refused.stderr.match(/^.*(?:Rename it in the vault).*$/gm) ?? [];
    expect(remedies.length).toBeGreaterThan(1);
    for (const remedy of remedies) {
      expect(remedy).toMatch(
        /^\s*(?:\S+ )?Add --prefix-identity, which writes each field as IDENTITY_FIELD\./,
      );
    }
    expectOk(await runb(desk, ['--prefix-identity']));
    expect(readFileSync(file, 'utf8')).toBe(LINES);
  });

  test.each(['true', '1', 'T'])('is a setting of the environment too: %s', async (value) => {
    const { desk, file } = await openRunb(TWO);
    expectOk(await runb(desk, [], { env: { SENHASEGURA_PREFIX_IDENTITY: value } }));
    expect(readFileSync(file, 'utf8')).toBe(LINES);
  });

  test.each(['prefix-identity', 'SENHASEGURA_PREFIX_IDENTITY'])(
    'is a key of the config file: %s',
    async (key) => {
      const { desk, file } = await openRunb(TWO);
      writeFileSync(join(desk.folder, 'config.yaml'), `${key}: true\n`, { mode: 0o600 });
      const ended = await runb(desk, ['-c', 'config.yaml']);
      expectOk(ended);
      expect(ended.stderr).not.toContain('unknown key');
      expect(readFileSync(file, 'utf8')).toBe(LINES);
      expectRefused(await runb(desk, ['-c', 'config.yaml', '--prefix-identity=false']), 'NAME_COLLISION');
    },
  );

  test('with a word other than true or false is rejected before the vault is asked', async () => {
    const { desk, vault } = await openRunb(TWO);
    const ended = await runb(desk, [], { env: { SENHASEGURA_PREFIX_IDENTITY: 'yes' } });
    expectRefused(ended, 'INPUT_INVALID: SENHASEGURA_PREFIX_IDENTITY is "yes".');
    expect(vault.journal.requests).toEqual([]);
  });

  test('is not offered if it would not help', async () => {
    const { desk } = await openRunb({ 'a-b': { T: 'one value' }, 'a.b': { T: 'another value' } });
    const refused = await runb(desk);
    expectRefused(refused, 'NAME_COLLISION');
    expect(refused.stderr).not.toContain('--prefix-identity');
    expectRefused(await runb(desk, ['--prefix-identity']), 'NAME_COLLISION: Name a_b_T would come from both');
  });

  test.each(['a_b', 'a/b'])(
    'with %s and c, and with a and b_c, gives one name twice: the command of the remedy gives each its own',
    async (identity) => {
      const { desk } = await openRunb({ [identity]: { c: 'one value' }, a: { b_c: 'another value' } });
      const refused = await runb(desk, ['--prefix-identity']);
      expectRefused(refused, 'NAME_COLLISION: Name a_b_c would come from both');
      const [line = ''] = refused.stderr.match(/segura-secrets export.*/) ?? [];
      const exported = await desk.shell(['sh'], line.replace('segura-secrets ', 'segura_secrets '));
      expect(exported.code, exported.stderr).toBe(0);
      const values = exported.stdout.toString().match(/(?<==').*(?=')/g);
      expect(values?.sort()).toEqual(['another value', 'one value']);
    },
  );

  test('fixes a name that changes how programs run', async () => {
    const { desk, file } = await openRunb({ tools: { PATH: '/opt' } });
    const refused = await runb(desk);
    expectRefused(refused, 'NAME_RESERVED');
    expect(refused.stderr).toContain('Add --prefix-identity');
    expectOk(await runb(desk, ['--prefix-identity', '-t', 'github']));
    expect(readFileSync(file, 'utf8')).toContain('tools_PATH<<');
  });
});
