import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connect, GitLabJob } from './gitlab/job.js';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { deskAt } from './support/desk-fixture.js';
import { formsIn } from './support/encodings.js';
import { inputsFor } from './support/inputs.js';
import { NASTY } from './support/nasty.js';
import { Job, type StepResult } from './support/runner.js';
import { isWindows } from './support/skips.js';
import { rawOutput } from './support/way-jobs.js';
import type { Vault } from './vault/index.js';
import { openVault } from './vault/vault-fixture.js';

/** A value that is made by the job. */
const TOKEN = 'made-by-this-job-66cc"\n second line';
const SAVE = { method: 'POST', path: '/iso/sctm/secret' };
let vault: Vault;
let job: Job;

beforeEach(async () => {
  vault = await openVault({ dialect: 'api' });
  job = new Job();
  onTestFinished(() => job.close());
});

function main(
  save: string,
  env: Record<string, string> = {},
  more: Record<string, string> = {},
): Promise<StepResult> {
  return job.main(inputsFor(vault, { save, ...more }), { env: { TOKEN, ...env } });
}

const stored = (identity: string) => vault.data.secrets.find((secret) => secret.identity === identity);
function given(identity: string) {
  const secret = stored(identity);
  if (secret === undefined) throw new Error(`no ${identity}`);
  return secret;
}
const saves = (): number =>
  vault.journal.requests.filter(({ method, path }) => method === SAVE.method && path === SAVE.path).length;

describe('save in a step of GitHub', () => {
  test.each(['api', 'iso'] as const)(
    'writes values of variables and files, each secret once, and keeps other fields, in the dialect %s',
    async (dialect) => {
      vault = await openVault({ dialect });
      writeFileSync(join(job.workspace, 'key.pem'), NASTY.CRLF);
      const before = vault.value('stripe', 'STRIPE_SECRET_KEY');
      const result = await main('TOKEN > stripe/NEW\nfile:key.pem > stripe/KEY\nTOKEN > new/one/TOKEN');
      expect(result.code, result.log).toBe(0);
      expect(stored('stripe')?.data).toEqual([
        expect.objectContaining({ STRIPE_SECRET_KEY: before, NEW: TOKEN, KEY: NASTY.CRLF }),
      ]);
      expect(stored('new/one')?.data).toEqual([{ TOKEN }]);
      expect(saves()).toBe(2);
      expect(result.log).toMatch(/audit: save stripe by client \w+: done, version 2 -> 3, .*fields NEW, KEY/);
      expect(result.log).toMatch(/audit: save new\/one by client \w+: done, version none -> 1/);
    },
  );

  test('masks the values before anything is printed, and shows none', async () => {
    writeFileSync(join(job.workspace, 'key.pem'), 'value-in-a-file-83hd72');
    const result = await main('TOKEN > app/TOKEN\nfile:key.pem > app/KEY', { ACTIONS_STEP_DEBUG: 'true' });
    expect(result.code, result.log).toBe(0);
    for (const each of TOKEN.split('\n')) expect(result.masks.join('\n')).toContain(each.trim());
    expect(result.masks).toContain('value-in-a-file-83hd72');
    expect(formsIn(rawOutput(result), [TOKEN, 'value-in-a-file-83hd72'])).toEqual([]);
    expect(formsIn(Buffer.from(result.summary), [TOKEN])).toEqual([]);
  });

  test('writes every nasty value byte for byte, and a later step fetches it so', async () => {
    const names = Object.keys(NASTY) as (keyof typeof NASTY)[];
    for (const name of names) writeFileSync(join(job.workspace, name), NASTY[name]);
    const result = await main(names.map((name) => `file:${name} > nasty/${name}`).join('\n'));
    expect(result.code, result.log).toBe(0);
    expect(stored('nasty')?.data).toEqual([NASTY]);
    const read = await job.main(inputsFor(vault, { secrets: 'nasty/* > *' }));
    for (const name of names) expect(read.outputs.get(name), name).toBe(NASTY[name]);
  });

  test('sends nothing where the vault has the values, and nothing that was not named', async () => {
    expect((await main('TOKEN > app/TOKEN', { OTHER: 'not-named-4711' })).code).toBe(0);
    const again = await main('TOKEN > app/TOKEN');
    expect([again.code, again.log.includes('app has these values already')]).toEqual([0, true]);
    expect(saves()).toBe(1);
    expect(JSON.stringify(vault.data.secrets)).not.toContain('not-named-4711');
  });

  test('writes after everything else of the step, and also fetches', async () => {
    const result = await main(
      'TOKEN > app/TOKEN',
      {},
      { credentials: '94 > DEPLOY', secrets: 'stripe/* > *' },
    );
    expect([result.code, result.outputs.get('DEPLOY')], result.log).toEqual([0, vault.password(94)]);
    const paths = vault.journal.requests.map(({ method, path }) => `${method} ${path}`);
    expect(paths.indexOf('POST /iso/sctm/secret')).toBeGreaterThan(
      paths.indexOf('GET /api/pam/credential/94'),
    );
  });

  test('fails, writes nothing and releases custody when a file is missing', async () => {
    const result = await main('file:none > app/KEY\nTOKEN > app/TOKEN', {}, { credentials: '94 > DEPLOY' });
    expect([result.code, result.log.includes('FILE_REFUSED')], result.log).toEqual([1, true]);
    expect([saves(), vault.everTaken(), vault.custodies()]).toEqual([0, ['94'], []]);
  });

  test.each([
    ['NONE > app/KEY', 'INPUT_MISSING', 'Line 1 of "save" saves NONE'],
    ['EMPTY > app/KEY', 'INPUT_MISSING', 'Line 1 of "save" saves EMPTY'],
    ['constructor > app/KEY', 'INPUT_MISSING', 'Line 1 of "save" saves constructor'],
    ['TOKEN > app', 'REQUEST_INVALID', 'Write TOKEN > IDENTITY/FIELD'],
  ])('reports %s before any request is sent', async (save, code, text) => {
    const result = await main(save, { EMPTY: '' });
    expect([result.code, result.log.includes(code), result.log.includes(text)], result.log).toEqual([
      1,
      true,
      true,
    ]);
    expect(vault.journal.requests).toEqual([]);
  });

  test('is rejected in a pull request from a fork', async () => {
    const event = join(job.folder, 'event.json');
    const repo = (name: string) => ({ repo: { full_name: name } });
    writeFileSync(
      event,
      JSON.stringify({ pull_request: { head: repo('fork/shop'), base: repo('acme/shop') } }),
    );
    const result = await main('TOKEN > app/TOKEN', {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: event,
    });
    expect([result.code, result.log.includes('NOT_CONFIRMED')], result.log).toEqual([1, true]);
    expect(vault.journal.requests).toEqual([]);
  });

  test.each(['pull_request', 'pull_request_target', 'pull_request_review', 'workflow_run'])(
    'is rejected in an event %s of a fork, and in one that cannot be read',
    async (name) => {
      const event = join(job.folder, 'event.json');
      const repo = (of: string) => ({ full_name: `${of}/shop` });
      const of = (owner: string) =>
        JSON.stringify({
          pull_request: { head: { repo: repo(owner) }, base: { repo: repo('acme') } },
          workflow_run: { head_repository: repo(owner), repository: repo('acme') },
        });
      for (const text of [of('fork'), '{"pull', of('acme')]) {
        writeFileSync(event, text);
        const result = await main('TOKEN > app/TOKEN', { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: event });
        const isOwn = text === of('acme');
        expect([result.code, result.log.includes('NOT_CONFIRMED')], result.log).toEqual([
          isOwn ? 0 : 1,
          !isOwn,
        ]);
        expect(saves()).toBe(isOwn ? 1 : 0);
      }
    },
  );

  test('finds out by reading what became of a change whose answer was lost', async () => {
    vault.faults.add({ match: SAVE, fault: { kind: 'resetAfter' } });
    const result = await main('TOKEN > app/TOKEN');
    expect(result.code, result.log).toBe(0);
    expect(result.log).toContain('reading it back shows that app was changed as wanted');
    expect([saves(), stored('app')?.data]).toEqual([1, [{ TOKEN }]]);
  });

  test('keeps what another job writes into a secret while the one before is saved', async () => {
    vault.faults.add({ match: SAVE, times: 1, fault: { kind: 'delayReply', ms: 1_500 } });
    const running = main('TOKEN > app/TOKEN\nTOKEN > stripe/NEW');
    await expect.poll(saves, { timeout: 60_000 }).toBe(1);
    Object.assign([stored('stripe')?.data ?? {}].flat()[0] ?? {}, { OTHER: 'of-another-job' });
    const result = await running;
    expect(result.code, result.log).toBe(0);
    expect(stored('stripe')?.data).toEqual([
      expect.objectContaining({ OTHER: 'of-another-job', NEW: TOKEN }),
    ]);
  });

  test.each([
    ['TOKEN > str\u200bipe/NEW', 'CHANGE_REFUSED', 'another secret that looks like str?ipe'],
    ['TOKEN > aplicac\u0327a\u0303o/NEW', 'CHANGE_REFUSED', 'another secret that looks like'],
    [
      'TOKEN > stripe/STRIPE_\u2060SECRET_KEY',
      'CHANGE_REFUSED',
      'stripe has a field that looks like STRIPE_?SECRET_KEY',
    ],
    [
      'TOKEN > new/a\u0301/A\nTOKEN > new/\u00e1/B',
      'NAME_COLLISION',
      'Line 2 of "save" names a secret that looks like',
    ],
    ['TOKEN > new/a/A\nTOKEN > new/a/A\u00ad', 'NAME_COLLISION', 'a second value'],
  ])('writes nothing to %j, which only looks like another name', async (save, code, text) => {
    vault.data.secrets.push({ ...given('stripe'), id: 901, identity: 'aplica\u00e7\u00e3o' });
    vault.authorization('ci').secretIds.push(901);
    const result = await main(save);
    expect([result.code, result.log.includes(code), result.log.includes(text)], result.log).toEqual([
      1,
      true,
      true,
    ]);
    expect(saves()).toBe(0);
  });

  test('names the vault in the audit line, and has one for a change that the vault rejects', async () => {
    const host = new URL(vault.url).host;
    const done = await main('TOKEN > stripe/NEW');
    expect(done.log).toMatch(new RegExp(`audit: save stripe by .*: done, .*, vault ${host}, fields NEW`));
    const fault = { kind: 'businessError', code: 1003, status: 400, handled: false } as const;
    vault.faults.add({ match: SAVE, times: 2, fault });
    const result = await main('TOKEN > stripe/OTHER\nTOKEN > app/TOKEN');
    expect([result.code, result.log.includes('code 1003')], result.log).toEqual([1, true]);
    expect(result.log).toMatch(
      new RegExp(`audit: save stripe by .*: rejected, version 3 -> 3, .*, vault ${host}, fields OTHER`),
    );
    expect(result.log).toMatch(/audit: save app by .*: rejected, request id .*, fields TOKEN/);
  });

  test('saves the other secrets when one is rejected', async () => {
    const result = await main('TOKEN > billing-cloud/TOKEN\nTOKEN > app/TOKEN');
    expect([result.code, result.log.includes('CHANGE_REFUSED')], result.log).toEqual([1, true]);
    expect(stored('app')?.data).toEqual([{ TOKEN }]);
  });
});

test('save in a task of Azure Pipelines writes variables of the pipeline, secret ones too', async () => {
  const azure = new AzureJob();
  onTestFinished(() => azure.close());
  const inputs = azureInputsFor(vault, { save: 'db.token > app/TOKEN\nPLAIN > app/PLAIN' });
  const env = { DB_TOKEN: 'token-of-a-pipeline-9923', PLAIN: 'plain-of-a-pipeline-1' };
  const result = await azure.main(inputs, { env });
  expect([result.code, result.result], result.told).toEqual([0, 'Succeeded']);
  expect(stored('app')?.data).toEqual([{ TOKEN: env.DB_TOKEN, PLAIN: env.PLAIN }]);
  expect(result.told).not.toContain(env.DB_TOKEN);
  const fork = await azure.main(inputs, { env: { ...env, SYSTEM_PULLREQUEST_ISFORK: 'True' } });
  expect([fork.result, fork.told.includes('NOT_CONFIRMED')], fork.told).toEqual(['Failed', true]);
});

describe.skipIf(isWindows())('save on the command line', () => {
  const exec = (args: readonly string[], env: Record<string, string> = {}) =>
    deskAt(vault).run(['exec', ...args], { env: { TOKEN, ...env } });
  const LINES = 'file:made > app/MADE\nTOKEN > app/TOKEN';

  test('writes what the command of exec made, after it ended with 0', async () => {
    const ended = await exec([
      '--save',
      LINES,
      '--yes',
      '--',
      'sh',
      '-c',
      'printf made-here-5511 > made; echo "$TOKEN"',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('app')?.data).toEqual([{ MADE: 'made-here-5511', TOKEN }]);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('made-by-this-job');
  });

  test('writes nothing when the command fails, and ends with 125 when the vault takes nothing', async () => {
    expect((await exec(['--save', LINES, '--yes', '--', 'sh', '-c', 'echo x > made; exit 3'])).code).toBe(3);
    expect(saves()).toBe(0);
    const ended = await exec(['--save', LINES, '--yes', '--', 'true']);
    expect([ended.code, ended.stderr.includes('FILE_REFUSED'), saves()], ended.stderr).toEqual([
      125,
      true,
      0,
    ]);
  });

  test('needs --yes outside of a CI system, and in a job for a fork', async () => {
    const unasked = await exec(['--save', 'TOKEN > app/TOKEN', '--', 'touch', 'ran']);
    expect([unasked.code, unasked.stderr.includes('Add --yes.')], unasked.stderr).toEqual([125, true]);
    expect((await exec(['--save', 'TOKEN > app/TOKEN', '--', 'true'], { CI: 'true' })).code).toBe(0);
    const fork = { CI: 'true', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_MERGE_REQUEST_PROJECT_ID: '1' };
    expect((await exec(['--save', 'TOKEN > app/TOKEN', '--', 'true'], fork)).code).toBe(125);
    expect(saves()).toBe(1);
  });

  test('is done by export too, under the login of the application', async () => {
    const args = ['export', '--format', 'json', '--save', 'TOKEN > app/TOKEN', '--yes'];
    const application = ['-a', 'billing', '-s', 'payments', '-e', 'production'];
    const ended = await deskAt(vault).run([...args, ...application], { env: { TOKEN } });
    expect(ended.code, ended.stderr).toBe(0);
    expect(stored('app')?.data).toEqual([{ TOKEN }]);
  });

  test('works by the input of the GitLab component', async () => {
    const gitlab = new GitLabJob('sh');
    onTestFinished(() => gitlab.close());
    connect(gitlab, vault, '');
    const command = 'printf made-in-gitlab > made';
    Object.assign(gitlab.variables, {
      SEGURA_INPUT_SAVE: 'file:made > app/MADE',
      SEGURA_SECRETS_COMMAND: command,
    });
    const ran = await gitlab.runExec();
    expect(ran.code, ran.log).toBe(0);
    expect(stored('app')?.data).toEqual([{ MADE: 'made-in-gitlab' }]);
  });
});
