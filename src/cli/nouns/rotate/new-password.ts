import { randomInt } from 'node:crypto';
import { commandFor } from '../../../core/changes/argument.js';
import { type CredentialPlan, planCredential } from '../../../core/changes/credential-plan.js';
import { makePassword } from '../../../core/changes/new-password.js';
import { SeguraError } from '../../../core/errors.js';
import { throwIfCancelled } from '../../../core/pace.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import { fieldsOfForm } from '../../../core/vault/write/form.js';
import type { Audit } from '../audit.js';
import { confirm } from '../confirm.js';
import { getItem, loginOf } from '../credential/find.js';
import { readCredential } from '../credential/read.js';
import type { OpenVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { isGiven, type NounCall } from '../verb.js';
import { checkReadBack, passwordOf, readBack, stillHeld } from './compare.js';
import { PendingPassword } from './pending.js';
import type { Put, ReadBack, Rotation } from './rotation.js';
import { putPassword, tryPassword } from './steps.js';
import type { RotationWish } from './wish.js';

/**
 * Gives a credential a new password: a command of the user sets it where it is used and tries it, then it is written into the
 * vault, and read back. The vault has the old one until then, and the new one is in a file until the vault has it, so that
 * neither is lost whatever ends this process.
 */
export async function rotateToNew(
  call: NounCall,
  vault: OpenVault,
  wish: RotationWish,
  audit: Audit,
): Promise<number> {
  const [name = ''] = call.operands;
  const { items, prefix } = await listItems(vault.client, vault.inputs.endpoints.pam, 'credential');
  const item = getItem(items, name);
  const id = printable(item.id);
  if (item.changesAutomatically !== false) throw item.changesAutomatically ? automatic(id) : notSaid(id);
  const pending = new PendingPassword(call.context, { host: vault.host, id: item.id });
  const left = pending.read();
  const password = left ?? new Secret(makePassword(wish.policy, (below) => randomInt(below)));
  vault.mask(password);
  const plan = planCredential(item.id, item, { password }, items);
  if (isGiven(call, 'dry-run')) return await printPlan(call, item, `/${prefix}/pam/credential`, plan);
  await confirm(
    call,
    `Rotate credential ${id} (${printable(loginOf(item))}): run the command of --verify with a new password, and write it into the vault`,
  );
  if (left !== undefined)
    call.context.terminal.notice(`an earlier run did not end: its new password of ${id} is tried again`);
  const unlock = pending.lock();
  try {
    return await rotateAlone({ call, vault, wish, item, pending, password, left }, audit);
  } finally {
    unlock();
  }
}

/** While no other run on this machine rotates the credential. */
async function rotateAlone(rotation: Rotation, audit: Audit): Promise<number> {
  const { call, item, pending } = rotation;
  const put = await setAndPut(rotation);
  const { found, problem = put.problem } = await readBack(call, item, put);
  report(rotation, audit, put, found);
  if (checkReadBack(rotation, put, found)) pending.remove();
  throwIfCancelled(call.context.signals.stop);
  if (problem !== undefined) throw problem;
  const changed = put.after?.changed ?? null;
  await print(call, {
    heads: ['ID', 'OUTCOME', 'CHANGED BEFORE', 'CHANGED'],
    rows: [[item.id, 'changed', item.changed ?? '', changed ?? '']],
    json: { id: item.id, outcome: 'changed', changed_before: item.changed ?? null, changed },
  });
  return 0;
}

/** Everything that is done while custody is held: no other job reads a password that is about to change. */
async function setAndPut(rotation: Rotation): Promise<Put> {
  const { call, item, password } = rotation;
  const read = await readCredential(call, item);
  let put: Put;
  try {
    throwIfCancelled(call.context.signals.stop);
    const old = passwordOf(read.fields, item);
    if (old.reveal() === password.reveal()) put = { kind: 'there', after: item };
    else {
      await tryPassword(rotation, old);
      put = await putPassword(rotation, old);
    }
  } catch (error) {
    await read.release();
    throw error;
  }
  if (await read.release()) return put;
  return { ...put, problem: stillHeld(item) };
}

function report({ vault, item }: Rotation, audit: Audit, put: Put, found: ReadBack): void {
  const isDone = found === 'new' || (put.kind === 'done' && found instanceof SeguraError);
  audit.report({
    client: vault.client.session.clientId,
    vault: vault.host,
    target: item.id,
    outcome: isDone ? 'done' : 'uncertain',
    versionBefore: item.changed ?? null,
    versionAfter: put.after?.changed ?? null,
    requestId: put.requestId,
    fields: ['content'],
  });
}

async function printPlan(
  call: NounCall,
  item: ListedItem,
  path: string,
  { form }: CredentialPlan,
): Promise<number> {
  const read = { method: 'GET', path: `${path}/${item.id}`, fields: [] };
  const release = { method: 'DELETE', path: `${path}/custody/${item.id}`, fields: [] };
  const save = { method: 'POST', path, fields: fieldsOfForm(form) };
  await printRequests(call, item.id, [read, save, release, read, release]);
  return 0;
}

function automatic(id: string): SeguraError {
  return new SeguraError(
    'CHANGE_REFUSED',
    `The vault changes the password of credential ${id} by itself when custody is released, so a new one of ours would not last. Nothing was read.`,
    `Let the vault change it: ${commandFor('credential rotate', id)}`,
  );
}

/** A release would change the password of one that does, and the new one would then be nowhere. */
function notSaid(id: string): SeguraError {
  return new SeguraError(
    'CHANGE_REFUSED',
    `The vault does not say whether it changes the password of credential ${id} by itself when custody is released. If it does, a new one of ours would not last. Nothing was read.`,
    `Look at the credential in the vault. If automatic change is configured: segura-secrets credential rotate ${id}. If not, set a new password where it is used, and write it: segura-secrets credential put ${id} --password @FILE`,
  );
}
