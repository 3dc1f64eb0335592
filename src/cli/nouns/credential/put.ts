import { LATE_READ_WAITS_MS } from '../../../core/assumptions.js';
import {
  type CredentialJudgement,
  credentialNotChanged,
  judgeCredential,
  type SeenItems,
} from '../../../core/changes/credential-judge.js';
import { type CredentialPlan, planCredential } from '../../../core/changes/credential-plan.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Client } from '../../../core/vault/client.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import { credentialRequest } from '../../../core/vault/write/credential-form.js';
import { fieldsOfForm } from '../../../core/vault/write/form.js';
import { type ChangeOutcome, sendChange } from '../../../core/vault/write/send-change.js';
import { systemClock } from '../../../platform/process/clock.js';
import { type Audit, openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { isGiven, type NounCall } from '../verb.js';
import { explainSave } from './explain-save.js';
import { findItem, loginOf } from './find.js';
import { type WishedCredential, wishOf, withAddress } from './wish.js';

const OUTCOMES = { create: 'created', update: 'updated', nothing: 'unchanged' } as const;

/** Creates a credential, or updates what is given of it. Its password is sent only if it is given. */
export async function put(call: NounCall): Promise<number> {
  const wish = await wishOf(call);
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) => putAt(call, vault, wish, audit));
  } finally {
    audit.close();
  }
}

async function putAt(
  call: NounCall,
  vault: OpenVault,
  wish: WishedCredential,
  audit: Audit,
): Promise<number> {
  const [name = ''] = call.operands;
  for (const secret of [wish.password, wish.additional]) if (secret !== undefined) vault.hide(secret);
  const { items, prefix } = await listItems(vault.client, vault.inputs.endpoints.pam, 'credential');
  const before = findItem(items, name);
  const plan = planCredential(name, before, await withAddress(vault, name, before, wish), items);
  const request = credentialRequest(prefix, plan.form);
  if (isGiven(call, 'dry-run') && plan.kind !== 'nothing') {
    const fields = fieldsOfForm(plan.form);
    await printRequests(call, before?.id ?? name, [{ method: 'POST', path: request.path, fields }]);
    return 0;
  }
  let after = before;
  if (plan.kind !== 'nothing') {
    let { client } = vault;
    if (await confirm(call, sentenceOf(name, plan))) {
      client = await vault.afterQuestion();
      await checkSame(client, vault, name, before);
    }
    after = await write(call, vault, client, { plan, request }, audit);
  }
  await print(call, {
    heads: ['ID', 'OUTCOME', 'FIELDS'],
    rows: [[after?.id ?? '', OUTCOMES[plan.kind], plan.changes.join(', ')]],
    json: { id: after?.id ?? null, outcome: OUTCOMES[plan.kind], fields: plan.changes },
  });
  return 0;
}

async function write(
  call: NounCall,
  vault: OpenVault,
  client: Client,
  planned: PlannedCredential,
  audit: Audit,
): Promise<ListedItem | undefined> {
  const { plan } = planned;
  const { sent, judged } = await sendCredential(call, vault, client, planned);
  if (judged.kind === 'failed') throw judged.problem;
  const after = judged.kind === 'done' ? judged.after : undefined;
  audit.report({
    client: client.session.clientId,
    vault: vault.host,
    target: after?.id ?? plan.before?.id ?? call.operands[0] ?? '',
    outcome: judged.kind === 'done' ? 'done' : 'uncertain',
    versionBefore: plan.before?.changed ?? null,
    versionAfter: after?.changed ?? null,
    requestId: sent.requestId,
    fields: plan.changes,
  });
  if (judged.kind !== 'done')
    throw judged.kind === 'unknown' ? judged.problem : credentialNotChanged(plan, sent as never);
  for (const warning of judged.warnings) call.context.terminal.warning(warning);
  return after;
}

/** A plan with its request. */
export interface PlannedCredential {
  readonly plan: CredentialPlan;
  readonly request: ReturnType<typeof credentialRequest>;
}

/** Sends a plan, and finds out what became of it. Errors: those of the login. */
export async function sendCredential(
  call: NounCall,
  vault: OpenVault,
  client: Client,
  { plan, request }: PlannedCredential,
): Promise<{ readonly sent: ChangeOutcome; readonly judged: CredentialJudgement }> {
  const sent = await sendChange(client, request, explainSave(plan.form));
  return { sent, judged: await judge(call, vault, client, plan, sent) };
}

async function judge(
  { context: { signals } }: NounCall,
  vault: OpenVault,
  client: Client,
  plan: CredentialPlan,
  sent: ChangeOutcome,
): Promise<CredentialJudgement> {
  for (const waitMs of LATE_READ_WAITS_MS) {
    const judged = judgeCredential(plan, sent, await look(sent, vault, client));
    if (judged.kind !== 'pending' || signals.stop.aborted) return judged;
    await systemClock.sleep(waitMs, signals.stop);
  }
  return judgeCredential(plan, sent, await look(sent, vault, client));
}

async function look(sent: ChangeOutcome, vault: OpenVault, client: Client): Promise<SeenItems> {
  if (sent.kind === 'rejected') return { items: [] };
  const list = (by: Client): Promise<SeenItems> => listItems(by, vault.inputs.endpoints.pam, 'credential');
  try {
    return await list(client).catch(async (error: unknown) => {
      if (!problemsOf(error).some(({ code }) => code === 'CANCELLED')) throw error;
      return list(await vault.afterSignal());
    });
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { unread: problem };
  }
}

/** Errors: CHANGED_MEANWHILE. */
async function checkSame(
  client: Client,
  { inputs }: OpenVault,
  name: string,
  before: ListedItem | undefined,
): Promise<void> {
  const { items } = await listItems(client, inputs.endpoints.pam, 'credential');
  if (JSON.stringify(findItem(items, name)) === JSON.stringify(before)) return;
  throw new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed ${printable(name)} while the question was open. Nothing was sent.`,
    'Run the same command again: it reads what is there now.',
  );
}

function sentenceOf(name: string, { kind, before, changes }: CredentialPlan): string {
  const shown =
    before === undefined ? printable(name) : `${printable(before.id)} (${printable(loginOf(before))})`;
  return `${kind === 'create' ? 'Create' : 'Update'} the credential ${shown}: ${changes.join(', ')}`;
}
