import type { SshEntry } from '../../custody/ledger-data.js';
import type { Platform } from '../../ports.js';

/**
 * Takes the keys of a ledger out of their agents, and ends the agent that was started for them. Gives what is left of that.
 */
export async function undoKeys(
  { items, agent, keys }: SshEntry,
  platform: Pick<Platform, 'ssh' | 'info' | 'warning'>,
): Promise<SshEntry> {
  const tools = await platform.ssh?.();
  if (tools === undefined) return { items, agent, keys };
  const isEnded = agent === undefined || (await tools.end(agent.socket, agent.pid));
  const left: SshEntry['keys'][number][] = [];
  for (const key of keys) {
    if (agent?.socket === key.socket && isEnded) continue;
    // An agent that does not answer is waited for only once: custody is still to be released.
    const isStuck = left.some(({ socket }) => socket === key.socket);
    if (isStuck || !(await tools.remove(key.socket, key.blob))) left.push(key);
  }
  if (agent !== undefined && isEnded) platform.info('ended the SSH agent that was started for the keys');
  else if (keys.length > left.length) platform.info('removed SSH keys from the agent');
  if (!isEnded) platform.warning(`The SSH agent at ${agent?.socket} could not be ended: end it by hand.`);
  if (left.length > 0) {
    platform.warning('SSH keys could not be removed from the agent: remove them with ssh-add -d.');
  }
  return { items, keys: left, ...(isEnded ? {} : { agent }) };
}
