import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk, type Ended } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import { cannot, lacks } from '../../support/skips.js';
import { lacksScript, onTerminal } from '../../support/terminal.js';
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

test('migrate names comments that look like secrets, which stay', async () => {
  write('.env', `${ENV}#OLD_PASSWORD=hunter2\n`);
  const ended = await migrate('.env', '--identity', 'shop', '--strip', '--yes');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain(
    'warning: Line 6 of .env is a comment that looks like a secret, and stays: remove it by hand.',
  );
  expect(ended.stderr).not.toContain('hunter2');
});

test.each([
  ['a FIFO', 'mkfifo ff.env; printf "A_PASSWORD=x\\n" >ff.env &', 'ff.env'],
  ['a pipe by a link', 'ln -s /dev/stdin ff.env; printf "A_PASSWORD=x\\n" |', 'ff.env'],
])('migrate --strip rejects %s before anything is sent', async (_, before, name) => {
  const ended = await desk.shell(
    ['bash'],
    `${before} timeout -k 1 20 "$SEGURA_NODE" "$SEGURA_COMMAND" migrate ${name} --identity shop --strip --yes`,
    { env: { SEGURA_NODE: process.execPath, SEGURA_COMMAND: COMMAND_LINE } },
  );
  expect([ended.code, vault.journal.requests, backups()], ended.stderr).toEqual([1, [], []]);
  expect(ended.stderr).toContain('FILE_REFUSED: ff.env is no regular file, so it cannot be replaced.');
  expect(readdirSync(desk.folder)).not.toContain('.ff.env.segura-secrets');
});

test('migrate --strip rejects a file with several names, and its remedy leads to them', async () => {
  mkdirSync(join(desk.folder, 'kept'));
  linkSync(join(desk.folder, '.env'), join(desk.folder, 'kept/copy'));
  const args = ['.env', '--identity', 'shop', '--strip', '--yes'];
  const refused = await migrate(...args);
  expect([refused.code, vault.journal.requests, read('.env'), backups()]).toEqual([1, [], ENV, []]);
  expect(refused.stderr).toContain('FILE_REFUSED: The file .env has 2 names (hard links)');
  const [command = ''] = /find \/ .*$/m.exec(refused.stderr) ?? [];
  // The same search, below this folder only.
  const found = await desk.shell(['sh'], command.replace('find / ', 'find . '));
  expect(found.stdout.toString().split('\n').sort()).toEqual(['', './.env', './kept/copy']);
  unlinkSync(join(desk.folder, 'kept/copy'));
  const ended = await migrate(...args);
  expect([ended.code, read('.env')], ended.stderr).toEqual([0, 'PORT=8080\nLOG=info\n']);
});

test('migrate --strip leaves a file that got another name after its text was read', async () => {
  vault.faults.add({ match: { path: '/iso/sctm/secret' }, times: 3, fault: { kind: 'delay', ms: 300 } });
  const running = migrate('.env', '--identity', 'shop', '--strip', '--yes');
  await expect.poll(() => vault.journal.requests.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
  linkSync(join(desk.folder, '.env'), join(desk.folder, 'copy'));
  const ended = await running;
  expect([ended.code, read('.env'), read('copy')]).toEqual([1, ENV, ENV]);
  expect(ended.stderr).toContain(
    '.env could not be written (it got another name, a hard link, meanwhile). The secrets are in the vault',
  );
  expect(ended.stderr).toContain('Run the same command again.');
  const again = await migrate('.env', '--identity', 'shop', '--strip', '--yes');
  expect(again.stderr).toContain('find / -samefile ".env"');
});

test.skipIf(cannot(process.getuid?.() !== 0, 'what only root can set up') || lacks('setpriv'))(
  'migrate --strip sends nothing if this user may not replace the file',
  async () => {
    const ended = await desk.shell(
      ['sh'],
      `chmod 755 .; mkdir -m 777 kept; chmod 644 .env
      exec setpriv --reuid 54321 --clear-groups "$SEGURA_NODE" "$SEGURA_COMMAND" \\
        migrate .env --identity shop --strip --yes --backup kept`,
      { env: { SEGURA_NODE: process.execPath, SEGURA_COMMAND: COMMAND_LINE } },
    );
    expect([ended.code, vault.journal.requests, read('.env')], ended.stderr).toEqual([1, [], ENV]);
    expect(readdirSync(join(desk.folder, 'kept'))).toEqual([]);
    expect(ended.stderr).toContain('FILE_REFUSED: The file .env cannot be replaced (EACCES).');
    expect(ended.stderr).toContain(
      'Name a file that this user may write, in a folder that it may write too.',
    );
  },
);

test('migrate --strip sends nothing if the new file or its backup cannot be written', async () => {
  mkdirSync(join(desk.folder, '..env.segura-secrets'));
  const taken = await migrate('.env', '--identity', 'shop', '--strip', '--yes');
  expect([taken.code, vault.journal.requests, backups()], taken.stderr).toEqual([1, [], []]);
  expect(taken.stderr).toContain('FILE_REFUSED: The file .env cannot be replaced');
  const args = ['app.yaml', '--identity', 'shop', '--strip', '--yes', '--backup'];
  const refused = await migrate(...args, 'app.yaml/kept');
  expect([refused.code, vault.journal.requests, read('app.yaml')], refused.stderr).toEqual([1, [], YAML]);
  expect(refused.stderr).toContain('Name a folder where this user may write: --backup FOLDER');
  const ended = await migrate(...args, 'kept');
  expect(ended.code, ended.stderr).toBe(0);
});

test('migrate takes a file that is named twice once, by whatever name', async () => {
  symlinkSync('.env', join(desk.folder, 'link.env'));
  const ended = await migrate('.env', './.env', 'link.env', '--identity', 'shop', '--strip', '--yes');
  expect(ended.code, ended.stderr).toBe(0);
  expect([read('.env'), backups().length]).toEqual(['PORT=8080\nLOG=info\n', 1]);
});

test('migrate makes no backup inside another checkout either', async () => {
  mkdirSync(join(desk.folder, 'other/.git'), { recursive: true });
  const ended = await migrate('.env', '--identity', 'shop', '--strip', '--yes', '--backup', 'other/kept');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('is inside the checkout');
  expect([read('.env'), vault.journal.requests]).toEqual([ENV, []]);
});

test('migrate moves what GitLab exports, and says what remains there', async () => {
  const rows = [
    {
      variable_type: 'env_var',
      key: 'DB_URL',
      value: 'db-1',
      masked: true,
      raw: true,
      environment_scope: '*',
    },
    {
      variable_type: 'env_var',
      key: 'DB_URL',
      value: 'db-2',
      masked: true,
      raw: true,
      environment_scope: 'staging',
    },
    {
      variable_type: 'file',
      key: 'KUBECONFIG',
      value: 'apiVersion: v1\n',
      raw: true,
      environment_scope: '*',
    },
    { variable_type: 'env_var', key: 'HIDDEN', value: null, hidden: true, environment_scope: '*' },
    { variable_type: 'env_var', key: 'LOG', value: 'info', masked: false, environment_scope: '*' },
  ];
  write('vars.json', JSON.stringify(rows));
  const ended = await migrate('vars.json', '--identity', 'shop', '--strip', '--yes');
  expect(ended.code, ended.stderr).toBe(0);
  expect(stored()?.data).toEqual([
    { DB_URL: 'db-1', 'staging.DB_URL': 'db-2', KUBECONFIG: 'apiVersion: v1\n' },
  ]);
  expect(ended.stdout.toString()).toMatch(/^vars\.json +1 +DB_URL +shop\/DB_URL +masked in GitLab$/m);
  expect(ended.stderr).toMatch(
    /HIDDEN in line 1 of vars\.json looks like a secret, but stays: GitLab does not give/,
  );
  expect(ended.stderr).toContain('glab variable delete KEY');
  expect(JSON.parse(read('vars.json'))).toEqual(rows.slice(3));
});

test.skipIf(lacksScript())(
  'migrate shows on a terminal how far it is, and leaves no trace of it',
  async () => {
    vault.faults.add({ match: { path: '/iso/sctm/secret' }, times: 3, fault: { kind: 'delay', ms: 300 } });
    const shown = await onTerminal(desk, 'segura_secrets migrate .env --identity shop --yes; echo "code $?"');
    expect(shown.text).toContain('[--------------------] 0 of 3: reading the vault');
    expect(shown.text).toContain('[#######-------------] 1 of 3: writing 2 fields');
    expect(shown.text).toContain('[#############-------] 2 of 3: comparing 2 fields with the vault');
    const lines = shown.text.split(/\r\n/).map((line) => line.slice(line.lastIndexOf('\u001b[K') + 1));
    expect(lines.filter((line) => line.includes('of 3:'))).toEqual([]);
    expect(shown.text).toContain('code 0');
    const piped = await migrate('.env', '--identity', 'shop', '--yes');
    expect(piped.stderr).not.toMatch(/of 3|\u001b/);
  },
);

test.skipIf(lacksScript())('migrate asks on a line that nothing clears', async () => {
  const shown = await onTerminal(desk, 'segura_secrets migrate .env --identity shop; echo "code $?"', [
    ['Go on? [y/N] ', 'y\r'],
  ]);
  const [, after = ''] = shown.text.split('Go on? [y/N] ');
  expect(after).toMatch(/^y\r\n/);
  expect(shown.text).toContain('code 0');
  expect(stored()).toBeDefined();
});

test('migrate offers options that leave out what has other values in the vault, whatever the names', async () => {
  write('a.json', '{"the, password": "new", "token": "t-1"}');
  await desk.run(['secret', 'put', 'shop', '--json', 'a.json', '--yes']);
  write('a.json', '{"the, password": "newer", "token": "t-1"}');
  const refused = await migrate('a.json', '--identity', 'shop', '--yes');
  const options = /leave them out: (.*)$/m.exec(refused.stderr)?.[1] ?? '';
  expect(options).toBe("--exclude 'the, password'");
  const followed = await desk.shell(
    ['bash'],
    `segura_secrets migrate a.json --identity shop --yes ${options}`,
  );
  expect(followed.code, followed.stderr).toBe(0);
  expect(vault.value('shop', 'the, password')).toBe('new');
});
