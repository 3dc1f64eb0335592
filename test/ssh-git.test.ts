import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { lacks } from './support/skips.js';
import { FEW, inJob, leftIn, newJob, type Sample, samples } from './support/ssh-job.js';
import { agentsBelow, hasSsh, keysIn, makeKey, Sshd, storeKey } from './support/sshd.js';
import { startVault, type Vault } from './vault/index.js';

describe.skipIf(lacks('sshd', hasSsh))('ssh-keys and known-hosts', () => {
  let vault: Vault;
  let sshd: Sshd;
  let all: Sample[];
  beforeAll(async () => {
    vault = await startVault({ dialect: 'api' });
    all = samples(vault, FEW);
    sshd = await Sshd.start(all.map(({ publicKey }) => publicKey));
  });
  afterAll(async () => {
    await sshd.close();
    await vault.close();
  });

  test('lets git use the key of each of two repositories of one host, and check the host', async () => {
    const keys = [makeKey('ed25519', 'RFC4716'), makeKey('ecdsa', 'PKCS8', 'secret pass')];
    keys.forEach((pair, at) => {
      storeKey(vault, 300 + at, pair, at === 1 ? 'secret pass' : null);
    });
    const [one, two] = [sshd.repository('one', '1'), sshd.repository('one-more', '2')];
    // As a service does with deploy keys: each opens one repository.
    const forced = (at: number, path: string): string =>
      `restrict,command="git-upload-pack '${path}'" ${keys[at]?.publicKey}`;
    const many = all.map(({ publicKey }) => publicKey);
    sshd.authorize([forced(0, one), forced(1, two), ...many]);
    onTestFinished(() => sshd.authorize(many));
    const job = newJob();
    const place = (path: string): string => `ssh-agent:${sshd.user}@127.0.0.1:${path}`;
    const main = await job.main(
      inputsFor(vault, {
        'ssh-keys': `${all[0]?.id} > ssh-agent:\n300 > ${place(one)}\n301 > ${place(two.replace(/\.git$/, ''))}`,
        'known-hosts': `# of this test\n${sshd.knownHost}`,
      }),
    );
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    const url = (path: string): string => `ssh://${sshd.user}@127.0.0.1:${sshd.port}${path}`;
    for (const [name, path, text] of [
      ['a', one, '1'],
      ['b', two, '2'],
      ['c', two.replace(/\.git$/, ''), '2'],
    ] as const) {
      const clone = await inJob(job, 'git', ['clone', '-q', url(path), name]);
      expect([clone.code, clone.out]).toEqual([0, '']);
      expect(readFileSync(join(job.workspace, name, 'file'), 'utf8')).toBe(text);
    }
    const config = job.env.get('SEGURA_SSH_CONFIG') ?? '';
    const ssh = await inJob(job, 'ssh', [
      '-F',
      config,
      '-p',
      String(sshd.port),
      `${sshd.user}@127.0.0.1`,
      'echo known',
    ]);
    expect([ssh.code, ssh.out]).toEqual([0, 'known\n']);
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect([agentsBelow(job.folder), leftIn(job)]).toEqual([[], []]);
  });

  test('of a second step are beside those of the first, and each post removes its own', async () => {
    const job = newJob();
    const [first, second] = all as [Sample, Sample, ...Sample[]];
    const other = await Sshd.start([second.publicKey]);
    onTestFinished(() => other.close());
    const states = [new Map<string, string>(), new Map<string, string>()];
    const place = (server: Sshd): string => `ssh-agent:${server.user}@127.0.0.1:${server.folder}/x`;
    const steps = [
      { 'ssh-keys': `${first.id} > ${place(sshd)}`, 'known-hosts': sshd.knownHost },
      { 'ssh-keys': `${second.id} > ${place(other)}`, 'known-hosts': other.knownHost },
    ];
    for (const [at, wanted] of steps.entries()) {
      const main = await job.main(inputsFor(vault, wanted), { state: states[at] as Map<string, string> });
      expect([main.code, main.stderr], main.log).toEqual([0, '']);
    }
    // Git says that the repository is missing only when the key was taken.
    const url = (server: Sshd): string => `ssh://${server.user}@127.0.0.1:${server.port}${server.folder}/x`;
    for (const server of [sshd, other])
      expect((await inJob(job, 'git', ['ls-remote', url(server)])).out).toContain(
        'does not appear to be a git repository',
      );
    const socket = job.env.get('SSH_AUTH_SOCK') ?? '';
    for (const [at, left] of [
      [1, [first.publicKey]],
      [0, []],
    ] as const) {
      const post = await job.post({}, { state: states[at] as Map<string, string> });
      expect([post.code, post.stderr], post.log).toEqual([0, '']);
      expect(keysIn(socket)).toEqual(left);
    }
    expect([agentsBelow(job.folder), leftIn(job)]).toEqual([[], []]);
  });

  test('work where the temporary folder has characters that a configuration of ssh cannot name', async () => {
    const job = newJob();
    const [key] = all as [Sample, ...Sample[]];
    const inputs = inputsFor(vault, {
      'ssh-keys': `${key.id} > ssh-agent:${sshd.user}@127.0.0.1:${sshd.folder}/x`,
      'known-hosts': sshd.knownHost,
    });
    const url = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${sshd.folder}/x`;
    for (const name of ['a b', 'a"b', "a'b", 'a\\b', 'a%hb', 'a$' + '{HOME}b', 'a#b']) {
      const temp = join(job.folder, name);
      mkdirSync(temp);
      const state = new Map<string, string>();
      const main = await job.main(inputs, { env: { RUNNER_TEMP: temp }, state });
      expect([main.code, main.stderr], main.log).toEqual([0, '']);
      // Git says that the repository is missing only when host and key were taken.
      const listed = await inJob(job, 'git', ['ls-remote', url]);
      expect(listed.out, name).toContain('does not appear to be a git repository');
      const post = await job.post({}, { env: { RUNNER_TEMP: temp }, state });
      expect([post.code, post.stderr], post.log).toEqual([0, '']);
      for (const variable of ['GIT_SSH_COMMAND', 'SSH_AUTH_SOCK', 'SEGURA_SSH_CONFIG'])
        job.env.delete(variable);
      const isNamed = /^a[ #]b$/.test(name);
      const refused = await job.main(inputs, { env: { RUNNER_TEMP: temp, TMPDIR: temp }, state: new Map() });
      expect([name, refused.code]).toEqual([name, isNamed ? 0 : 1]);
      if (!isNamed) expect(refused.log).toContain('Set TMPDIR to a folder with a path without quotes');
      if (isNamed) await job.post({}, { state });
      for (const variable of ['GIT_SSH_COMMAND', 'SSH_AUTH_SOCK', 'SEGURA_SSH_CONFIG'])
        job.env.delete(variable);
    }
  });

  test('never talks to a host that is not known', async () => {
    const job = newJob();
    const other = makeKey('ed25519', 'RFC4716').publicKey;
    const main = await job.main(
      inputsFor(vault, {
        'ssh-keys': `${all[0]?.id} > ssh-agent:`,
        'known-hosts': `[127.0.0.1]:${sshd.port} ${other}`,
      }),
    );
    expect(main.code, main.log).toBe(0);
    const clone = await inJob(job, 'git', ['clone', `ssh://${sshd.user}@127.0.0.1:${sshd.port}/x`]);
    expect(clone.out).toContain('Host key verification failed');
    await job.post({});
  });
});
