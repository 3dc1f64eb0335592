import { isOnlyKeyOf, type KeyPlan, planKey } from '../../../core/changes/key-plan.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { throwIfCancelled } from '../../../core/pace.js';
import { printable } from '../../../core/printable.js';
import { say } from '../../../core/text.js';
import type { Client } from '../../../core/vault/client.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import type { Prefix } from '../../../core/vault/pam.js';
import { fieldsOfKey, keyRequest } from '../../../core/vault/write/key-form.js';
import { type ChangeOutcome, sendChange } from '../../../core/vault/write/send-change.js';
import { type Audit, openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { explainSave } from '../credential/explain-save.js';
import { findItem, loginOf } from '../credential/find.js';
import { withAddress } from '../credential/wish.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { isGiven, type NounCall } from '../verb.js';
import { NewKey } from './new-key.js';
import { keyReadBack } from './read.js';
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
      { method: 'POST', path, fields: fieldsOfKey(plan.form) },
    ]);
    return 0;
  }
  await confirm(call, sentenceOf(name, plan, wished));
  await key?.prove(before);
  const after = await send(call, vault, { plan, prefix, key }, audit);
  key?.forget();
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

interface Planned {
  readonly plan: KeyPlan;
  readonly prefix: Prefix;
  readonly key: NewKey | undefined;
}

/** Errors: CHANGE_UNCERTAIN, and what the vault rejects it with. */
async function send(
  call: NounCall,
  vault: OpenVault,
  { plan, prefix, key }: Planned,
  audit: Audit,
): Promise<ListedItem | undefined> {
  const client = await vault.afterQuestion();
  const { form } = plan;
  const place = {
    hostname: form.hostname ?? plan.before?.hostname ?? '',
    ip: form.ip ?? plan.before?.ip ?? '',
  };
  let sent: ChangeOutcome;
  try {
    // The command can take long.
    if (!isOnlyKeyOf(plan, (await listKeys(client, vault)).items)) throw changedMeanwhile(plan);
    sent = await sendChange(client, keyRequest(prefix, form), explainSave(place));
  } catch (error) {
    const [problem] = problemsOf(error);
    throw problem === undefined || key === undefined ? error : key.rejected(problem, plan.before);
  }
  if (sent.kind === 'rejected') throw key?.rejected(sent.problem, plan.before) ?? sent.problem;
  const after = await look(vault, plan);
  const found = key === undefined ? undefined : await keyReadBack(call, after, key.pair);
  const isDone = found === 'new' || (sent.kind === 'accepted' && found !== 'other');
  audit.report({
    client: client.session.clientId,
    vault: vault.host,
    target: after?.id ?? form.identifier,
    outcome: isDone ? 'done' : 'uncertain',
    versionBefore: null,
    versionAfter: null,
    requestId: sent.requestId,
    fields: plan.changes,
  });
  if (!isDone) throw uncertain(plan, sent, key, found === 'other');
  const { terminal } = call.context;
  if (found instanceof SeguraError && found.code === 'RELEASE_FAILED') {
    key?.forget();
    throw found;
  }
  if (found instanceof SeguraError)
    terminal.warning(`The vault confirmed the change, but reading the key back failed (${found.code}).`);
  else if (sent.kind === 'uncertain')
    terminal.warning(
      say`${sent.problem.messageText} All the same, the vault has the new key of ${printable(form.identifier)}.`,
    );
  return after;
}

/** The key as the vault lists it after the change; undefined where it does not, or where that fails. */
async function look(vault: OpenVault, { before, form }: KeyPlan): Promise<ListedItem | undefined> {
  const client = await vault.afterSignal();
  const { items } = await listKeys(client, vault).catch(() => ({ items: [] }));
  return items.find(({ id, identifier }) =>
    before === undefined ? identifier === form.identifier : id === before.id,
  );
}

function listKeys(client: Client, { inputs }: OpenVault): ReturnType<typeof listItems> {
  return listItems(client, inputs.endpoints.pam, 'ssh-key');
}

function uncertain(
  { form }: KeyPlan,
  sent: ChangeOutcome,
  key: NewKey | undefined,
  isOther: boolean,
): SeguraError {
  const name = printable(form.identifier);
  const why =
    sent.kind === 'accepted' ? `The vault confirmed the change of ${name}.` : sent.problem.messageText;
  return new SeguraError(
    'CHANGE_UNCERTAIN',
    say`${why} ${isOther ? `It does not have the new key of ${name}` : `Whether ${name} was changed is not known`}.${key?.keptIn ?? ''}`,
    `Run the same command again: the vault finds the key by the same identifier.`,
  );
}

function severalOf({ form }: KeyPlan): SeguraError {
  return new SeguraError(
    'CHANGE_REFUSED',
    `The vault lists several SSH keys of the identifier ${printable(form.identifier)}, so it could change another one.`,
    'Give each an identifier of its own in the vault.',
  );
}

function changedMeanwhile({ form }: KeyPlan): SeguraError {
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed which SSH key has the identifier ${printable(form.identifier)}. Nothing was sent.`,
    'Run the same command again: it reads what is there now.',
  );
}

function sentenceOf(name: string, { kind, before, changes }: KeyPlan, { verify }: WishedKey): string {
  const shown =
    before === undefined ? printable(name) : `${printable(before.id)} (${printable(loginOf(before))})`;
  const first = verify === '' ? '' : ' after the command of --verify';
  return `${kind === 'create' ? 'Create' : 'Update'} the SSH key ${shown}${first}: ${changes.join(', ')}`;
}
