import { SeguraError } from '../../errors.js';
import { throwIfCancelled } from '../../pace.js';
import { printable } from '../../printable.js';
import { say, word } from '../../text.js';
import type { AddedKey } from './checked-keys.js';
import { AGENT_SOCKET, type DeliveryParts, type KeyFolder } from './key-folder.js';

/**
 * Puts keys into the agent that the job has, or into one that is started for them: its socket, or undefined where the job
 * had one. Errors: PLATFORM_UNSUPPORTED, FILE_REFUSED.
 */
export async function addKeys(
  keys: readonly AddedKey[],
  parts: DeliveryParts,
  folder: KeyFolder,
): Promise<string | undefined> {
  const { platform, ledger, tools, signal } = parts;
  const present = await tools.present();
  throwIfCancelled(signal);
  const socket = present ?? (await startAgent(parts, folder));
  const known = await tools.list(socket).catch((cause: unknown) => {
    throw agentFailed('does not answer', cause);
  });
  for (const { name, read } of keys) {
    throwIfCancelled(signal);
    // One that was there before us stays.
    if (!known.includes(read.blob)) {
      known.push(read.blob);
      await folder.note({ keys: [...(ledger.ssh?.keys ?? []), { socket, blob: read.blob }] });
      const isTaken = await tools.add(socket, read).catch((cause: unknown) => {
        throw agentFailed('does not answer', cause);
      });
      if (!isTaken) throw agentFailed(`does not take the key ${printable(name)}`);
    }
    platform.info(say`${printable(name)}: ready, in the SSH agent ${word('until the job ends')}`);
  }
  return present === undefined ? socket : undefined;
}

async function startAgent({ tools }: DeliveryParts, folder: KeyFolder): Promise<string> {
  const socket = `${folder.path}/${AGENT_SOCKET}`;
  await folder.note({ agent: { socket } });
  const { pid } = tools.start(socket);
  if (pid === undefined) {
    throw new SeguraError(
      'PLATFORM_UNSUPPORTED',
      'No SSH agent is there, and none can be started: ssh-agent is not installed, or this is Windows.',
      say`Install the client of OpenSSH on ${word('this runner')}; on Windows, start its agent before: Start-Service ssh-agent`,
    );
  }
  await folder.note({ agent: { socket, pid } });
  return socket;
}

function agentFailed(what: string, cause?: unknown): SeguraError {
  return new SeguraError(
    'PLATFORM_UNSUPPORTED',
    `The SSH agent ${what}.`,
    'Unset SSH_AUTH_SOCK for an agent of its own, or name an agent that takes keys.',
    { cause },
  );
}
