import type { SshEntry } from '../../custody/ledger-data.js';
import type { SecretRequest } from '../../requests/request.js';

/** The folder for SSH, and what may be written there besides public halves of keys. */
const FILES = ['', 'askpass', 'known_hosts', 'ssh-config', 'git-ssh'];
/** No system has a longer path of a socket. */
const SOCKET = ''.padEnd(108);
/** As long as the public half of the longest key that ssh-keygen makes, RSA with 16,384 bits. */
const BLOB = ''.padEnd(2_764);

/** The most that the ledger of a step can get to know of SSH, before anything is read. */
export function sshChanges(
  requests: readonly SecretRequest[],
  items: readonly string[],
): { readonly files: readonly string[]; readonly ssh: SshEntry } {
  const added = requests.filter(({ agents = [] }) => agents.length > 0);
  return {
    files: [...FILES, ...added.map(() => 'key-100.pub')],
    ssh: {
      items,
      agent: { socket: SOCKET, pid: 2 ** 31 },
      keys: added.map(() => ({ socket: SOCKET, blob: BLOB })),
    },
  };
}
