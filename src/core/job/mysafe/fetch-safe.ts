import { problemsOf, SeguraError, throwIfAny } from '../../errors.js';
import { isOfSafe, type SecretRequest } from '../../requests/request.js';
import { say } from '../../text.js';
import type { Client } from '../../vault/client.js';
import type { DsmSecret } from '../../vault/dsm.js';
import { ClosedItem, SafeReader } from '../../vault/mysafe/find-safe.js';
import { safeNameOf } from './safe-requests.js';

/**
 * The items of MySafe that requests name, each once, in the form of a secret whose identity is `KIND:NAME`. `list`: the secrets
 * of DSM, which only templates can ask for beside them.
 *
 * Errors (together, as Problems): those of SafeReader, each with the line that asks for the item; those of `list`.
 */
export async function fetchSafe(
  requests: readonly SecretRequest[],
  client: Client,
  list: () => Promise<DsmSecret[]>,
): Promise<DsmSecret[]> {
  const reader = new SafeReader(client);
  const items = new Map<string, DsmSecret>();
  const problems: SeguraError[] = [];
  for (const request of requests.filter(isOfSafe)) {
    const { source, where } = request;
    const identity = source.kind === 'dsm' ? (source.identity ?? '') : '';
    const name = safeNameOf(identity);
    if (name === undefined || items.has(identity)) continue;
    try {
      const { fields } = await reader.get(name);
      items.set(identity, { identity, version: undefined, expires: undefined, maps: [fields] });
    } catch (error) {
      for (const problem of problemsOf(error)) {
        // What closes MySafe as a whole is said once.
        if (!(IS_OF_ITEM.includes(problem.code) || problem instanceof ClosedItem)) throw error;
        const text = say`${where}: ${problem.messageText}`;
        problems.push(new SeguraError(problem.code, text, problem.remedyText, { cause: problem }));
      }
    }
  }
  throwIfAny(problems);
  const isAlsoDsm = requests.some((request) => request.source.kind === 'dsm' && !isOfSafe(request));
  return [...items.values(), ...(isAlsoDsm ? await list() : [])];
}

const IS_OF_ITEM: readonly string[] = ['ITEM_NOT_FOUND', 'FIELD_AMBIGUOUS'];
