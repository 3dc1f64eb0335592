import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { VaultOptions } from '../vault/index.js';
import { expectHidden, expectOk, expectRefused, openRunb, type RunbDesk, runb } from './runb-desk.js';

const MAPPING = JSON.stringify({
  access_keys: [
    { name: 'cloud', type: 'aws', fields: { access_key_id: 'KEY_ID', secret_access_key: 'KEY_SECRET' } },
  ],
  credentials: [{ name: 'db', fields: { user: 'DB_USER', password: 'DB_PASSWORD', host: '' } }],
  key_value: [{ name: 'more', fields: ['API_TOKEN', 'constructor', 'NOT_SET'] }],
});
const VARIABLES = {
  KEY_ID: 'FAKEAKIA01',
  KEY_SECRET: 'fake/key+secret==',
  DB_USER: 'svc_billing',
  DB_PASSWORD: `it's "quoted" = $(id) çé`,
  API_TOKEN: 'fake-api-token',
};
const SEQUENCE = [
  'POST /iso/oauth2/token',
  'POST /iso/dapp/Application',
  'POST /iso/oauth2/token',
  'POST /iso/cicd/variables',
  'GET /iso/sctm/secret',
];

/** A folder with this mapping file, and an environment that names it. */
async function openMapped(mapping: string, options: VaultOptions = {}): Promise<RunbDesk> {
  const opened = await openRunb({ postgres: { DB_PASSWORD: 'from the vault' } }, options);
  writeFileSync(join(opened.desk.folder, 'map.json'), mapping);
  Object.assign(opened.desk.env, VARIABLES, {
    SENHASEGURA_MAPPING_FILE: 'map.json',
    UNNAMED: 'stays-here-unnamed',
  });
  return opened;
}

test('nothing of the environment is sent without a mapping file', async () => {
  const { vault, desk } = await openMapped(MAPPING);
  expectOk(await runb(desk, [], { env: { SENHASEGURA_MAPPING_FILE: undefined } }));
  expect(vault.journal.lines()).toEqual(SEQUENCE.filter((line) => !line.includes('cicd')));
  expect(vault.data.variables).toEqual([]);
});

test('only the variables that the mapping file names are sent, as the application, before its secrets are read', async () => {
  const { vault, desk } = await openMapped(MAPPING);
  const ended = await runb(desk);
  expectOk(ended);
  expect(vault.journal.lines()).toEqual(SEQUENCE);
  const { clientId } = vault.client('billing-production');
  const environment = Object.entries(VARIABLES).map(([name, value]) => `${name}=${value}`);
  expect(vault.data.variables).toEqual([{ clientId, environment: environment.join('\n'), mapping: MAPPING }]);
  expectHidden(vault, ended, Object.values(VARIABLES));
});

/** Source: docs.senhasegura.io v3-32, DSM CLI: sensitive variables become secrets; the vault may approve them at once. */
test('variables that the vault approves at once are among the secrets of the same run', async () => {
  const { vault, desk, file } = await openMapped(MAPPING, { variablesApproved: true });
  const ended = await runb(desk);
  expectOk(ended);
  const written = readFileSync(file, 'utf8');
  for (const [label, value] of [
    ['API_TOKEN', VARIABLES.API_TOKEN],
    ['access_key_id', VARIABLES.KEY_ID],
    ['secret_access_key', VARIABLES.KEY_SECRET],
  ])
    expect(written).toContain(`${label}='${value}'`);
  expectHidden(vault, ended, Object.values(VARIABLES));
});

test('each variable that is named but not set is reported', async () => {
  const { desk } = await openMapped(MAPPING);
  const { stderr } = await runb(desk);
  const told = [...stderr.matchAll(/warning: The mapping file names (\w+), which is not set/g)];
  expect(told.map(([, name]) => name)).toEqual(['constructor', 'NOT_SET']);
});

test('nothing is sent when none of the named variables is set', async () => {
  const { vault, desk } = await openMapped('key_value:\n  - name: more\n    fields: [NOT_SET]\n');
  expectOk(await runb(desk));
  expect(vault.data.variables).toEqual([]);
  expect(vault.journal.lines()).not.toContain('POST /iso/cicd/variables');
});

test.each(['SENHASEGURA_CLIENT_SECRET', 'COPY', 'URL_WITH_IT'])(
  'the client secret is never sent, not even as %s',
  async (name) => {
    const { vault, desk } = await openMapped(
      JSON.stringify({ key_value: [{ name: 'more', fields: [name, 'API_TOKEN'] }] }),
    );
    const { clientSecret } = vault.clients.ci;
    const env = { COPY: clientSecret, URL_WITH_IT: `https://ci:${clientSecret}@vault.example` };
    const ended = await runb(desk, [], { env });
    expectRefused(ended, `INPUT_INVALID: The mapping file names ${name}, which contains the client secret`);
    expectHidden(vault, ended);
    expect(vault.data.variables).toEqual([]);
  },
);

test('one file as config and as mapping is rejected before anything is sent', async () => {
  const { vault, desk } = await openRunb({ postgres: { DB_PASSWORD: 'from the vault' } });
  const { clientSecret } = vault.clients.ci;
  const both = [
    `SENHASEGURA_CLIENT_SECRET: '${clientSecret}'`,
    'key_value:',
    '  - { name: more, fields: [API_TOKEN] }',
  ];
  writeFileSync(join(desk.folder, 'both.yaml'), both.join('\n'), { mode: 0o600 });
  const env = {
    SENHASEGURA_CLIENT_SECRET: undefined,
    SENHASEGURA_MAPPING_FILE: 'both.yaml',
    API_TOKEN: VARIABLES.API_TOKEN,
  };
  const ended = await runb(desk, ['-c', 'both.yaml'], { env });
  expectRefused(ended, 'INPUT_INVALID: The mapping file contains the client secret');
  expect(ended.stderr).toContain('Use a separate file for the mapping.');
  expectHidden(vault, ended, [VARIABLES.API_TOKEN]);
  expect(vault.journal.lines()).not.toContain('POST /iso/cicd/variables');
  expect(vault.data.variables).toEqual([]);
});

test.each([
  ['is no JSON or YAML', '{"key_value": ['],
  ['has another shape', '{"key_value": {"fields": "API_TOKEN"}}'],
  ['names what cannot be a variable', '{"key_value": [{"name": "x", "fields": ["API TOKEN"]}]}'],
])('a mapping file that %s is rejected before the vault is asked', async (_what, mapping) => {
  const { vault, desk } = await openMapped(mapping);
  expectRefused(await runb(desk), 'INPUT_INVALID: The mapping file');
  expectRefused(
    await runb(desk, [], { env: { SENHASEGURA_MAPPING_FILE: 'none.json' } }),
    'cannot be read (ENOENT)',
  );
  expect(vault.journal.requests).toEqual([]);
});

test('each unknown key is reported, with a suggestion', async () => {
  const { vault, desk } = await openMapped(
    JSON.stringify({
      key_values: [],
      access_keys: [{ name: 'cloud', type: 'aws', fields: { access_key: 'KEY_ID' } }],
      credentials: [{ name: 'db', field: {}, fields: { user: 'DB_USER', pass: 'DB_PASSWORD' } }],
      key_value: [{ name: 'more', type: 'x', fields: ['API_TOKEN'] }],
    }),
  );
  const ended = await runb(desk);
  expectOk(ended);
  const told = [...ended.stderr.matchAll(/warning: The mapping file has the unknown key (.+)\n/g)];
  expect(told.map(([, rest]) => rest)).toEqual([
    '$.key_values: no variable is read from it. Did you mean key_value?',
    '$.access_keys[0].fields.access_key: no variable is read from it.',
    '$.credentials[0].field: no variable is read from it. Did you mean fields?',
    '$.credentials[0].fields.pass: no variable is read from it.',
    '$.key_value[0].type: no variable is read from it.',
  ]);
  expect(vault.data.variables).toMatchObject([
    { environment: 'DB_USER=svc_billing\nAPI_TOKEN=fake-api-token' },
  ]);
});

test.each([
  ['', 'is empty'],
  ['# nothing yet\n', 'is empty'],
  ['null', 'is empty'],
  ['{}', 'names no variable'],
  ['key_value: []', 'names no variable'],
  ['{"key_value": [{"name": "x", "fields": [""]}]}', 'names no variable'],
])('a mapping file of %j is reported', async (mapping, what) => {
  const { vault, desk } = await openMapped(mapping);
  const ended = await runb(desk);
  expectOk(ended);
  expect(ended.stderr).toMatch(
    new RegExp(`warning: The mapping file \\S+/map.json ${what}: no variable is sent\\.`),
  );
  expect(vault.data.variables).toEqual([]);
});
