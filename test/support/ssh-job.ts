import { execFile } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Vault } from '../vault/index.js';
import { inputsFor } from './inputs.js';
import { Job } from './runner.js';
import { agentsBelow, FORMS, type KeyPair, keysIn, makeKey, type Sshd, storeKey } from './sshd.js';

export const PASSPHRASE = 'a passphrase \'with\' "quotes" $HOME \\ é';

export interface Sample extends KeyPair {
  readonly id: number;
  readonly what: string;
  readonly passphrase: string | null;
}

/** Kinds and forms of keys. */
type Wanted = readonly [
  kind: 'ed25519' | 'rsa' | 'ecdsa',
  form: (typeof FORMS)[number],
  hasPassphrase: boolean,
];

/** One key of each kind, in other forms. */
export const FEW: readonly Wanted[] = [
  ['ed25519', 'RFC4716', false],
  ['rsa', 'PEM', true],
  ['ecdsa', 'PKCS8', false],
];

/** Every kind and form of key, with a passphrase and without. For ed25519, ssh-keygen has only a form of its own. */
export const ALL: readonly Wanted[] = (['ed25519', 'rsa', 'ecdsa'] as const).flatMap((kind) =>
  FORMS.slice(0, kind === 'ed25519' ? 1 : undefined).flatMap((form) =>
    [false, true].map((hasPassphrase): Wanted => [kind, form, hasPassphrase]),
  ),
);

/** New keys, which a vault has under the numbers from 200. */
export function samples(vault: Vault, wanted: readonly Wanted[]): Sample[] {
  return wanted.map(([kind, form, hasPassphrase], at) => {
    const passphrase = hasPassphrase ? PASSPHRASE : null;
    const pair = makeKey(kind, form, passphrase ?? '');
    storeKey(vault, 200 + at, pair, passphrase);
    return {
      ...pair,
      id: 200 + at,
      what: `${kind} ${form}${hasPassphrase ? ' with a passphrase' : ''}`,
      passphrase,
    };
  });
}

/** What a later step runs: with the variables of the job, and nothing of this machine but its PATH. */
export function inJob(
  job: Job,
  program: string,
  words: readonly string[],
): Promise<{ code: number; out: string }> {
  const env = { PATH: process.env['PATH'], HOME: job.folder, ...Object.fromEntries(job.env) };
  return new Promise((resolve) => {
    execFile(program, [...words], { env, cwd: job.workspace, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out: stdout + stderr }),
    );
  });
}

/** What is left in the temporary folder, but the account of the uses of the job. */
export function leftIn(job: Job): string[] {
  return readdirSync(job.temp).filter((name) => name !== 'segura-secrets-uses');
}

export function newJob(): Job {
  const job = new Job();
  onTestFinished(() => {
    // Of a test that failed, before its post could end them.
    for (const line of agentsBelow(job.folder)) process.kill(Number.parseInt(line, 10));
    job.close();
  });
  return job;
}

/** Words of ssh and scp for a server that is known. `portOption`: as the program names it. */
export function toServer(sshd: Sshd, portOption: string): string[] {
  const known = join(sshd.folder, 'known');
  writeFileSync(known, `${sshd.knownHost}\n`);
  return ['-F', 'none', portOption, String(sshd.port), '-o', `UserKnownHostsFile=${known}`];
}

/** A job whose keys go into an agent of their own, and what it leaves. */
export async function expectAllInAgent(vault: Vault, sshd: Sshd, all: readonly Sample[]): Promise<void> {
  const job = newJob();
  const lines = all.map(({ id }) => `${id} > ssh-agent:`);
  const main = await job.main(inputsFor(vault, { 'ssh-keys': lines.join('\n') }));
  expect([main.code, main.stderr], main.log).toEqual([0, '']);
  const socket = job.env.get('SSH_AUTH_SOCK') ?? '';
  expect(keysIn(socket).sort()).toEqual(all.map(({ publicKey }) => publicKey).sort());
  expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
  // The state has public halves, to find the keys in the agent.
  const bodies = all.flatMap(({ privateKey, publicKey }) =>
    privateKey
      .split('\n')
      .filter((line) => line.length > 20 && !/^-|: /.test(line) && !publicKey.includes(line)),
  );
  expect(bodies.length).toBeGreaterThan(3 * all.length);
  for (const { path, bytes } of job.leftBehind())
    for (const body of [...bodies, PASSPHRASE]) expect(bytes.includes(body), path).toBe(false);
  for (const { privateKey } of all)
    for (const line of privateKey.split('\n').filter((each) => each.length > 8))
      expect(main.log).not.toContain(line);
  for (const { what, publicKey } of all) {
    const pub = join(job.folder, 'one.pub');
    writeFileSync(pub, publicKey);
    const only = ['-o', 'IdentitiesOnly=yes', '-i', pub];
    const ssh = await inJob(job, 'ssh', [
      ...toServer(sshd, '-p'),
      ...only,
      `${sshd.user}@127.0.0.1`,
      'echo it works',
    ]);
    expect([ssh.code, ssh.out], what).toEqual([0, 'it works\n']);
  }
  const post = await job.post({});
  expect([post.code, post.stderr], post.log).toEqual([0, '']);
  expect(keysIn(socket)).toEqual([]);
  expect(agentsBelow(job.folder)).toEqual([]);
  expect(leftIn(job)).toEqual([]);
  expect(post.log).not.toContain('::warning');
}
