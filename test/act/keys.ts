import { agentsBelow, makeKey, Sshd, storeKey } from '../support/sshd.js';
import type { Vault } from '../vault/index.js';

/** Two deploy keys of one server, with what the job needs to use them. */
export interface DeployKeys {
  readonly vars: Readonly<Record<string, string>>;
  /** Agents of the job that still run. */
  readonly left: (folder: string) => string[];
  readonly close: () => Promise<void>;
}

const PASSPHRASE = 'passphrase of a deploy key';

/** Starts a server with two repositories, and puts the key of each into a vault. */
export async function startDeployKeys(vault: Vault): Promise<DeployKeys> {
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
    left: agentsBelow,
    close: () => sshd.close(),
  };
}
