import { isOnlyKeyOf, type KeyPlan, planKey } from '../../../core/changes/key-plan.js';
import { SeguraError } from '../../../core/errors.js';
import { throwIfCancelled } from '../../../core/pace.js';
import { printable } from '../../../core/printable.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { fieldsOfForm } from '../../../core/vault/write/form.js';
import { keyRequest } from '../../../core/vault/write/key-form.js';
import { type Audit, openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { findItem, loginOf } from '../credential/find.js';
import { withAddress } from '../credential/wish.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { isGiven, type NounCall } from '../verb.js';
import { NewKey } from './new-key.js';
import { listKeys, sendKey } from './send.js';
import { type WishedKey, wishOf } from './wish.js';

const OUTCOMES = { create: 'created', update: 'updated' } as const;

/**
 * Creates an SSH key, or updates what is given of it. A new key is tried by a command first, if one is given, and the old one
 * is handed over before the vault gets the new one. Afterwards the vault is read back.
 */
export async function put(call: NounCall): Promise<number> {
  const wished = await wishOf(call);
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) => putAt(call, vault, wished, audit));
  } finally {
    audit.close();
  }
}

async function putAt(call: NounCall, vault: OpenVault, wished: WishedKey, audit: Audit): Promise<number> {
  const [name = ''] = call.operands;
  const { items, prefix } = await listKeys(vault.client, vault);
  const before = findItem(items, name);
  const key = NewKey.of(call, vault, wished, before?.identifier ?? name);
  const { ip } = await withAddress(vault, name, before, wished.wish);
  const plan = planKey(name, before, { ...wished.wish, ...key?.wish, ip });
  if (!isOnlyKeyOf(plan, items)) throw severalOf(plan);
  const path = keyRequest(prefix, plan.form).path;
  if (isGiven(call, 'dry-run')) {
    await printRequests(call, plan.form.identifier, [
      { method: 'POST', path, fields: fieldsOfForm(plan.form) },
    ]);
    return 0;
  }
  await confirm(call, sentenceOf(name, plan, wished));
  const unlock = key?.lock(name);
  let after: ListedItem | undefined;
  try {
    await key?.prove(before);
    after = await sendKey(call, vault, { plan, prefix, key }, audit);
  } finally {
    unlock?.();
  }
  throwIfCancelled(call.context.signals.stop);
  const { changes, kind } = plan;
  await print(call, {
    heads: ['ID', 'OUTCOME', 'FIELDS'],
    rows: [[after?.id ?? '', OUTCOMES[kind], changes.join(', ')]],
    json: {
      id: after?.id ?? null,
      outcome: OUTCOMES[kind],
      fields: changes,
      public_key: plan.form.public_key ?? null,
    },
  });
  return 0;
}

function severalOf({ form }: KeyPlan): SeguraError {
  return new SeguraError(
    'CHANGE_REFUSED',
    `The vault lists several SSH keys of the identifier ${printable(form.identifier)}, so it could change another one.`,
    'Give each an identifier of its own in the vault.',
  );
}

function sentenceOf(name: string, { kind, before, changes }: KeyPlan, { verify }: WishedKey): string {
  const shown =
    before === undefined ? printable(name) : `${printable(before.id)} (${printable(loginOf(before))})`;
  const first = verify.line === '' ? '' : ' after the command of --verify';
  return `${kind === 'create' ? 'Create' : 'Update'} the SSH key ${shown}${first}: ${changes.join(', ')}`;
}
