import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Vault } from '../vault/index.js';
import { sampleData } from '../vault/index.js';
import { openVault } from '../vault/vault-fixture.js';
import { connect, GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { leaveBehind } from './stub.js';

const ODD: Readonly<Record<string, string>> = {
  QUOTES: `it's "quoted" \`here\` \\' \\`,
  LINES: 'one\ntwo\r\n\n',
  COMMANDS: `$(exit 9) \`exit 9\` ${'$'}{HOME} $HOME; exit 9 & | > /dev/null #`,
  DASHES: '-n --help -e',
  EMPTY_LOOKING: ' \t ',
  UNICODE: 'çédille ☃ 𝔘',
  PATTERNS: '* ? [a] ~ !! %s \\n',
};
const SECRETS = 'odd/* > *';
/** Writes the environment of the script as JSON, so that every byte of it can be compared. */
const DUMP = `node -e 'require("node:fs").writeFileSync(process.env.HOME + "/script-env", JSON.stringify(process.env))'`;

describeShells('in %s, with the tool itself,', (shell) => {
  let vault: Vault;
  let job: GitLabJob;

  beforeEach(async () => {
    const data = sampleData();
    const [sample] = data.secrets;
    if (sample === undefined) throw new Error('The sample has no secret.');
    sample.identity = 'odd';
    sample.data = [{ ...ODD }];
    vault = await openVault({ data });
    job = new GitLabJob(shell);
    connect(job, vault, SECRETS);
  });
  afterEach(() => job.close());

  test('values with quotes, line ends, commands and dashes arrive byte for byte', async () => {
    const { code, log } = await job.run([DUMP]);
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(JSON.parse(job.read('script-env'))).toMatchObject(ODD);
    expect((await job.after()).code).toBe(0);
    expect(job.leftBehind()).toEqual([]);
  });

  test.each([
    [4, { SENHASEGURA_CLIENT_ID: 'unknown' }],
    [5, { SENHASEGURA_SECRETS: 'nope/X > X' }],
    [6, { SENHASEGURA_CREDENTIALS: '95 > X' }],
  ])(
    'the job ends with the exit code %i of a fetch that failed, which retry can name',
    async (code, variables) => {
      vault.holdBy('95', 'a person');
      Object.assign(job.variables, variables);
      const ended = await job.run(['echo the script runs']);
      expect(ended.code, ended.log).toBe(code);
      expect(ended.log).not.toContain('the script runs');
      job.variables['CI_JOB_ID'] = '1003';
      const exec = await job.runExec(['segura-secrets exec -- true']);
      expect([exec.code, exec.log.includes(`the kind of failure is ${code}`)], exec.log).toEqual([125, true]);
    },
  );

  test.each(['000', '077'])(
    'under umask %s all it writes is private, and custody is released',
    async (umask) => {
      job.variables['SENHASEGURA_SECRETS'] = 'odd/LINES > path:LINES_FILE';
      job.variables['SENHASEGURA_CREDENTIALS'] = '94 > DEPLOY_PASSWORD';
      const { code, log } = await job.run(['cp "$LINES_FILE" "$HOME/copy"'], [`umask ${umask}`]);
      expect({ code, log }).toMatchObject({ code: 0 });
      expect(job.read('copy')).toBe(ODD['LINES']);
      expect(vault.custodies()).toHaveLength(1);
      const modes = readdirSync(job.private, { recursive: true, withFileTypes: true }).map((entry) => [
        entry.isDirectory(),
        (statSync(join(entry.parentPath, entry.name)).mode & 0o077).toString(8),
      ]);
      expect(modes.filter(([, open]) => open !== '0')).toEqual([]);
      expect(statSync(join(job.private, 'state')).mode & 0o777).toBe(0o600);
      expect((await job.after()).code).toBe(0);
      await vault.settled();
      expect(vault.custodies()).toEqual([]);
      expect(job.leftBehind()).toEqual([]);
    },
  );

  test('a job releases what a dead job before it left, to the vault of that job', async () => {
    job.variables['SENHASEGURA_CREDENTIALS'] = '94 > DEPLOY_PASSWORD';
    await job.run(['kill -KILL $$']);
    expect(vault.custodies()).toHaveLength(1);
    job.variables['CI_JOB_ID'] = '1003';
    job.variables['SENHASEGURA_CREDENTIALS'] = '';
    Object.assign(job.variables, { SENHASEGURA_URL: 'https://127.0.0.1:1', SENHASEGURA_RETRIES: '0' });
    const { code, log } = await job.run([]);
    expect(code).toBe(3);
    await vault.settled();
    expect(vault.custodies()).toEqual([]);
    expect(log).toContain('Job 1002 died here: its custody is released and its files are removed.');
  });

  test('a state that another program wrote is rejected, kept and reported', async () => {
    const state = leaveBehind(job, 'segura-secrets-77/state', 'forged.{"version":1}');
    const { code, log } = await job.run([]);
    expect(code).toBe(0);
    expect(log).toContain('JOB 77 DIED HERE AND MAY STILL HOLD CUSTODY');
    expect(statSync(state).isFile()).toBe(true);
  });

  test.each(['7', '1002'])(
    'a copy of the state of a live job, planted elsewhere for job %s, is rejected and kept',
    async (number) => {
      job.variables['SENHASEGURA_CREDENTIALS'] = '94 > DEPLOY_PASSWORD';
      await job.run([]);
      const live = readFileSync(join(job.private, 'state'), 'utf8');
      const copy = leaveBehind(job, `../other.tmp/segura-secrets-${number}/state`, live);
      const other = { CI_JOB_ID: '1003', RUNNER_TEMP_PROJECT_DIR: join(job.folder, 'group/other.tmp') };
      const own = { ...job.variables };
      Object.assign(job.variables, other, { SENHASEGURA_CREDENTIALS: '' });
      const { code, log } = await job.run([]);
      expect({ code, log }).toMatchObject({ code: 0 });
      expect(log).toContain('STATE_INVALID');
      expect(log).toContain(`JOB ${number} DIED HERE AND MAY STILL HOLD CUSTODY`);
      expect(readFileSync(copy, 'utf8')).toBe(live);
      await vault.settled();
      expect(vault.custodies()).toHaveLength(1);
      Object.assign(job.variables, own);
      delete job.variables['RUNNER_TEMP_PROJECT_DIR'];
      expect((await job.after()).code).toBe(0);
      await vault.settled();
      expect(vault.custodies()).toEqual([]);
    },
  );

  test('after_script says loudly that it could not release, and keeps the state', async () => {
    job.variables['SENHASEGURA_CREDENTIALS'] = '94 > DEPLOY_PASSWORD';
    await job.run([]);
    job.variables['SENHASEGURA_CLIENT_SECRET'] = 'another by now';
    const { code, log } = await job.after();
    expect(code).toBe(1);
    expect(log).toContain('THIS JOB MAY STILL HOLD CUSTODY');
    expect(statSync(join(job.private, 'state')).isFile()).toBe(true);
    connect(job, vault, SECRETS);
    expect((await job.after()).code).toBe(0);
    await vault.settled();
    expect(vault.custodies()).toEqual([]);
  });

  test('exec hides what a command prints, hides the client secret from it and returns its exit code', async () => {
    job.variables['SENHASEGURA_CREDENTIALS'] = '94 > DEPLOY_PASSWORD';
    job.variables['SEGURA_SECRETS_COMMAND'] = `${DUMP}; printenv DEPLOY_PASSWORD; exit 9`;
    const { code, log } = await job.runExec();
    expect(code).toBe(9);
    expect(vault.secretValues().filter((secret) => log.includes(secret))).toEqual([]);
    const seen = JSON.parse(job.read('script-env')) as Record<string, string>;
    expect(seen).toMatchObject({ ...ODD, DEPLOY_PASSWORD: vault.password(94) });
    expect(Object.values(seen)).not.toContain(vault.clients.ci.clientSecret);
    await vault.settled();
    expect(vault.custodies()).toEqual([]);
    expect((await job.after()).code).toBe(0);
    expect(job.leftBehind()).toEqual([]);
  });
});
