import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { Desk } from './support/command-line.js';
import { addDynamic, dynamicVault, held } from './support/dynamic.js';
import { DYNAMIC_KILLS, killSome } from './support/dynamic-kills.js';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { filesWith } from './support/secret-files.js';
import { isWindows } from './support/skips.js';
import type { Vault, VaultOptions } from './vault/index.js';
import { dynamicSecret } from './vault/sample-secrets.js';

const LINES = 'app/db/USERNAME > DB_USER\napp/db/PASSWORD > DB_PASSWORD\napp/queue/* > QUEUE_*';
const PROVISION = { method: 'POST', path: '/iso/coe/dapp/provision' };
const DEPROVISION = '/iso/coe/dapp/deprovision';
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function opened(options: VaultOptions = {}): Promise<{ vault: Vault; job: Job }> {
  const vault = await dynamicVault(options);
  const job = new Job();
  ends.push(
    () => job.close(),
    () => vault.close(),
  );
  return { vault, job };
}

const sent = (vault: Vault, path: string): number =>
  vault.journal.requests.filter((each) => each.path === path).length;

// The third dialect has the routes of DSM of `iso`: test/vault/leases.test.ts.
describe.each(['api', 'iso'] as const)('in dialect %s', (dialect) => {
  test('a job gets a user and password of its own, and post ends the leases', async () => {
    const { vault, job } = await opened({ dialect });
    const main = await job.main(inputsFor(vault, { dynamic: LINES, secrets: 'postgres/USERNAME > PG_USER' }));
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    const [db, queue] = vault.leases();
    expect(main.outputs.get('DB_USER')).toBe(db?.username);
    expect(main.outputs.get('DB_PASSWORD')).toBe(db?.password);
    expect(main.outputs.get('QUEUE_PASSWORD')).toBe(queue?.password);
    // Each is provisioned once, however many lines ask for it.
    expect(sent(vault, PROVISION.path)).toBe(2);
    expect(new Set(vault.leases().map(({ pod }) => pod)).size).toBe(2);
    expect(main.log).toMatch(
      /DB_PASSWORD: ready, from app\/db\/PASSWORD, .*expires 20\S+Z; lease until the job ends/,
    );
    expect(main.log).toMatch(
      /::warning::The lease of app\/db ends at 20\S+Z, in (15 m 0 s|14 m 5\d s), and the job may take longer\. A login/,
    );
    expect(main.log).toMatch(/app\/queue: provisioned; its lease ends at 20\S+Z, in (4 h 0 m|3 h 59 m)/);
    for (const { password } of vault.leases()) expect(main.log).not.toContain(password);
    expect(
      filesWith(
        vault.leases().map(({ password }) => password),
        job.leftBehind(),
      ),
    ).toEqual([]);
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(post.log).toMatch(/ended the lease of app\/db after \d+ s/);
    expect(post.log).toMatch(/ended the lease of app\/queue after \d+ s/);
    expect(post.log).not.toContain('::warning');
    expect(held(vault)).toEqual([]);
    expect(vault.everLeased()).toHaveLength(2);
  });
});

test('a step that fails ends its leases at once', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const main = await job.main(inputsFor(vault, { dynamic: 'app/db/NOPE > X' }));
  expect(main.code).toBe(1);
  expect(main.log).toContain('FIELD_NOT_FOUND');
  expect(main.log).toContain('It has: hostname, USERNAME, PASSWORD, ip, TTL.');
  expect(main.log).toMatch(/ended the lease of app\/db/);
  expect([vault.everLeased().length, held(vault)]).toEqual([1, []]);
  const post = await job.post({});
  expect([post.code, sent(vault, DEPROVISION)]).toEqual([0, 1]);
});

test('post ends a lease whose reply never came', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  vault.faults.add({ match: PROVISION, times: 1, fault: { kind: 'resetAfter' } });
  const main = await job.main(inputsFor(vault, { dynamic: 'app/db/PASSWORD > X' }));
  expect(main.code).toBe(1);
  // It is not sent again: the vault may have carried it out.
  expect([sent(vault, PROVISION.path), vault.everLeased().length]).toEqual([1, 1]);
  const post = await job.post({});
  expect([post.code, post.stderr], post.log).toEqual([0, '']);
  expect(held(vault)).toEqual([]);
});

test('post ends what a vault made before it rejected the request', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const fault = { kind: 'businessError', code: 1099, status: 400, handled: true } as const;
  vault.faults.add({ match: PROVISION, times: 1, fault });
  const main = await job.main(inputsFor(vault, { dynamic: 'app/db/PASSWORD > X' }));
  expect([main.code, vault.everLeased().length], main.log).toEqual([1, 1]);
  const post = await job.post({});
  expect([post.code, held(vault)], post.log).toEqual([0, []]);
});

test('the pod name is told where the identity of a lease that is left needs quotes', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  vault.data.secrets.push(dynamicSecret(303, 'banco de dados', 900));
  vault.authorization('ci').secretIds.push(303);
  const inputs = inputsFor(vault, { dynamic: '"banco de dados"/PASSWORD > X' });
  expect((await job.main(inputs)).code).toBe(0);
  vault.authorization('ci').permission = 'Read-only';
  const { log } = await job.post({});
  const [lease] = vault.leases();
  expect(log).toContain(
    `Or run, with the identity of the secret in quotes: segura-secrets deprovision IDENTITY --pod-name ${lease?.pod}`,
  );
});

test('post retries until the vault has ended the lease, and says so where it does not', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const inputs = inputsFor(vault, { dynamic: 'app/db/PASSWORD > X', 'release-failure': 'fail' });
  expect((await job.main(inputs)).code).toBe(0);
  vault.faults.add({ match: { path: DEPROVISION }, times: 2, fault: { kind: 'status', status: 503 } });
  const post = await job.post({});
  expect([post.code, held(vault)], post.log).toEqual([0, []]);
  expect((await job.main(inputs)).code).toBe(0);
  vault.authorization('ci').permission = 'Read-only';
  const denied = await job.post({});
  expect(denied.code).toBe(1);
  expect(denied.log).toContain('The lease of app/db could not be ended. ACCESS_DENIED');
  const [, command = ''] =
    /Or run: (segura-secrets deprovision app\/db --pod-name [\w-]+)/.exec(denied.log) ?? [];
  vault.authorization('ci').permission = 'Read and write';
  if (isWindows()) return;
  const desk = new Desk(vault);
  ends.push(() => desk.close());
  const ended = await desk.run([...command.split(' ').slice(1), '--yes']);
  expect([ended.code, held(vault)], ended.stderr).toEqual([0, []]);
});

test('a lease that has ended by then is no failure', async () => {
  let now = Date.now();
  const { vault, job } = await opened({ dialect: 'api', now: () => now, tokenLifetimeSeconds: 86_400 });
  expect((await job.main(inputsFor(vault, { dynamic: 'app/db/PASSWORD > X' }))).code).toBe(0);
  now += 901_000;
  const post = await job.post({});
  expect(post.code).toBe(0);
  expect(post.log).toContain('the lease of app/db had ended already');
});

test('nothing is provisioned that is refused, and each message says what to do', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const failed = async (dynamic: string, more: Record<string, string> = {}): Promise<string> => {
    const main = await job.main(inputsFor(vault, { dynamic, ...more }));
    expect(main.code).toBe(1);
    expect((await job.post({})).code).toBe(0);
    return main.log;
  };
  expect(await failed('app/dv/PASSWORD > X')).toMatch(/SECRET_NOT_FOUND[\s\S]*Did you mean app\/db/);
  expect(await failed('* > X_*')).toMatch(/REQUEST_INVALID[\s\S]*Name each: IDENTITY\/\* > PREFIX_\*/);
  const fixed = await failed('postgres/PASSWORD > X');
  expect(fixed).toMatch(
    /PROVISION_REFUSED[\s\S]*The vault does not provision postgres \(HTTP 400, code 1006\)/,
  );
  expect(fixed).toContain('If it has fixed values, ask for it in "secrets".');
  const triple = { application: 'billing', system: 'ci', environment: 'shared' };
  expect(await failed('app/db/PASSWORD > X', triple)).toMatch(
    /INPUT_INVALID[\s\S]*"dynamic" cannot be used together/,
  );
  expect(await failed('app/db/PASSWORD > X', { secrets: 'postgres/PASSWORD > X' })).toContain(
    'NAME_COLLISION',
  );
  const [match, members] = [{ path: '/iso/sctm/secret' }, { secret_id: null }];
  vault.faults.add({ match, times: 1, fault: { kind: 'spoiledSecret', identity: 'app/db', members } });
  expect(await failed('app/db/PASSWORD > X')).toMatch(/REPLY_MALFORMED[\s\S]*without its number/);
  vault.data.secrets.push(dynamicSecret(303, 'app/db', 900));
  vault.authorization('ci').secretIds.push(303);
  expect(await failed('app/db/PASSWORD > X')).toMatch(
    /PROVISION_REFUSED[\s\S]*several secrets with the identity app\/db/,
  );
  vault.authorization('ci').secretIds.pop();
  vault.authorization('ci').permission = 'Read-only';
  expect(await failed('app/db/PASSWORD > X')).toMatch(/ACCESS_DENIED[\s\S]*Read and write/);
  expect(vault.everLeased()).toEqual([]);
});

test('custody-release: false leaves the lease to the vault', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const main = await job.main(
    inputsFor(vault, { dynamic: 'app/db/PASSWORD > X', 'custody-release': 'false' }),
  );
  expect(main.log).toContain('lease kept');
  expect((await job.post({})).code).toBe(0);
  expect(held(vault)).toHaveLength(1);
});

test('a vault that provisions every secret at once is left with none of them', async () => {
  // Up to 3.32 no document says that the identity chooses, and this one does not read it.
  const { vault, job } = await opened({ dialect: 'iso', provisionChooses: false });
  const main = await job.main(inputsFor(vault, { dynamic: 'app/db/PASSWORD > X' }));
  expect([main.code, vault.everLeased().length], main.log).toEqual([0, 2]);
  expect((await job.post({})).code).toBe(0);
  expect(held(vault)).toEqual([]);
});

test('a job that waits for a credential provisions nothing before it has it', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  vault.holdBy('95', 'another client');
  const free = setInterval(() => {
    if (sent(vault, '/api/pam/credential/95') === 0) return;
    clearInterval(free);
    vault.releaseBy('95', 'another client');
  }, 20);
  const wanted = { dynamic: 'app/db/PASSWORD > X', credentials: '94 > A\n95 > B', 'custody-wait': '20' };
  const main = await job.main(inputsFor(vault, wanted));
  expect([main.code, sent(vault, PROVISION.path)], main.log).toEqual([0, 1]);
  expect(sent(vault, '/api/pam/credential/95')).toBeGreaterThan(1);
  expect((await job.post({})).code).toBe(0);
  expect([held(vault), vault.custodies()]).toEqual([[], []]);
});

test('two steps of one job have leases of their own, and each post ends only its own', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const [first, second] = [new Map<string, string>(), new Map<string, string>()];
  const wanted = inputsFor(vault, { dynamic: 'app/db/PASSWORD > X', credentials: 'root@web-01 > Y' });
  for (const state of [first, second]) expect((await job.main(wanted, { state })).code).toBe(0);
  const [one] = vault.leases();
  expect(vault.leases()).toHaveLength(2);
  expect((await job.post({}, { state: second })).code).toBe(0);
  expect(vault.leases()).toEqual([one]);
  const post = await job.post({}, { state: first });
  expect([post.code, held(vault), vault.custodies()], post.log).toEqual([0, [], []]);
});

test('a line of inject names a dynamic secret, and post restores the file and ends the lease', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const file = join(job.workspace, 'app.yaml');
  const text = 'database:\n  user: changeme # of the team\n  password: changeme\n';
  writeFileSync(file, text);
  const inject =
    'dynamic:app/db/USERNAME > app.yaml#/database/user\ndynamic:app/db/PASSWORD > app.yaml#/database/password';
  const main = await job.main(inputsFor(vault, { inject, dynamic: 'app/db/PASSWORD > X' }));
  expect([main.code, main.stderr], main.log).toEqual([0, '']);
  const [lease] = vault.leases();
  expect([vault.everLeased().length, main.outputs.get('X')]).toEqual([1, lease?.password]);
  expect(readFileSync(file, 'utf8')).toBe(
    `database:\n  user: "${lease?.username}" # of the team\n  password: "${lease?.password}"\n`,
  );
  expect(main.log).not.toContain(lease?.password);
  const post = await job.post({});
  expect([post.code, held(vault), readFileSync(file, 'utf8')], post.log).toEqual([0, [], text]);
  const near = await job.main(
    inputsFor(vault, { inject: 'dynamic:app/dv/PASSWORD > app.yaml#/database/password' }),
  );
  expect(near.log).toContain('Did you mean dynamic:app/db/PASSWORD > app.yaml#/database/password?');
  const triple = { application: 'billing', system: 'ci', environment: 'shared' };
  const refused = await job.main(inputsFor(vault, { inject, ...triple }));
  expect(refused.log).toMatch(/INPUT_INVALID[\s\S]*"dynamic" cannot be used together/);
  expect(vault.everLeased()).toHaveLength(1);
});

test('a template that names what no filter fetches is told how it gets it', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  const made = async (text: string, more: Record<string, string>) => {
    writeFileSync(join(job.workspace, 'a.liquid'), text);
    return job.main(inputsFor(vault, { templates: 'a.liquid > a.conf', ...more }));
  };
  const wrong = await made('{{ "app/db/PASSWORD" | dynamic }}', {});
  expect(wrong.log).toContain('Write IDENTITY/FIELD > NAME in "dynamic", and {{ NAME }} here.');
  const right = await made('{{ DB }}', { dynamic: 'app/db/PASSWORD > DB' });
  expect([right.code, readFileSync(join(job.workspace, 'a.conf'), 'utf8')], right.log).toEqual([
    0,
    vault.leases()[0]?.password,
  ]);
  expect((await job.post({})).code).toBe(0);
  const safe = await made('{{ "password:6" | mysafe }}', {});
  expect(safe.log).toContain('Write password:ITEM > NAME in "mysafe", and {{ NAME }} here.');
  const beside = await job.main(inputsFor(vault, { mysafe: 'password:6 > P', inject: 'a/b > a.yaml#/a' }));
  expect(beside.log).toContain('name it in "mysafe" and use that name in a file of "templates"');
});

test('values that the vault encrypts are decrypted, and its TTL is read all the same', async () => {
  const { vault, job } = await opened({ dialect: 'api' });
  vault.authorization('ci').encryption = true;
  const wanted = { dynamic: 'app/db/PASSWORD > X', 'decryption-key': vault.privateKey() };
  const main = await job.main(inputsFor(vault, wanted));
  const [lease] = vault.leases();
  expect([main.code, main.outputs.get('X')], main.log).toEqual([0, lease?.password]);
  expect(main.log).toContain('The lease of app/db ends at');
  expect((await job.post({})).code).toBe(0);
  expect(held(vault)).toEqual([]);
});

test('a task of Azure Pipelines provisions for the job and ends it', async () => {
  const { vault } = await opened({ dialect: 'api' });
  const job = new AzureJob();
  onTestFinished(() => job.close());
  const main = await job.main(azureInputsFor(vault, { dynamic: LINES }));
  expect([main.result, main.stderr], main.log).toEqual(['Succeeded', '']);
  expect(vault.leases()).toHaveLength(2);
  for (const { password } of vault.leases()) expect(main.log).not.toContain(password);
  const post = await job.post({});
  expect([post.result, held(vault)], post.log).toEqual(['Succeeded', []]);
});

describe.skipIf(isWindows())('on the command line', () => {
  async function openedDesk(ttlSeconds?: number): Promise<{ vault: Vault; desk: Desk }> {
    const vault = await dynamicVault({ dialect: 'api' });
    if (ttlSeconds !== undefined) {
      vault.data.secrets = vault.data.secrets.filter(({ id }) => id < 300);
      addDynamic(vault, ttlSeconds);
    }
    const desk = new Desk(vault);
    ends.push(
      () => desk.close(),
      () => vault.close(),
    );
    return { vault, desk };
  }

  test('exec --dynamic redacts the values, and ends the leases with its command', async () => {
    const { vault, desk } = await openedDesk();
    const ended = await desk.run([
      'exec',
      '--dynamic',
      LINES,
      '--',
      'sh',
      '-c',
      'echo "$DB_USER $DB_PASSWORD"',
    ]);
    const [db] = vault.everLeased();
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, `${db?.username} ***\n`]);
    expect(ended.stderr).toMatch(/ended the lease of app\/db after \d+ s/);
    expect(held(vault)).toEqual([]);
  });

  test('export --dynamic leaves a state by which release ends the leases', async () => {
    const { vault, desk } = await openedDesk();
    const without = await desk.run(['export', '--format', 'json', '--dynamic', LINES]);
    expect([without.code, vault.everLeased()], without.stderr).toEqual([1, []]);
    const exported = await desk.run([
      'export',
      '--format',
      'json',
      '--dynamic',
      LINES,
      '--state',
      desk.state,
    ]);
    expect(JSON.parse(exported.stdout.toString())).toMatchObject({
      DB_PASSWORD: vault.leases()[0]?.password,
    });
    expect(
      filesWith(
        vault.leases().map(({ password }) => password),
        desk.files(),
      ),
    ).toEqual([]);
    const released = await desk.run(['release', '--state', desk.state]);
    expect([released.code, held(vault)], released.stderr).toEqual([0, []]);
  });

  test('the warning says when a job of GitLab ends', async () => {
    const { desk } = await openedDesk(7_200);
    const started = new Date().toISOString();
    const run = async (timeout: string): Promise<string> =>
      (
        await desk.run(['exec', '--dynamic', 'app/db/PASSWORD > X', '--', 'true'], {
          env: { CI_JOB_STARTED_AT: started, CI_JOB_TIMEOUT: timeout },
        })
      ).stderr;
    expect(await run('10800')).toMatch(
      /warning: The lease of app\/db ends at .* and the job may run until 20\S+Z\./,
    );
    expect(await run('3600')).not.toContain('warning');
  });

  test('check looks a dynamic secret up in the list, and provisions nothing', async () => {
    const { vault, desk } = await openedDesk();
    const good = await desk.run(['check', '--online', '--dynamic', 'app/db/PASSWORD > X']);
    expect([good.code, good.stdout.toString()], good.stderr).toEqual([
      0,
      expect.stringContaining('Dynamic requests: 1'),
    ]);
    const bad = await desk.run(['check', '--online', '--dynamic', 'app/dbs/PASSWORD > X']);
    expect([bad.code, bad.stderr]).toEqual([5, expect.stringContaining('Did you mean app/db/PASSWORD > X?')]);
    expect(vault.everLeased()).toEqual([]);
  });
});

// Every await is in test/dynamic-kill.test.ts.
test.skipIf(isWindows())('a kill while the action provisions leaves no lease once post has run', async () => {
  const [name = '', kill] = Object.entries(DYNAMIC_KILLS)[0] ?? [];
  if (kill === undefined) throw new Error('nothing is killed');
  const { bad } = await killSome(name, kill, 3);
  expect(bad).toEqual([]);
});
