import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWayDesk, variablesOf } from '../support/command-ways.js';
import { otherClock } from '../support/other-clock.js';
import { WAYS } from '../support/ways.js';
import type { Vault } from '../vault/index.js';

const REQUESTS = ['--secrets', 'postgres/PASSWORD > DB_PASSWORD', '--credentials', '94 > SSH_PASSWORD'];
const PRINT = 'printf "%s/%s\\n" "$DB_PASSWORD" "$SSH_PASSWORD" | base64 -w0 > seen';

const seenIn = (folder: string): string =>
  Buffer.from(readFileSync(join(folder, 'seen'), 'latin1'), 'base64').toString();
const wanted = (vault: Vault): string => `${vault.value('postgres', 'PASSWORD')}/${vault.password(94)}\n`;

describe.each(WAYS)('a command that logs in by %s', (way) => {
  test('runs another with the secrets, and releases custody when that ends', async () => {
    const { vault, desk, secrets } = await openWayDesk(way);
    const ended = await desk.run(['exec', '--debug', ...REQUESTS, '--', 'sh', '-c', `${PRINT}; env > env`]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(seenIn(desk.folder)).toBe(wanted(vault));
    expect(ended.stderr).toContain('released custody of 94');
    expect(vault.custodies()).toEqual([]);
    const environment = readFileSync(join(desk.folder, 'env'), 'utf8');
    for (const secret of secrets.filter((each) => each.length >= 4)) {
      expect(environment).not.toContain(secret);
      expect(ended.stderr).not.toContain(secret);
    }
    expect(environment).not.toMatch(
      /^SENHASEGURA_(?:CLIENT_SECRET|CONSUMER_SECRET|TOKEN_SECRET|ACCESS_TOKEN|OIDC_TOKEN|CLIENT_KEY|DECRYPTION_KEY)/m,
    );
    expect(environment).not.toContain('id-token');
  });

  test('exports the secrets, and release releases custody later', async () => {
    const { vault, desk, secrets, rotate } = await openWayDesk(way);
    const exported = await desk.run(['export', '--format', 'json', '--state', 'state', ...REQUESTS]);
    expect(exported.code, exported.stderr).toBe(0);
    expect(JSON.parse(exported.stdout.toString())).toEqual({
      DB_PASSWORD: vault.value('postgres', 'PASSWORD'),
      SSH_PASSWORD: vault.password(94),
    });
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    const state = readFileSync(desk.state, 'utf8');
    for (const secret of secrets.filter((each) => each.length >= 4)) expect(state).not.toContain(secret);
    // A projected token is another one by now.
    if (way.includes('oidc')) await rotate();
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, released.stderr).toBe(0);
    expect(released.stderr).toContain('released custody of 94');
    expect(vault.custodies()).toEqual([]);
    for (const secret of secrets.filter((each) => each.length >= 4))
      expect(released.stderr).not.toContain(secret);
  });

  test('checks the requests at the vault, and takes nothing', async () => {
    const { vault, desk } = await openWayDesk(way);
    const checked = await desk.run(['check', '--online', ...REQUESTS]);
    expect(checked.code, checked.stderr).toBe(0);
    expect(checked.stdout.toString()).toContain('The login succeeded.');
    expect(vault.custodies()).toEqual([]);
  });

  test('writes the file of dsm runb', async () => {
    const { vault, desk } = await openWayDesk(way);
    const ended = await desk.run(['runb', '-a', 'billing', '-s', 'payments', '-e', 'staging']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(readFileSync(join(desk.folder, '.runb.vars'), 'utf8')).toContain('PASSWORD');
    expect(vault.custodies()).toEqual([]);
  });

  test('takes the settings of the login from a config file', async () => {
    const { vault, desk } = await openWayDesk(way);
    const settings = Object.entries(desk.env).filter(([name]) => name.startsWith('SENHASEGURA_'));
    const lines = settings.map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`);
    const file = join(desk.folder, 'settings.yaml');
    writeFileSync(file, lines.join(''));
    chmodSync(file, 0o600);
    const none = Object.fromEntries(settings.map(([name]) => [name, undefined]));
    const args = ['exec', '--config', 'settings.yaml', ...REQUESTS, '--', 'sh', '-c', PRINT];
    const ended = await desk.run(args, { env: none });
    expect(ended.code, ended.stderr).toBe(0);
    expect(seenIn(desk.folder)).toBe(wanted(vault));
    expect(vault.custodies()).toEqual([]);
  });
});

test('a token that expires while a command runs is read again from its file to release custody', async () => {
  const { vault, desk, rotate, identityToken } = await openWayDesk('oidc client-assertion');
  await rotate(40);
  writeFileSync(join(desk.folder, 'next'), await identityToken());
  const script = 'cp next id-token; cat id-token';
  const before = readFileSync(join(desk.folder, 'id-token'), 'utf8').trim();
  const ended = await desk.run(['exec', '--credentials', '94 > A', '--', 'sh', '-c', script]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.toString()).not.toContain(before);
  expect(vault.custodies()).toEqual([]);
});

test('a token in an environment variable is one of the settings, and no command gets it', async () => {
  const { vault, desk, identityToken } = await openWayDesk('oidc client-assertion');
  const token = await identityToken();
  const env = {
    MY_ID_TOKEN: token,
    COPY: `Bearer ${token}`,
    ...variablesOf({ 'oidc-provider': 'env', 'oidc-token': 'MY_ID_TOKEN' }),
  };
  const ended = await desk.run(['exec', ...REQUESTS, '--', 'sh', '-c', `${PRINT}; env > env`], { env });
  expect(ended.code, ended.stderr).toBe(0);
  expect(seenIn(desk.folder)).toBe(wanted(vault));
  const seen = readFileSync(join(desk.folder, 'env'), 'utf8');
  expect(seen).not.toContain(token);
  expect(seen).not.toMatch(/^(?:MY_ID_TOKEN|COPY)=/m);
});

test.each(['client certificate', 'encrypted values'] as const)(
  'no command gets a copy of the keys and passphrases of %s in another variable',
  async (way) => {
    const { vault, desk, inputs } = await openWayDesk(way);
    const own = Object.entries(inputs).filter(([name]) => /-key(-passphrase)?$/.test(name));
    const copies = own.flatMap(([name, value]) => [
      [`COPY OF ${name}`, `a ${value} b`],
      [`BASE64 OF ${name}`, Buffer.from(value).toString('base64')],
      [`JSON OF ${name}`, JSON.stringify({ value })],
      [`URL OF ${name}`, encodeURIComponent(value)],
    ]);
    const lines = ['BEGIN', 'END'].map((each) => `-----${each} ENCRYPTED PRIVATE KEY-----`);
    const unrelated = { OTHER: lines.join(`\n${'MIIFHDBOBgkqhkiG9w0BBQ0w'.repeat(2)}\n`), SHORT: 'BEGIN' };
    const env = { ...Object.fromEntries(copies), ...unrelated };
    const ended = await desk.run(['exec', ...REQUESTS, '--', 'sh', '-c', `${PRINT}; env > env`], { env });
    expect(ended.code, ended.stderr).toBe(0);
    expect(seenIn(desk.folder)).toBe(wanted(vault));
    const seen = readFileSync(join(desk.folder, 'env'), 'utf8');
    expect(seen.match(/^(?:COPY|BASE64|JSON|URL) OF .*$/gm)).toBeNull();
    expect(seen.match(/^(?:OTHER|SHORT)=/gm)).toHaveLength(2);
  },
);

test('no command gets a copy of a decryption key that lies in a file', async () => {
  const { desk, inputs } = await openWayDesk('encrypted values');
  const key = inputs['decryption-key'] ?? '';
  writeFileSync(join(desk.folder, 'key.pem'), key, { mode: 0o600 });
  const copies = { COPY: `a ${key} b`, ENCODED: Buffer.from(key).toString('base64') };
  const env = { ...variablesOf({ 'decryption-key': 'key.pem' }), ...copies };
  const ended = await desk.run(['exec', ...REQUESTS, '--', 'sh', '-c', 'env > env'], { env });
  expect(ended.code, ended.stderr).toBe(0);
  expect(readFileSync(join(desk.folder, 'env'), 'utf8')).not.toMatch(/^(?:COPY|ENCODED)=/m);
});

test.each([
  { is: 'has expired', days: 800 },
  { is: 'is not valid yet', days: -800 },
])('release shows the vault a client certificate that $is by the clock of this machine', async ({ days }) => {
  const { vault, desk } = await openWayDesk('client certificate');
  const exported = await desk.run(['export', '--format', 'json', '--state', 'state', ...REQUESTS]);
  expect([exported.code, vault.custodies().length], exported.stderr).toEqual([0, 1]);
  const clock = otherClock({ aheadMs: days * 86_400_000 });
  const env = { ...clock.env, NODE_OPTIONS: clock.nodeFlags.join(' ') };
  const checked = await desk.run(['check', '--online', ...REQUESTS], { env });
  expect([checked.code, checked.stderr]).toEqual([1, expect.stringContaining('INPUT_INVALID')]);
  const released = await desk.run(['release', '--state', 'state'], { env });
  expect([released.code, vault.custodies()], released.stderr).toEqual([0, []]);
  expect(released.stderr).toMatch(/clock of this machine says .+ It is still sent, to release custody/);
});

test.each([
  ['client certificate', 'client-key'],
  ['encrypted values', 'decryption-key'],
] as const)('a command that prints a key that lies in a file (%s) shows none of it', async (way, name) => {
  const { desk, inputs } = await openWayDesk(way);
  const key = inputs[name] ?? '';
  writeFileSync(join(desk.folder, 'key.pem'), key, { mode: 0o600 });
  const env = variablesOf({ [name]: 'key.pem' });
  const ended = await desk.run(['exec', ...REQUESTS, '--', 'cat', 'key.pem'], { env });
  expect(ended.code, ended.stderr).toBe(0);
  const lines = key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
  expect(lines.filter((line) => ended.stdout.toString().includes(line))).toEqual([]);
});

test.each(['gitlab', 'file'])(
  'exec releases custody at a vault that takes each identity token once, with provider %s',
  async (provider) => {
    const { desk, vault, rotate } = await openWayDesk('oidc client-assertion', {
      federation: { issuers: [], jtiOnce: true },
    });
    const token = await rotate();
    const given = provider === 'gitlab' ? { 'oidc-provider': provider, 'oidc-token': token } : {};
    const ended = await desk.run(['exec', ...REQUESTS, '--', 'true'], { env: variablesOf(given) });
    expect([ended.code, vault.custodies()], ended.stderr).toEqual([0, []]);
    expect(ended.stderr).toContain('released custody of 94');
  },
);

test('check reports a vault that takes each identity token once where no other one is issued', async () => {
  const strict = await openWayDesk('oidc client-assertion', { federation: { issuers: [], jtiOnce: true } });
  const lax = await openWayDesk('oidc client-assertion');
  const issued = { ...strict.env, ...variablesOf({ 'oidc-provider': 'github', 'oidc-token': '' }) };
  const check = ['check', '--online'];
  const said: boolean[] = [];
  for (const [{ desk }, args, env] of [
    [strict, [...check, ...REQUESTS], {}],
    [strict, [...check, ...REQUESTS], issued],
    [lax, [...check, ...REQUESTS], {}],
  ] as const) {
    const checked = await desk.run(args, { env });
    expect(checked.code, checked.stderr).toBe(0);
    said.push(checked.stdout.toString().includes('accepts this identity token only once'));
  }
  expect(said).toEqual([true, false, false]);
});

test('exec tells once when an access token expires', async () => {
  const { desk } = await openWayDesk('access-token');
  const ended = await desk.run(['exec', ...REQUESTS, '--', 'true']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(
    ended.stderr.match(/"?access-token"? expires at|SENHASEGURA_ACCESS_TOKEN.* expires at/g),
  ).toHaveLength(1);
});

test('a short passphrase removes only the variables that are equal to it', async () => {
  const { desk } = await openWayDesk('client-secret');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'test' },
  });
  const own = { 'decryption-key': privateKey, 'decryption-key-passphrase': 'test' };
  const env = { ...variablesOf(own), PASS: 'test', FOLDER: '/builds/test/app' };
  const ended = await desk.run(['exec', ...REQUESTS, '--', 'sh', '-c', 'env > env'], { env });
  expect(ended.code, ended.stderr).toBe(0);
  const seen = readFileSync(join(desk.folder, 'env'), 'utf8');
  expect(seen.match(/^(?:PASS|FOLDER)=.*$/gm)).toEqual(['FOLDER=/builds/test/app']);
});
