import { problemsOf } from '../../../core/errors.js';
import type { Client } from '../../../core/vault/client.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import { systemClock } from '../../../platform/process/clock.js';
import type { OpenVault } from '../open-vault.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The time of the last change that the vault lists, once it is another than that of `item`; undefined if that does not come
 * before the deadline or a signal. Takes no custody.
 */
export async function awaitChange(
  vault: OpenVault,
  item: ListedItem,
  stop: AbortSignal,
): Promise<string | undefined> {
  const untilMs = systemClock.nowMs() + vault.inputs.limits.deadlineMs;
  const client = await vault.afterQuestion();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const changed = await look(vault, client, item);
    if (changed !== undefined) return changed;
    if (stop.aborted) return changeSoFar(vault, item);
    if (systemClock.nowMs() + pauseMs >= untilMs) return undefined;
    await systemClock.sleep(pauseMs, stop);
  }
}

/** One look that no signal stops. */
export async function changeSoFar(vault: OpenVault, item: ListedItem): Promise<string | undefined> {
  return look(vault, await vault.afterSignal(), item);
}

/** A look that fails is only one that saw nothing: custody is released, and the next look may succeed. */
async function look(vault: OpenVault, client: Client, item: ListedItem): Promise<string | undefined> {
  try {
    const { items } = await listItems(client, vault.inputs.endpoints.pam, 'credential');
    const changed = items.find(({ id }) => id === item.id)?.changed;
    return changed === item.changed ? undefined : changed;
  } catch (error) {
    problemsOf(error);
    return undefined;
  }
}
