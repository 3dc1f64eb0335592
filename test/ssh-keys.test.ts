import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { lacks } from './support/skips.js';
import {
  expectAllInAgent,
  FEW,
  inJob,
  leftIn,
  newJob,
  type Sample,
  samples,
  toServer,
} from './support/ssh-job.js';
import { Agent, agentsBelow, hasSsh, type KeyPair, makeKey, Sshd, storeKey } from './support/sshd.js';
import { startVault, type Vault } from './vault/index.js';

describe.skipIf(lacks('sshd', hasSsh))('ssh-keys', () => {
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

  test('puts keys into an agent that ends with the job, and nothing on the disk', () =>
    expectAllInAgent(vault, sshd, all));

  test('leaves an agent that the job has, and the keys that were in it', async () => {
    const agent = await new Agent().ready();
    onTestFinished(() => agent.close());
    const [first, second] = all as [Sample, Sample, ...Sample[]];
    const own = makeKey('ed25519', 'RFC4716');
    agent.add(own.privateKey);
    agent.add(first.privateKey);
    const before = agent.keys();
    const job = newJob();
    const env = { SSH_AUTH_SOCK: agent.socket };
    const main = await job.main(
      inputsFor(vault, { 'ssh-keys': `${first.id} > ssh-agent:\nkey-${second.id} > ssh-agent:` }),
      { env },
    );
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(job.env.has('SSH_AUTH_SOCK')).toBe(false);
    expect(agent.keys()).toEqual([...before, second.publicKey]);
    const post = await job.post({}, { env });
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(agent.keys()).toEqual(before);
  });

  test('writes a private key to a file that ssh and scp can use, and removes it', async () => {
    const job = newJob();
    const [key] = all as [Sample, ...Sample[]];
    const main = await job.main(
      inputsFor(vault, {
        'ssh-keys': [
          `${key.id} > file:deploy`,
          `${key.id}/* > path:DEPLOY_*`,
          `${key.id}/public_key > PUBLIC`,
        ].join('\n'),
        'export-env': 'true',
      }),
    );
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    const path = join(job.workspace, 'deploy');
    expect(readFileSync(path, 'utf8')).toBe(key.privateKey);
    expect(job.modeOf(path)).toBe(0o600);
    expect(readFileSync(main.outputs.get('DEPLOY_private_key') ?? '', 'utf8')).toBe(key.privateKey);
    expect(main.outputs.get('PUBLIC')).toBe(key.publicKey);
    expect(main.outputs.has('DEPLOY_password')).toBe(false);
    writeFileSync(join(job.workspace, 'copied'), 'by scp');
    const target = join(sshd.folder, 'arrived');
    const scp = await inJob(job, 'scp', [
      ...['-q', ...toServer(sshd, '-P'), '-i', path, 'copied', `${sshd.user}@127.0.0.1:${target}`],
    ]);
    expect([scp.code, scp.out]).toEqual([0, '']);
    expect(readFileSync(target, 'utf8')).toBe('by scp');
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect([existsSync(path), leftIn(job)]).toEqual([false, []]);
  });

  test('extends a command of git that the job has, and refuses one that is no ssh', async () => {
    const wanted = inputsFor(vault, { secrets: 'postgres/PASSWORD > DB', 'known-hosts': sshd.knownHost });
    const job = newJob();
    const main = await job.main(wanted, { env: { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' } });
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(main.env.get('GIT_SSH_COMMAND')).toMatch(/^ssh -o BatchMode=yes -F '.*ssh-config'$/);
    await job.post({});
    const refused = await newJob().main(wanted, { env: { GIT_SSH_COMMAND: 'plink -batch' } });
    expect(refused.code).toBe(1);
    expect(refused.log).toContain('INPUT_INVALID::The environment variable GIT_SSH_COMMAND');
  });

  describe('before anything is written', () => {
    const refused = async (pair: KeyPair, passphrase: string | null, to = 'ssh-agent:'): Promise<string> => {
      const id = 400 + vault.data.keys.length;
      storeKey(vault, id, pair, passphrase);
      const job = newJob();
      const main = await job.main(
        inputsFor(vault, { 'ssh-keys': `${all[0]?.id} > ssh-agent:, file:first\n${id} > ${to}` }),
      );
      expect(main.code, main.log).toBe(1);
      expect([main.env.size, readdirSync(job.workspace), leftIn(job)]).toEqual([0, [], []]);
      expect(agentsBelow(job.folder)).toEqual([]);
      await job.post({});
      return main.log;
    };
    const half = (): KeyPair => {
      const pair = makeKey('ed25519', 'RFC4716');
      return { ...pair, privateKey: pair.privateKey.replace(/\n.{20}/, '\n') };
    };

    test.each(['ssh-agent:', 'path:KEY'])('rejects a key that OpenSSH does not read: %s', async (to) => {
      expect(await refused(half(), null, to)).toMatch(
        /VALUE_BROKEN::OpenSSH cannot read the private key of \d+/,
      );
    });

    test.each(['ssh-agent:', 'path:KEY'])(
      'rejects a wrong passphrase, without asking again: %s',
      async (to) => {
        expect(await refused(makeKey('rsa', 'PEM', 'right'), 'wrong', to)).toMatch(
          /VALUE_BROKEN::The passphrase that/,
        );
      },
    );

    test('rejects a passphrase that the vault does not have, for the agent', async () => {
      expect(await refused(makeKey('ed25519', 'RFC4716', 'some'), null)).toMatch(
        /VALUE_BROKEN::.* has a passphrase/,
      );
    });
  });
});
