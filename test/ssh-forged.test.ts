import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sealedState } from './support/forged-state.js';
import { Job, type StepResult } from './support/runner.js';
import { isWindows, lacks } from './support/skips.js';
import { Agent, agentsBelow, hasSsh, makeKey } from './support/sshd.js';

const BLOB = 'AAAAC3NzaC1lZDI1NTE5AAAAIDuovx4AQ3vh3b3a8J0vJq0Ww1vGq1y0o3m8m2n4b5c6';

/** A socket as ours lie, in the temporary folder of a job. */
function ownSocket(job: Job): string {
  const folder = join(job.temp, 'segura-secrets-abcDEF');
  mkdirSync(folder);
  return join(folder, 'agent');
}

function newJob(): Job {
  const job = new Job();
  onTestFinished(() => job.close());
  return job;
}

async function postOf(job: Job, ssh: object): Promise<StepResult> {
  const post = await job.post({}, { state: new Map([['segura_ledger', sealedState({ ssh })]]) });
  expect([post.code, post.stderr], post.log).toEqual([0, '']);
  return post;
}

test.each<[string, (socket: string) => object]>([
  ['an agent outside of our folders', () => ({ agent: { socket: '/tmp/other/agent' } })],
  ['the first process of the system', (socket) => ({ agent: { socket, pid: 1 } })],
  ['a group of processes', (socket) => ({ agent: { socket, pid: -2 } })],
  ['a socket that is no path', () => ({ keys: [{ socket: 'agent', blob: BLOB }] })],
  ['a key that is none', (socket) => ({ keys: [{ socket, blob: '../x' }] })],
  ['items that are no credentials', () => ({ items: ['\ud800'] })],
])('a forged state with %s is STATE_INVALID at once', async (_, change) => {
  const job = newJob();
  const post = await postOf(job, { items: [], keys: [], ...change(ownSocket(job)) });
  expect(post.log.match(/title=\w+/g), post.log).toEqual(['title=STATE_INVALID']);
});

test.skipIf(isWindows())(
  'a forged state ends no process but an ssh-agent of that socket, and removes no file but a socket',
  async () => {
    const job = newJob();
    const socket = ownSocket(job);
    writeFileSync(socket, 'not a socket');
    const other = spawn('sleep', ['60'], { argv0: 'ssh-agent', stdio: 'ignore' });
    onTestFinished(() => void other.kill());
    await postOf(job, { items: [], agent: { socket, pid: other.pid }, keys: [] });
    expect([other.exitCode, other.signalCode, existsSync(socket)]).toEqual([null, null, true]);
  },
);

test.skipIf(lacks('sshd', hasSsh))(
  'an agent of another socket is left alone, with the keys that are not named',
  async () => {
    const agent = await new Agent().ready();
    onTestFinished(() => agent.close());
    const [own, other] = [makeKey('ed25519', 'RFC4716'), makeKey('ed25519', 'RFC4716')];
    for (const { privateKey } of [own, other]) agent.add(privateKey);
    const job = newJob();
    const [, blob = ''] = own.publicKey.split(' ');
    const ssh = { items: [], agent: { socket: ownSocket(job) }, keys: [{ socket: agent.socket, blob }] };
    await postOf(job, ssh);
    expect(agentsBelow(agent.folder).length).toBe(1);
    expect(agent.keys()).toEqual([other.publicKey]);
  },
);

test.skipIf(isWindows())(
  'an agent that does not answer is waited for only once, whatever the number of keys',
  async () => {
    const job = newJob();
    const socket = ownSocket(job);
    let lines = 0;
    const silent = createServer((line) => {
      lines += 1;
      line.on('error', () => undefined);
    }).listen(socket);
    onTestFinished(() => void silent.close());
    const keys = ['AAAA', 'BBBB', 'CCCC'].map((end) => ({ socket, blob: `${BLOB.slice(0, -4)}${end}` }));
    const post = await postOf(job, { items: [], keys });
    expect(post.log).toContain('SSH keys could not be removed from the agent');
    expect(lines).toBe(1);
  },
);
