import { chmodSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPrivateFolder } from '../../core/custody/private-folder.js';
import type { SshTools } from '../../core/ports.js';
import { addKey, listKeys, removeKey } from './agent.js';
import { endAgent, startAgent } from './own-agent.js';
import { ASKPASS, readKeys } from './read-keys.js';

export interface SshToolsParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: NodeJS.Platform;
  /** After this time a job is certainly over; undefined where nothing says so. */
  readonly lifetimeSeconds?: number | undefined;
}

/** Where the agent of Windows listens. */
const PIPE = '\\\\.\\pipe\\openssh-ssh-agent';
const START_MS = 5_000;
const POLL_MS = 10;

/** SSH on this machine, by the programs of OpenSSH and the protocol of its agent. */
export function sshTools({ environment, system, lifetimeSeconds }: SshToolsParts): SshTools {
  const isWindows = system === 'win32';
  return {
    environment: {
      gitSshCommand: environment['GIT_SSH_COMMAND'] ?? '',
      gitSsh: environment['GIT_SSH'] ?? '',
      knownHosts: knownHostsBeside(environment['SEGURA_SSH_CONFIG'] ?? ''),
    },
    askpass: ASKPASS,
    read: async (keys, { folder, askpass, signal }) => {
      // By a program that asks for a passphrase there we have none: such a key is not read.
      if (isWindows && askpass !== undefined) return keys.map(() => 'no-program');
      if (askpass !== undefined) chmodSync(askpass, 0o700);
      const socket = isWindows ? `\\\\.\\pipe\\segura-${crypto.randomUUID()}` : join(folder, 'read');
      return readKeys(keys, { socket, askpass, environment, signal });
    },
    present: async () => {
      const socket = environment['SSH_AUTH_SOCK'] || (isWindows ? PIPE : '');
      if (socket === '') return undefined;
      return listKeys(socket).then(
        () => socket,
        () => undefined,
      );
    },
    start: (socket) => (isWindows ? { pid: undefined } : startAgent(socket)),
    list: async (socket) => {
      for (let waited = 0; ; waited += POLL_MS) {
        try {
          return await listKeys(socket);
        } catch (error) {
          if (waited >= START_MS || !['ENOENT', 'ECONNREFUSED'].includes(Object(error).code)) throw error;
        }
        await sleep(POLL_MS);
      }
    },
    add: (socket, key) => addKey(socket, key, lifetimeSeconds),
    remove: removeKey,
    end: endAgent,
  };
}

/** The known hosts in the folder of a configuration, if an earlier step of ours wrote it. */
function knownHostsBeside(config: string): string {
  const folder = dirname(config);
  if (!isPrivateFolder(folder)) return '';
  try {
    return readFileSync(join(folder, 'known_hosts'), 'utf8');
  } catch {
    return '';
  }
}
