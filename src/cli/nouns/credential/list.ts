import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import { withVault } from '../open-vault.js';
import { print } from '../print.js';
import type { NounCall } from '../verb.js';
import { changeWord, jsonOf } from './shown.js';

/** Lists the PAM credentials of the authorization, in the vault's order. */
export async function list(call: NounCall): Promise<number> {
  const { items } = await withVault(call, ({ client, inputs }) =>
    listItems(client, inputs.endpoints.pam, 'credential'),
  );
  await print(call, {
    heads: ['ID', 'IDENTIFIER', 'USERNAME', 'HOSTNAME', 'TYPE', 'AUTOMATIC CHANGE', 'VIEWED'],
    rows: items.map(rowOf),
    json: { credentials: items.map(jsonOf) },
  });
  return 0;
}

function rowOf(item: ListedItem): string[] {
  const { id, identifier = '', username, hostname, type, viewed = '' } = item;
  return [id, identifier, username, hostname, type, changeWord(item), viewed];
}
