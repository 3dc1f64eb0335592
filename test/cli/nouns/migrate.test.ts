import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import type { Vault } from '../../vault/index.js';

const ENV = 'PORT=8080\nDB_PASSWORD="p@ss #1"\nAPI_TOKEN=first\nLOG=info\nAPI_TOKEN=tok-1\n';
const YAML = 'db:\n  host: db.example.com\n  password: "s3cr3t\\n" # of the database\nname: shop\n';
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
  write('.env', ENV);
  write('app.yaml', YAML);
});

const write = (name: string, text: string): void => writeFileSync(join(desk.folder, name), text);
const read = (name: string): string => readFileSync(join(desk.folder, name), 'utf8');
const migrate = (...args: string[]): Promise<Ended> => desk.run(['migrate', ...args]);
const stored = () => vault.data.secrets.find(({ identity }) => identity === 'shop');
const backups = (): string[] => {
  const folder = join(desk.folder, '.local/state/segura-secrets/backups');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

test('migrate says in a dry run what would go where and why, and contacts no vault', async () => {
  const ended = await migrate('.env', 'app.yaml', '--identity', 'shop', '--strip', '--dry-run');
  expect(ended.code, ended.stderr).toBe(0);
  const text = ended.stdout.toString();
  expect(text).toMatch(/^\.env +1 +PORT +stays +a number$/m);
  expect(text).toMatch(/^\.env +2 +DB_PASSWORD +shop\/DB_PASSWORD +its name suggests a secret$/m);
  expect(text).toMatch(/^\.env +3 +API_TOKEN +overridden +line 5 counts$/m);
  expect(text).toMatch(/^app\.yaml +3 +db\.password +shop\/db\.password +its name/m);
  expect(ended.stderr).toContain('would send: POST /iso/sctm/secret with name, identity, engine, data');
  expect(text + ended.stderr).not.toMatch(/p@ss|tok-1|s3cr3t/);
  expect(vault.journal.requests).toEqual([]);
  expect([read('.env'), read('app.yaml'), backups()]).toEqual([ENV, YAML, []]);
});

test('migrate moves the secrets, writes the files without them, and finds nothing to do a second time', async () => {
  chmodSync(join(desk.folder, '.env'), 0o640);
  mkdirSync(join(desk.folder, 'config'));
  symlinkSync('../app.yaml', join(desk.folder, 'config/app.yaml'));
  const args = ['.env', 'config/app.yaml', '--identity', 'shop', '--strip', '--yes', '--audit-file', 'audit'];
  const ended = await migrate(...args);
  expect(ended.code, ended.stderr).toBe(0);
  expect(stored()?.data).toEqual([{ DB_PASSWORD: 'p@ss #1', API_TOKEN: 'tok-1', 'db.password': 's3cr3t\n' }]);
  expect(read('.env')).toBe('PORT=8080\nLOG=info\n');
  expect(read('app.yaml')).toBe('db:\n  host: db.example.com\nname: shop\n');
  expect(
    backups()
      .map((path) => readFileSync(path, 'utf8'))
      .sort(),
  ).toEqual([ENV, YAML].sort());
  if (process.platform !== 'win32') {
    expect(statSync(join(desk.folder, '.env')).mode & 0o777).toBe(0o640);
    for (const path of backups()) expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  expect(ended.stderr).toContain('audit: migrate shop by client');
  expect(ended.stderr).toContain(`its backup is ${backups()[0]?.slice(0, 20)}`);
  const requests = vault.journal.requests.length;
  const again = await migrate(...args);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).toContain('Nothing looks like a secret');
  expect([vault.journal.requests.length, backups().length, stored()?.version]).toEqual([requests, 2, 1]);
});

test('migrate goes on after a run that ended between the vault and the files', async () => {
  await migrate('.env', '--identity', 'shop', '--yes');
  const ended = await migrate('.env', '--identity', 'shop', '--strip');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('The vault has all 2 fields of shop already.');
  expect([stored()?.version, read('.env')]).toEqual([1, 'PORT=8080\nLOG=info\n']);
});

test('migrate writes over another value in the vault only with --overwrite', async () => {
  await migrate('.env', '--identity', 'shop', '--yes');
  write('.env', ENV.replace('tok-1', 'tok-2'));
  const refused = await migrate('.env', '--identity', 'shop', '--yes', '--strip');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    'CHANGE_REFUSED: The secret shop has other values in the vault for API_TOKEN.',
  );
  expect(read('.env')).toContain('tok-2');
  const ended = await migrate('.env', '--identity', 'shop', '--yes', '--overwrite');
  expect(ended.code, ended.stderr).toBe(0);
  expect(vault.value('shop', 'API_TOKEN')).toBe('tok-2');
});

test('migrate leaves the files as they are if the vault does not take the secrets, or its values cannot be compared', async () => {
  vault.faults.add({ match: { path: '/iso/sctm/secret', method: 'POST' }, fault: { kind: 'reset' } });
  const failed = await migrate('.env', '--identity', 'shop', '--strip', '--yes');
  expect(failed.code, failed.stderr).toBe(3);
  vault.authorization('ci').encryption = true;
  const hidden = await migrate('.env', '--identity', 'shop', '--strip', '--yes');
  expect(hidden.code).toBe(1);
  expect(hidden.stderr).toContain(
    'CHANGE_UNCERTAIN: The vault has the secrets, but its values could not be compared',
  );
  expect([read('.env'), backups()]).toEqual([ENV, []]);
});

test('migrate needs four requests for 1,000 entries', async () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => `TOKEN_${at}=value-${at}-${'x'.repeat(at % 90)}`);
  write('many.env', `${lines.join('\n')}\n`);
  const ended = await migrate('many.env', '--identity', 'shop', '--strip', '--yes');
  expect(ended.code, ended.stderr).toBe(0);
  expect(vault.journal.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /iso/oauth2/token',
    'GET /iso/sctm/secret',
    'POST /iso/sctm/secret',
    'GET /iso/sctm/secret',
  ]);
  const pairs = lines.map((line) => line.split('='));
  expect(stored()?.data).toEqual([Object.fromEntries(pairs)]);
  expect(read('many.env')).toBe('');
});

test('migrate makes no backup inside the checkout, and knows what it is told to include', async () => {
  mkdirSync(join(desk.folder, '.git'));
  const inside = await migrate('.env', '--identity', 'shop', '--strip', '--yes');
  expect(inside.code).toBe(1);
  expect(inside.stderr).toContain('--backup FOLDER');
  const unknown = await migrate('.env', '--identity', 'shop', '--include', 'LOGS', '--dry-run');
  expect(unknown.stderr).toContain('Did you mean LOG?');
  const json = await migrate(
    '.env',
    '--identity',
    'shop',
    '--include',
    'LOG',
    '--exclude',
    'API_TOKEN',
    '--dry-run',
    '--output',
    'json',
  );
  expect(JSON.parse(json.stdout.toString())).toMatchObject({ dry_run: true, fields: ['DB_PASSWORD', 'LOG'] });
  expect(vault.journal.requests).toEqual([]);
});
