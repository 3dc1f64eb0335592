import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Vault } from '../vault/index.js';
import { ALL, samples } from './ssh-job.js';
import { Agent, makeKey, Sshd } from './sshd.js';

/** A server that takes every kind and form of key, and a job that uses each of them by ssh, scp and git. */
export interface EveryKey {
  readonly count: number;
  /** The inputs of the job. */
  readonly keys: string;
  readonly hosts: string;
  /** What the job runs: the variables `PUB_<number>` name files with public halves. */
  readonly script: string;
  /** What it prints. */
  readonly printed: string;
  /** The agent that the job has, with a key of its user. */
  readonly agent: Agent;
  /** What is wrong after the job: nothing, as text. */
  faults(folder: string): string[];
  close(): Promise<void>;
}

export async function startEveryKey(vault: Vault): Promise<EveryKey> {
  const all = samples(vault, ALL);
  const sshd = await Sshd.start(all.map(({ publicKey }) => publicKey));
  const agent = await new Agent().ready();
  agent.add(makeKey('ed25519', 'RFC4716').privateKey);
  const before = agent.keys();
  const repository = sshd.repository('all', 'by git\n');
  const places = all.map(({ id }) => join(sshd.folder, `for-${id}.git`));
  for (const place of places) symlinkSync(repository, place);
  const at = `${sshd.user}@127.0.0.1`;
  const arrived = join(sshd.folder, 'arrived');
  return {
    count: all.length,
    keys: all
      .map(({ id }, index) => `${id} > ssh-agent:${at}:${places[index]}\n${id}/public_key > path:PUB_${id}`)
      .join('\n'),
    hosts: sshd.knownHost,
    script: `set -e
for id in ${all.map(({ id }) => id).join(' ')}; do
  eval "pub=\\$PUB_$id"
  set -- -F "$SEGURA_SSH_CONFIG" -o IdentitiesOnly=yes -i "$pub"
  ssh "$@" -p ${sshd.port} ${at} "echo $id by ssh"
  echo by scp >sent
  scp -q "$@" -P ${sshd.port} sent ${at}:${arrived}-$id
  git clone -q ssh://${at}:${sshd.port}${sshd.folder}/for-$id.git copy
  cat ${arrived}-$id copy/file
  rm -rf copy sent
done`,
    printed: all.map(({ id }) => `${id} by ssh\nby scp\nby git\n`).join(''),
    agent,
    faults(folder) {
      const accepted = [...sshd.log().matchAll(/Accepted publickey for .* (SHA256:\S+)/g)].map(
        ([, print]) => print,
      );
      const used = all.flatMap(({ what, publicKey }) => {
        const times = accepted.filter((print) => print === fingerprint(publicKey)).length;
        return times === 3 ? [] : [`${what} was used ${times} times`];
      });
      const left = agent.keys().join() === before.join() ? [] : ['the agent has other keys than before'];
      const lines = all.flatMap(({ privateKey, publicKey }) =>
        privateKey
          .split('\n')
          .filter((line) => line.length > 20 && !/^-|: /.test(line) && !publicKey.includes(line)),
      );
      const found = filesIn(folder).filter((path) => {
        const bytes = readFileSync(path);
        return lines.some((line) => bytes.includes(line));
      });
      return [...used, ...left, ...found.map((path) => `a private key is in ${path}`)];
    },
    async close() {
      await agent.close();
      await sshd.close();
    },
  };
}

/** As sshd logs it. */
function fingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
