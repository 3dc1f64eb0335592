import { isOnlyKeyOf, type KeyPlan } from '../../../core/changes/key-plan.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { say } from '../../../core/text.js';
import type { Client } from '../../../core/vault/client.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import type { Prefix } from '../../../core/vault/pam.js';
import { keyRequest } from '../../../core/vault/write/key-form.js';
import { type ChangeOutcome, sendChange } from '../../../core/vault/write/send-change.js';
import type { Audit } from '../audit.js';
import { explainSave } from '../credential/explain-save.js';
import type { OpenVault } from '../open-vault.js';
import type { NounCall } from '../verb.js';
import type { NewKey } from './new-key.js';
import { keyReadBack } from './read.js';

/** A plan with what belongs to it. */
export interface PlannedKey {
  readonly plan: KeyPlan;
  readonly prefix: Prefix;
  readonly key: NewKey | undefined;
}

/**
 * Sends a plan, and reads what became of it, also after a rejection: a vault can store a key all the same. Removes the private
 * file of a new key once the vault surely has it.
 *
 * Errors: CHANGE_UNCERTAIN, RELEASE_FAILED, and what the vault rejects it with.
 */
export async function sendKey(
  call: NounCall,
  vault: OpenVault,
  { plan, prefix, key }: PlannedKey,
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
    const { items } = await listKeys(client, vault);
    if (!isOnlyKeyOf(plan, items)) throw changedMeanwhile(plan);
    if (key !== undefined && isMoved(plan, items)) throw movedMeanwhile(plan);
    sent = await sendChange(client, keyRequest(prefix, form), explainSave(place));
  } catch (error) {
    const [problem] = problemsOf(error);
    throw problem === undefined || key === undefined ? error : key.rejected(problem, plan.before);
  }
  if (sent.kind === 'rejected' && key === undefined) throw sent.problem;
  const after = await look(vault, plan);
  const { found, problem } = key === undefined ? {} : await keyReadBack(call, after, key.pair);
  if (sent.kind === 'rejected' && found === 'other')
    throw key?.rejected(sent.problem, plan.before) ?? sent.problem;
  const isDone = found === 'new' || (sent.kind === 'accepted' && found !== 'other');
  const item = after instanceof SeguraError ? undefined : after;
  audit.report({
    client: client.session.clientId,
    vault: vault.host,
    target: item?.id ?? form.identifier,
    outcome: isDone ? 'done' : 'uncertain',
    versionBefore: null,
    versionAfter: null,
    requestId: sent.requestId,
    fields: plan.changes,
  });
  if (!isDone) throw uncertain(plan, sent, key, found === 'other');
  if (found === 'new') key?.forget();
  if (problem !== undefined) throw problem;
  const { terminal } = call.context;
  if (found instanceof SeguraError)
    terminal.warning(
      `The vault confirmed the change, but reading the key back failed (${found.code}).${key?.keptUnread ?? ''}`,
    );
  else if (sent.kind !== 'accepted')
    terminal.warning(
      say`${sent.problem.messageText} All the same, the vault has the new key of ${printable(form.identifier)}.`,
    );
  return item;
}

/** The key as the vault lists it after the change, or why the list could not be read. */
async function look(
  vault: OpenVault,
  { before, form }: KeyPlan,
): Promise<ListedItem | undefined | SeguraError> {
  let items: readonly ListedItem[];
  try {
    ({ items } = await listKeys(await vault.afterSignal(), vault));
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return problem;
  }
  return items.find(({ id, identifier }) =>
    before === undefined ? identifier === form.identifier : id === before.id,
  );
}

export function listKeys(client: Client, { inputs }: OpenVault): ReturnType<typeof listItems> {
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

function changedMeanwhile({ form }: KeyPlan): SeguraError {
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed which SSH key has the identifier ${printable(form.identifier)}. Nothing was sent.`,
    'Run the same command again: it reads what is there now.',
  );
}

/** Whether the key was changed since it was listed first, if the vault lists when that was. */
function isMoved({ before }: KeyPlan, items: readonly ListedItem[]): boolean {
  return before !== undefined && items.find(({ id }) => id === before.id)?.changed !== before.changed;
}

function movedMeanwhile({ form }: KeyPlan): SeguraError {
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed the SSH key ${printable(form.identifier)} in the vault just now. Nothing was sent.`,
    'Run the same command again: it reads what is there now.',
  );
}
