import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt, openDesk } from '../../support/desk-fixture.js';
import { HANG_MS, NO_HANG_MS } from '../../support/hang.js';
import { inputsFor } from '../../support/inputs.js';
import { NASTY } from '../../support/nasty.js';
import { Job } from '../../support/runner.js';
import { lacksScript, onTerminal } from '../../support/terminal.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

const SAVE = { method: 'POST', path: '/iso/sctm/secret' };
let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

function file(name: string, text: string): string {
  writeFileSync(join(desk.folder, name), text);
  return name;
}

function put(...args: string[]): Promise<Ended> {
  return desk.run(['secret', 'put', ...args], { env: { TOKEN: 'from-environment' } });
}

const stored = (identity: string) => vault.data.secrets.find((secret) => secret.identity === identity);
const saves = (): number =>
  vault.journal.requests.filter(({ path, method }) => path === SAVE.path && method === 'POST').length;

describe('secret put', () => {
  test('creates a secret from a file, standard input and a variable, byte for byte', async () => {
    const args = ['--field', `A=@${file('a', ' x\r\n')}`, '--field', 'B=-', '--field', 'C=env:TOKEN'];
    const ended = await desk.run(['secret', 'put', 'app/db', ...args, '--yes', '--output', 'json'], {
      env: { TOKEN: 'from-environment' },
      input: '\ufeffé\n',
    });
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout.toString())).toMatchObject({
      identity: 'app/db',
      outcome: 'created',
      version_before: null,
      version_after: '1',
      fields: { added: ['A', 'B', 'C'] },
    });
    expect(stored('app/db')?.data).toEqual([{ A: ' x\r\n', B: '\ufeffé\n', C: 'from-environment' }]);
    expect(ended.stderr).toMatch(
      /^segura-secrets: audit: secret\.put app\/db by client \w+: done, version none -> 1, request id none$/m,
    );
  });

  test('keeps the fields that are not given, and removes them only with --replace', async () => {
    const before = vault.value('stripe', 'STRIPE_SECRET_KEY');
    await put('stripe', '--field', 'NEW=env:TOKEN', '--field', 'STRIPE_WEBHOOK_SECRET=env:TOKEN', '--yes');
    expect(stored('stripe')?.data).toEqual([
      {
        STRIPE_SECRET_KEY: before,
        STRIPE_WEBHOOK_SECRET: 'from-environment',
        STRIPE_RESTRICTED_KEY: vault.value('stripe', 'STRIPE_RESTRICTED_KEY'),
        NEW: 'from-environment',
      },
    ]);
    await put('stripe', '--field', 'NEW=env:TOKEN', '--replace', '--yes');
    expect(stored('stripe')?.data).toEqual([{ NEW: 'from-environment' }]);
  });

  test('sends nothing where nothing would change', async () => {
    const value = file('value', vault.value('postgres', 'PASSWORD') ?? '');
    const ended = await put('postgres', '--field', `PASSWORD=@${value}`);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toContain('unchanged');
    expect(saves()).toBe(0);
  });

  test('sets the expiration date, and a secret that has expired is gone from the list', async () => {
    const later = await put('stripe', '--expires', '2099-01-31', '--yes');
    expect(later.code, later.stderr).toBe(0);
    expect(stored('stripe')?.expirationDate).toBe('2099-01-31 23:59:59');
    const past = await put('stripe', '--expires', '2020-01-01', '--yes');
    expect(past.code, past.stderr).toBe(0);
    const shown = await desk.run(['secret', 'show', 'stripe']);
    expect(shown.code).toBe(5);
  });

  test('reads a .env file and a JSON object as fields', async () => {
    const env = file('.env', 'export A="x\\ny" # note\nB=plain\n');
    const json = file('more.json', '\ufeff{"C": "{\\"k\\": 1}"}');
    const ended = await put('files', '--env-file', env, '--json', json, '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('files')?.data).toEqual([{ A: 'x\ny', B: 'plain', C: '{"k": 1}' }]);
  });

  test('says in a dry run what would be sent, with names only, and sends nothing', async () => {
    const ended = await put('stripe', '--field', 'NEW=env:TOKEN', '--dry-run');
    expect(ended.code, ended.stderr).toBe(0);
    const text = ended.stdout.toString();
    expect(text).toMatch(/^POST +\/iso\/sctm\/secret +name, identity, engine, data$/m);
    expect(text).toContain('added: NEW; kept: STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET');
    expect(text + ended.stderr).not.toContain('from-environment');
    expect(saves()).toBe(0);
  });

  test('writes every value of the list of nasty ones, and exec and the action get each byte for byte', async () => {
    const fields = Object.entries(NASTY).flatMap(([name, value]) => [
      '--field',
      `${name}=@${file(name, value)}`,
    ]);
    const ended = await put('nasty', ...fields, '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('nasty')?.data).toEqual([NASTY]);
    const out = join(desk.folder, 'out');
    const script = `require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.env))`;
    const read = await desk.run(['exec', '--secrets', 'nasty/* > N_*', '--', process.execPath, '-e', script]);
    expect(read.code, read.stderr).toBe(0);
    const env = JSON.parse(readFileSync(out, 'utf8'));
    for (const [name, value] of Object.entries(NASTY)) expect(env[`N_${name}`], name).toBe(value);
    const job = new Job();
    const main = await job.main(inputsFor(vault, { secrets: 'nasty/* > *' }));
    expect(main.code, main.log).toBe(0);
    for (const [name, value] of Object.entries(NASTY)) expect(main.outputs.get(name), name).toBe(value);
    job.close();
  });
});

describe('a value', () => {
  test.each([
    [['x', '--field', 'P=hunter2hunter2']],
    [['x', 'P=hunter2hunter2']],
    [['x', '--field', 'hunter2hunter2']],
    [['x', '--field', '=hunter2hunter2']],
  ])('is rejected as an argument, and not repeated: %j', async (args) => {
    const ended = await put(...args, '--yes');
    expect([ended.code, ended.stdout.length]).toEqual([2, 0]);
    expect(ended.stderr).toContain('--field NAME=@FILE');
    expect(ended.stderr).not.toContain('hunter2');
    expect(vault.journal.requests).toEqual([]);
  });

  test.each([
    [['x'], 'nothing to write'],
    // One word that is no file may be the value itself: test/cli/nouns/odd-names.test.ts.
    [['x', '--field', 'A=@missing'], 'field A: the file that it names cannot be read (ENOENT)'],
    [['x', '--field', 'A=@missing.txt'], 'missing.txt cannot be read (ENOENT)'],
    [['x', '--field', 'A=@../missing'], '../missing cannot be read (ENOENT)'],
    [['x', '--field', 'A=env:NOT_SET'], 'NOT_SET is not set'],
    [['x', '--field', 'A=env:constructor'], 'the environment variable that it names is not set'],
    [['x', '--field', 'A=-', '--field', 'B=-'], 'named twice'],
    [['x', '--field', 'A=env:TOKEN', '--field', 'A=env:TOKEN'], 'A is given twice'],
    [['x', '--field', 'A_label=env:TOKEN'], 'ends in _label'],
    [['x', '--field', 'A=env:TOKEN', '--expires', 'soon'], '--expires 2027-01-31'],
    [['x', '--expires', '2027-02-30'], '--expires 2027-01-31'],
    [['x', '--replace', '--expires', '2027-02-20'], 'would remove every field'],
    [['x', '--field', 'A=env:TOKEN', '--audit-file', 'no/such/file'], 'Nothing was sent'],
  ])('or an option that does not fit is rejected before anything is written: %j', async (args, told) => {
    const ended = await put(...args, '--yes');
    expect([1, 2]).toContain(ended.code);
    expect(ended.stderr).toContain(told);
    expect(saves()).toBe(0);
  });

  test('that is no UTF-8 text is rejected', async () => {
    writeFileSync(join(desk.folder, 'bytes'), Buffer.from([0x61, 0xff]));
    const ended = await put('x', '--field', 'A=@bytes', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('it is not UTF-8 text');
  });
});

describe('what the vault holds is not lost:', () => {
  test('a group that looks like a credential is not written again as plain fields', async () => {
    const ended = await put('billing-cloud', '--field', 'NEW=env:TOKEN', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('CHANGE_REFUSED: The vault manages group 1 of billing-cloud');
    expect(saves()).toBe(0);
  });

  test('a value that came encrypted is not written back', async () => {
    vault.authorization('ci').encryption = true;
    const ended = await put('stripe', '--field', 'NEW=env:TOKEN', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('CHANGE_REFUSED: The field STRIPE_SECRET_KEY');
    expect(saves()).toBe(0);
  });

  test('a change of another client in between is told', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'delay', ms: 300 } });
    const ended = await desk.run(['secret', 'put', 'stripe', '--field', 'NEW=env:PATH', '--yes'], {
      onOutput: () => undefined,
      onStart: () => {
        const other = setInterval(() => {
          if (saves() === 0) return;
          clearInterval(other);
          const secret = stored('stripe');
          if (secret !== undefined) secret.version += 1;
        }, 10);
      },
    });
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain(
      'The version of stripe went from 2 to 4: another client changed it in between',
    );
  });
});

describe('a write that is not answered', () => {
  test('is not sent again, and is found by reading it back', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'resetAfter' } });
    const ended = await put('stripe', '--field', 'NEW=env:TOKEN', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('All the same, reading it back shows that stripe was changed as wanted.');
    expect(ended.stderr).toContain('done, version 2 -> 3');
    expect(saves()).toBe(1);
  });

  test.each([{ kind: 'reset' }, { kind: 'status', status: 502 }] as const)(
    'and was not carried out is reported so, after waiting for it: %j',
    async (fault) => {
      vault.faults.add({ match: SAVE, fault });
      const ended = await put('stripe', '--field', 'NEW=env:TOKEN', '--yes');
      expect(ended.code).toBe(3);
      expect(ended.stderr).toContain('Reading it back shows that stripe is unchanged so far.');
      expect(saves()).toBe(1);
      expect(stored('stripe')?.version).toBe(2);
    },
  );

  test('and cannot be read back either is called uncertain', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'resetAfter' } });
    vault.faults.add({
      match: { method: 'GET', path: SAVE.path },
      after: 1,
      fault: { kind: 'inactiveAuthorization' },
    });
    const ended = await put('stripe', '--field', 'NEW=env:TOKEN', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('CHANGE_UNCERTAIN: ');
    expect(ended.stderr).toContain('secret.put stripe by client');
    expect(ended.stderr).toContain('uncertain, version 2 -> unknown');
  });

  test('because a signal came is looked up all the same', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'delayReply', ms: HANG_MS } });
    const ended = await desk.run(['secret', 'put', 'stripe', '--field', 'NEW=env:PATH', '--yes'], {
      onStart: (pid) => {
        const timer = setInterval(() => {
          if (stored('stripe')?.version === 2) return;
          clearInterval(timer);
          process.kill(pid, 'SIGTERM');
        }, 10);
      },
    });
    expect(ended.stderr).toContain('done, version 2 -> 3');
    expect(ended.tookMs).toBeLessThan(NO_HANG_MS);
  });

  test('is sent again when it surely was not carried out', async () => {
    vault.faults.add({ match: SAVE, times: 1, fault: { kind: 'tooManyRequests' } });
    const ended = await put('stripe', '--field', 'NEW=env:TOKEN', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(saves()).toBe(2);
  });

  test('that the vault rejects fails with its reason, and leaves no line for the audit', async () => {
    const ended = await put('stripe', '--field', 'NEW=env:TOKEN', '--engine', 'Unknown', '--yes');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('VAULT_FAILED: POST /iso/sctm/secret');
    expect(ended.stderr).not.toContain('audit:');
  });
});

describe('a change is confirmed', () => {
  const write = ['secret', 'put', 'stripe', '--field', 'NEW=env:PATH'];

  test.each([
    [{}, 1],
    [{ CI: 'true' }, 0],
    [{ CI: 'true', SYSTEM_PULLREQUEST_ISFORK: 'True' }, 1],
    [{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'dependabot[bot]' }, 1],
    [{ CI: 'true', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7', CI_MERGE_REQUEST_PROJECT_ID: '1' }, 1],
    [{ CI: 'true', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1', CI_MERGE_REQUEST_PROJECT_ID: '1' }, 0],
  ])('by a job of its own repository only, where no one can be asked: %j', async (env, code) => {
    const ended = await desk.run(write, { env });
    expect(ended.code, ended.stderr).toBe(code);
    expect(saves()).toBe(code === 0 ? 1 : 0);
    if (code === 1) expect(ended.stderr).toContain('Add --yes to go on without a question');
  });

  test.skipIf(lacksScript()).each([
    ['y', 0, 1],
    ['n', 1, 0],
    ['', 1, 0],
  ])('at a terminal by a person who types "%s"', async (typed, code, sent) => {
    const script = `segura_secrets ${write.join(' ')}; echo "code $?"`;
    const shown = await onTerminal(desk, script, [['[y/N] ', `${typed}\r`]]);
    expect(shown.text).toContain('Update the DSM secret stripe: fields 1 added (NEW). Go on? [y/N] ');
    expect(shown.text).toContain(`code ${code}`);
    expect(saves()).toBe(sent);
  });

  test.skipIf(lacksScript())(
    'and not sent if another client changed it while the question was open',
    async () => {
      const timer = setInterval(() => {
        const secret = stored('stripe');
        if (secret === undefined || !vault.journal.requests.some(({ path }) => path === SAVE.path)) return;
        clearInterval(timer);
        secret.version += 1;
      }, 5);
      const script = `segura_secrets ${write.join(' ')}; echo "code $?"`;
      const shown = await onTerminal(desk, script, [['[y/N] ', 'y\r']]);
      expect(shown.text).toMatch(/CHANGED_MEANWHILE:.* Another client changed stripe/);
      expect(shown.text).toContain('code 1');
      expect(saves()).toBe(0);
    },
  );
});

describe('the audit', () => {
  test('has a line of JSON for every change, without a value', async () => {
    await put('stripe', '--field', 'NEW=env:TOKEN', '--yes', '--audit-file', 'audit.log');
    await put('stripe', '--field', 'NEW=env:PATH', '--yes', '--audit-file', 'audit.log');
    const text = readFileSync(join(desk.folder, 'audit.log'), 'utf8');
    const [first, second] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      client: vault.clients.ci.clientId,
      vault: new URL(vault.url).host,
      change: 'secret.put',
      target: 'stripe',
      outcome: 'done',
      versionBefore: '2',
      versionAfter: '3',
      requestId: null,
      fields: ['NEW'],
    });
    expect(second).toMatchObject({ versionBefore: '3', versionAfter: '4' });
    for (const secret of vault.secretValues()) expect(text).not.toContain(secret);
  });

  test('has a line of CEF with what ArcSight has escaped', async () => {
    const args = ['a|b=c\\d', '--field', 'X=Y=env:TOKEN'];
    const wrong = await put(...args, '--yes');
    expect(wrong.code).toBe(2);
    const ended = await put(
      'a|b=c\\d',
      '--field',
      'X=env:TOKEN',
      '--yes',
      '--audit-file',
      'cef',
      '--audit-format',
      'cef',
    );
    expect(ended.code, ended.stderr).toBe(0);
    const line = readFileSync(join(desk.folder, 'cef'), 'utf8');
    expect(line).toMatch(
      /^CEF:0\|segura-secrets\|segura-secrets\|[\d.]+\|secret\.put\|secret\.put in the vault\|3\|rt=\d+ suser=/,
    );
    expect(line).toContain(
      ' cs1Label=target cs1=a|b\\=c\\\\d cs3Label=versionAfter cs3=1 cs4Label=fields cs4=X\n',
    );
  });
});

describe('secret copy', () => {
  test('copies every field byte for byte', async () => {
    const ended = await desk.run(['secret', 'copy', 'db/prod', 'db/new', '--yes']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('db/new')?.data).toEqual(stored('db/prod')?.data);
  });

  test('suggests a name for one that is not there', async () => {
    const ended = await desk.run(['secret', 'copy', 'stirpe', 'new', '--yes']);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain('Did you mean stripe?');
  });
});

describe('secret delete', () => {
  test('sends nothing by default, and says how to let a secret expire', async () => {
    const ended = await desk.run(['secret', 'delete', 'stripe', '--yes']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('segura-secrets secret put stripe --expires 2020-01-01');
    expect(vault.journal.requests).toEqual([]);
  });

  test('deletes at the endpoint that only notes of users name, if it is chosen', async () => {
    vault = await openVault({ dialect: 'api', apiDsm: true });
    desk = deskAt(vault);
    const ended = await desk.run(['secret', 'delete', 'stripe', '--yes', '--dsm-endpoint', 'api']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('stripe')).toBeUndefined();
    expect(ended.stderr).toContain('audit: secret.delete stripe by client');
  });
});
