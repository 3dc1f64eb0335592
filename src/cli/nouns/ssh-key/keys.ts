import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import type { Explain } from '../../../core/vault/items/pam-get.js';
import { findItem, getItem, loginOf } from '../credential/find.js';
import { jsonOf } from '../credential/shown.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { type ActiveTarget, setActive } from '../pam/set-active.js';
import { print } from '../print.js';
import type { NounCall } from '../verb.js';

/** Lists the SSH keys of the authorization, in the vault's order. */
export async function list(call: NounCall): Promise<number> {
  const { items } = await withVault(call, listKeys);
  await print(call, {
    heads: ['ID', 'IDENTIFIER', 'USERNAME', 'HOSTNAME', 'IP', 'EXPIRES'],
    rows: items.map(({ id, identifier = '', username, hostname, ip, expires = '' }) => [
      id,
      identifier,
      username,
      hostname,
      ip,
      expires,
    ]),
    json: { ssh_keys: items.map(keyJson) },
  });
  return 0;
}

/** Shows what the list says of one SSH key: its private key is not read. */
export async function show(call: NounCall): Promise<number> {
  const [name = ''] = call.operands;
  const item = await withVault(call, async (vault) =>
    getItem((await listKeys(vault)).items, name, 'ssh-key'),
  );
  const json = keyJson(item);
  const rows = Object.entries(json).map(([key, value]) => [key, value ?? '']);
  await print(call, { heads: ['WHAT', 'VALUE'], rows, json });
  return 0;
}

export function enable(call: NounCall): Promise<number> {
  return change(call, true);
}

export function disable(call: NounCall): Promise<number> {
  return change(call, false);
}

function change(call: NounCall, isActive: boolean): Promise<number> {
  const [name = ''] = call.operands;
  return setActive(call, {
    kind: 'key',
    isActive,
    find: (vault) => find(vault, name),
    explain: () => explainKey(name),
  });
}

function listKeys({ client, inputs }: OpenVault): ReturnType<typeof listItems> {
  return listItems(client, inputs.endpoints.pam, 'ssh-key');
}

/** One that is not listed is asked for by its name: no document says whether disabled ones are listed. */
async function find(vault: OpenVault, name: string): Promise<ActiveTarget> {
  const { items, prefix } = await listKeys(vault);
  const item = findItem(items, name);
  const shown = item === undefined ? printable(name) : `${printable(item.id)} (${printable(loginOf(item))})`;
  return { name: item?.id ?? name, prefix, shown: `SSH key ${shown}` };
}

/** What a rejection about a key means. Source: docs.senhasegura.io v3-33, SSH keys: 1015, 1016. */
function explainKey(name: string): Explain {
  return ({ code }) =>
    code === 1015 || code === 1016
      ? new SeguraError(
          'ITEM_NOT_FOUND',
          `The vault has no SSH key ${printable(name)} (code ${code}).`,
          'See what there is: segura-secrets ssh-key list',
        )
      : undefined;
}

/** A key as `--output json` has it: what only passwords have is left out. */
function keyJson(item: ListedItem): Omit<ReturnType<typeof jsonOf>, 'changed' | 'automatic_change' | 'type'> {
  const { changed: _, automatic_change: __, type: ___, ...key } = jsonOf(item);
  return key;
}
