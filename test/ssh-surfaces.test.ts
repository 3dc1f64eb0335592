import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect, GitLabJob } from './gitlab/job.js';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { Desk } from './support/command-line.js';
import { lacks } from './support/skips.js';
import { PASSPHRASE } from './support/ssh-job.js';
import { Agent, agentsBelow, hasSsh, makeKey, Sshd, storeKey } from './support/sshd.js';
import { startVault, type Vault } from './vault/index.js';

/** Two repositories of one host, each with a key that opens no other. */
describe.skipIf(lacks('sshd', hasSsh))('two deploy keys', () => {
  let vault: Vault;
  let sshd: Sshd;
  let keys: string;
  let hosts: string;
  /** What a job runs: a copy of each repository, and what it reads in them. */
  let script: string;
  const keyLines: string[] = [];
  beforeAll(async () => {
    vault = await startVault({ dialect: 'api' });
    const pairs = [makeKey('ed25519', 'RFC4716', PASSPHRASE), makeKey('rsa', 'PKCS8')];
    pairs.forEach((pair, at) => {
      storeKey(vault, 200 + at, pair, at === 0 ? PASSPHRASE : null);
      keyLines.push(
        ...pair.privateKey
          .split('\n')
          .filter((line) => line.length >= 60)
          .slice(-1),
      );
    });
    sshd = await Sshd.start([]);
    const paths = ['one', 'two'].map((name) => sshd.repository(name, `text of ${name}\n`));
    sshd.authorize(
      paths.map((path, at) => `restrict,command="git-upload-pack '${path}'" ${pairs[at]?.publicKey}`),
    );
    keys = paths.map((path, at) => `${200 + at} > ssh-agent:${sshd.user}@127.0.0.1:${path}`).join('\n');
    hosts = sshd.knownHost;
    const url = `ssh://${sshd.user}@127.0.0.1:${sshd.port}`;
    script = paths
      .map((path, at) => `git clone -q ${url}${path} copy-${at} && cat copy-${at}/file`)
      .join(' && ');
  });
  afterAll(async () => {
    await sshd.close();
    await vault.close();
  });
  const BOTH = 'text of one\ntext of two\n';

  function desk(): Desk {
    const opened = new Desk(vault);
    onTestFinished(() => opened.close());
    return opened;
  }

  const expectNothingLeft = (folder: string): void => {
    expect(agentsBelow(folder)).toEqual([]);
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => /agent$|git-ssh|known_hosts|\.pub$/.test(name))).toEqual([]);
  };

  test('open both for the command of exec, and are gone when it ends', async () => {
    const opened = desk();
    const words = ['exec', '--ssh-keys', keys, '--known-hosts', hosts, '--', 'sh', '-c', script];
    const ended = await opened.run(words);
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, BOTH]);
    expectNothingLeft(opened.folder);
    expect(opened.files().filter(({ bytes }) => keyLines.some((line) => bytes.includes(line)))).toEqual([]);
  });

  test('stay for a shell that exports them, until release', async () => {
    const opened = desk();
    const ended = await opened.shell(
      ['sh'],
      `values=$(segura_secrets export --format sh --state state) && eval "$values" && ${script} && ssh-add -l | wc -l`,
      { env: { SENHASEGURA_SSH_KEYS: keys, SENHASEGURA_KNOWN_HOSTS: hosts } },
    );
    expect([ended.code, ended.stdout.toString().replaceAll(/ /g, '')], ended.stderr).toEqual([
      0,
      `${BOTH.replaceAll(/ /g, '')}2\n`,
    ]);
    expect(agentsBelow(opened.folder).length).toBe(1);
    const released = await opened.run(['release', '--state', 'state']);
    expect(released.code, released.stderr).toBe(0);
    expectNothingLeft(opened.folder);
  });

  test('open both in a task of Azure Pipelines, and its post removes them', async () => {
    const job = new AzureJob();
    const agent = await new Agent().ready();
    onTestFinished(() => agent.close());
    onTestFinished(() => job.close());
    agent.add(makeKey('ed25519', 'RFC4716').privateKey);
    const before = agent.keys();
    const inputs = azureInputsFor(vault, { sshKeys: keys, knownHosts: hosts });
    const env = { SSH_AUTH_SOCK: agent.socket };
    const main = await job.main(inputs, { env });
    expect([main.code, main.result, main.stderr], main.told).toEqual([0, 'Succeeded', '']);
    const names = ['GIT_SSH_COMMAND', 'SEGURA_SSH_CONFIG'];
    expect(names.map((name) => job.agent.isSecret(name))).toEqual([false, false]);
    expect(job.agent.value('SSH_AUTH_SOCK')).toBeUndefined();
    const given = Object.fromEntries(names.map((name) => [name, job.agent.value(name)]));
    const own = { PATH: process.env['PATH'], HOME: job.folder, ...env, ...given };
    expect(execFileSync('sh', ['-c', script], { cwd: job.workspace, env: own, encoding: 'utf8' })).toBe(BOTH);
    expect(agent.keys().length).toBe(3);
    const post = await job.post(inputs, { env });
    expect([post.code, post.result, post.stderr], post.told).toEqual([0, 'Succeeded', '']);
    expect(agent.keys()).toEqual(before);
    expectNothingLeft(job.folder);
    for (const { path, bytes } of job.files())
      for (const line of keyLines) expect(bytes.includes(line), path).toBe(false);
  });

  test('open both in a job of GitLab, and its after_script removes them', async () => {
    const job = new GitLabJob('sh');
    onTestFinished(() => job.close());
    connect(job, vault, '');
    Object.assign(job.variables, { SEGURA_INPUT_SSH_KEYS: keys, SEGURA_INPUT_KNOWN_HOSTS: hosts });
    const { code, log } = await job.run([script, 'echo "$SSH_AUTH_SOCK" >"$HOME/socket"']);
    expect(code, log).toBe(0);
    expect(log).toContain(BOTH.trim());
    const socket = job.read('socket').trim();
    expect(agentsBelow(socket).length).toBe(1);
    const after = await job.after();
    expect(after.code, after.log).toBe(0);
    expect(agentsBelow(socket)).toEqual([]);
    expectNothingLeft(job.folder);
    expect(readFileSync(join(job.project, 'copy-1/file'), 'utf8')).toBe('text of two\n');
  });

  test('open both for the command of an exec job of GitLab', async () => {
    const job = new GitLabJob('sh');
    onTestFinished(() => job.close());
    connect(job, vault, '');
    Object.assign(job.variables, {
      SEGURA_INPUT_SSH_KEYS: keys,
      SEGURA_INPUT_KNOWN_HOSTS: hosts,
      SEGURA_SECRETS_COMMAND: script,
    });
    const { code, log } = await job.runExec();
    expect(code, log).toBe(0);
    expect(log).toContain(BOTH.trim());
    expect((await job.after()).code).toBe(0);
    expectNothingLeft(job.folder);
  });
});
