import { printable } from '../../../core/printable.js';
import { credentialError } from '../../../core/vault/errors/credential-error.js';
import { listItems } from '../../../core/vault/items/credential-list.js';
import type { OpenVault } from '../open-vault.js';
import { type ActiveTarget, setActive } from '../pam/set-active.js';
import type { NounCall } from '../verb.js';
import { findItem, loginOf } from './find.js';

export function enable(call: NounCall): Promise<number> {
  return change(call, true);
}

export function disable(call: NounCall): Promise<number> {
  return change(call, false);
}

function change(call: NounCall, isActive: boolean): Promise<number> {
  const [name = ''] = call.operands;
  return setActive(call, {
    kind: 'credential',
    isActive,
    find: (vault) => find(vault, name),
    explain: (target) => (refused) => credentialError(refused, target.name),
  });
}

/** One that is not listed is asked for by its name: no document says whether disabled ones are listed. */
async function find({ client, inputs }: OpenVault, name: string): Promise<ActiveTarget> {
  const { items, prefix } = await listItems(client, inputs.endpoints.pam, 'credential');
  const item = findItem(items, name);
  const shown = item === undefined ? printable(name) : `${printable(item.id)} (${printable(loginOf(item))})`;
  return { name: item?.id ?? name, prefix, shown: `credential ${shown}` };
}
