import { startEveryKey } from '../support/every-key.js';
import { agentsBelow, makeKey, Sshd, storeKey } from '../support/sshd.js';
import type { Vault } from '../vault/index.js';

/** Keys of one server, with what the job needs to use them. */
export interface JobKeys {
  readonly vars: Readonly<Record<string, string>>;
  /** The environment of the job. */
  readonly env: Readonly<Record<string, string>>;
  /** What a job left below a folder, or did not do. */
  readonly faults: (folder: string) => string[];
  readonly close: () => Promise<void>;
}

/** Starts a server that takes every kind and form of key, and an agent that the job has. */
export async function startAllKeys(vault: Vault): Promise<JobKeys> {
  const { keys, hosts, script, agent, faults, close } = await startEveryKey(vault);
  return {
    vars: { SSH_KEYS: keys, KNOWN_HOSTS: hosts, SCRIPT: script },
    env: { SSH_AUTH_SOCK: agent.socket },
    ...{ faults, close },
  };
}

const PASSPHRASE = 'passphrase of a deploy key';

/** Starts a server with two repositories, and puts the key of each into a vault. */
export async function startDeployKeys(vault: Vault): Promise<JobKeys> {
  const pairs = [makeKey('ed25519', 'RFC4716', PASSPHRASE), makeKey('rsa', 'PEM')];
  pairs.forEach((pair, at) => {
    storeKey(vault, 200 + at, pair, at === 0 ? PASSPHRASE : null);
  });
  const sshd = await Sshd.start([]);
  const paths = ['one', 'two'].map((name) => sshd.repository(name, `text of ${name}\n`));
  const commands = paths.map((path) => `git-upload-pack '${path}'`);
  sshd.authorize(commands.map((command, at) => `restrict,command="${command}" ${pairs[at]?.publicKey}`));
  const place = (path: string): string => `ssh-agent:${sshd.user}@127.0.0.1:${path}`;
  return {
    vars: {
      SSH_KEYS: paths.map((path, at) => `${200 + at} > ${place(path)}`).join('\n'),
      KNOWN_HOSTS: sshd.knownHost,
      REPOSITORIES: paths.map((path) => `ssh://${sshd.user}@127.0.0.1:${sshd.port}${path}`).join(' '),
    },
    env: {},
    faults: agentsBelow,
    close: () => sshd.close(),
  };
}
