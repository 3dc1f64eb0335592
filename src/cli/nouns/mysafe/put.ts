import { LATE_READ_WAITS_MS } from '../../../core/assumptions.js';
import {
  explainSafe,
  isSameItem,
  judgeSafe,
  planSafe,
  type SafeJudgement,
  type SafePlan,
  type SeenSafe,
  safeNotChanged,
} from '../../../core/changes/safe-plan.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import type { Client } from '../../../core/vault/client.js';
import { child, isObject, optionalTextAt } from '../../../core/vault/json.js';
import { type SafeName, SafeReader, showSafe } from '../../../core/vault/mysafe/find-safe.js';
import { explainLogin } from '../../../core/vault/mysafe/safe-items.js';
import type { Prefix } from '../../../core/vault/pam.js';
import { PLAIN_OF_SAFE, type SafeForm, safeRequest } from '../../../core/vault/write/safe-form.js';
import { type ChangeOutcome, sendChange } from '../../../core/vault/write/send-change.js';
import { systemClock } from '../../../platform/process/clock.js';
import { UsageError } from '../../options/usage-error.js';
import { type Audit, openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { ValueSources } from '../value-sources.js';
import { isGiven, lastOf, type NounCall } from '../verb.js';
import { itemOf } from './item.js';

const OUTCOMES = { create: 'created', update: 'updated', nothing: 'unchanged' } as const;
/** Options for fields that say what an item is, and the names of these. */
const OPTION_OF = [
  ['title', 'name'],
  ['username', 'username'],
  ['tags', 'tags'],
] as const;

/** Creates an item of MySafe, or updates what is given of it. */
export async function put(call: NounCall): Promise<number> {
  const wanted = itemOf(call);
  const wish = await wishOf(call);
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) => putAt(call, vault, planner(wanted, wish), audit));
  } finally {
    audit.close();
  }
}

type Planner = (client: Client) => Promise<{ plan: SafePlan; prefix: Prefix }>;

function planner(wanted: SafeName, wish: SafeForm): Planner {
  return async (client) => {
    const reader = new SafeReader(client);
    const plan = planSafe(wanted, await reader.find(wanted), wish);
    // One that is not there was looked for in the list, which is not read again.
    return { plan, prefix: plan.before?.prefix ?? (await reader.list(wanted.kind)).prefix };
  };
}

async function putAt(call: NounCall, vault: OpenVault, planFor: Planner, audit: Audit): Promise<number> {
  const { plan, prefix } = await planFor(vault.client);
  const { before, form, wanted, changes, kind } = plan;
  for (const [name, value] of form) if (!PLAIN_OF_SAFE.includes(name)) vault.hide(value);
  const request = safeRequest(prefix, wanted.kind, before?.identifier, form);
  const { method, path } = request;
  if (isGiven(call, 'dry-run') && kind !== 'nothing') {
    await printRequests(call, showSafe(wanted), [{ method, path, fields: changes }]);
    return 0;
  }
  if (kind === 'nothing') return await done(call, plan, before?.identifier);
  const what = `${kind === 'create' ? 'Create' : 'Update'} ${showSafe(wanted)} in MySafe: ${changes.map(printable).join(', ')}`;
  let { client } = vault;
  if (await confirm(call, what)) {
    client = await vault.afterQuestion();
    if (isOther(plan, (await planFor(client)).plan)) throw changedMeanwhile(wanted);
  }
  const sent = await sendChange(
    client,
    request,
    (refused) => explainLogin(refused) ?? explainSafe(plan)(refused),
  );
  const judged = await judge(call, vault, plan, sent);
  if (judged.kind === 'failed') throw judged.problem;
  const item = judged.kind === 'done' ? judged.item : before;
  audit.report({
    client: client.session.clientId,
    vault: vault.host,
    target: item === undefined ? showSafe(wanted) : `${wanted.kind}:${item.identifier}`,
    outcome: judged.kind === 'done' ? 'done' : 'uncertain',
    versionBefore: null,
    versionAfter: null,
    requestId: sent.requestId,
    fields: changes,
  });
  if (judged.kind === 'unknown') throw judged.problem;
  if (judged.kind === 'pending') throw safeNotChanged(plan, sent as never);
  if (judged.warning !== undefined) call.context.terminal.warning(judged.warning);
  return await done(call, plan, judged.item.identifier);
}

async function done(call: NounCall, { kind, wanted, changes }: SafePlan, number = ''): Promise<number> {
  await print(call, {
    heads: ['KIND', 'NUMBER', 'OUTCOME', 'FIELDS'],
    rows: [[wanted.kind, number, OUTCOMES[kind], changes.join(', ')]],
    json: { kind: wanted.kind, identifier: number, outcome: OUTCOMES[kind], fields: changes },
  });
  return 0;
}

async function judge(
  { context: { signals } }: NounCall,
  vault: OpenVault,
  plan: SafePlan,
  sent: ChangeOutcome,
): Promise<SafeJudgement> {
  for (const waitMs of [...LATE_READ_WAITS_MS, 0]) {
    const judged = judgeSafe(plan, sent, await look(vault, plan, sent));
    if (judged.kind !== 'pending' || waitMs === 0 || signals.stop.aborted) return judged;
    await systemClock.sleep(waitMs, signals.stop);
  }
  return { kind: 'pending' };
}

/** A look that no signal stops: by the number where the vault told it, else by the name that the item has now. */
async function look(
  vault: OpenVault,
  { wanted, before, form }: SafePlan,
  sent: ChangeOutcome,
): Promise<SeenSafe> {
  if (sent.kind === 'rejected') return { item: undefined };
  const number = before?.identifier ?? (sent.kind === 'accepted' ? numberIn(sent.body) : undefined);
  const name = number ?? (form.get('identifier_code') ?? form.get('name'))?.reveal() ?? wanted.name;
  try {
    return { item: await new SafeReader(await vault.afterSignal()).find({ kind: wanted.kind, name }) };
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { unread: problem };
  }
}

/** The number of a new item, in whatever entity of the reply it is. */
function numberIn(body: Readonly<Record<string, unknown>>): string | undefined {
  const [entity] = Object.entries(body).flatMap(([name, value]) =>
    name.endsWith('_entity') && isObject(value) ? [{ value, path: `$.${name}`, endpoint: '' }] : [],
  );
  const number = entity === undefined ? undefined : optionalTextAt(child(entity, 'identifier'));
  return number !== undefined && /^\d+$/.test(number) ? number : undefined;
}

/** The names of changed fields say nothing of one that another client gave a third value, or of one that is kept. */
function isOther(one: SafePlan, other: SafePlan): boolean {
  return (
    one.kind !== other.kind ||
    one.changes.join() !== other.changes.join() ||
    !isSameItem(one.wanted.kind, one.before, other.before)
  );
}

function changedMeanwhile(wanted: SafeName): SeguraError {
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed ${showSafe(wanted)} while the question was open. Nothing was sent.`,
    'Run the same command again: it reads what is there now.',
  );
}

/** Errors: UsageError, INPUT_INVALID, INPUT_MISSING, NAME_COLLISION. */
async function wishOf(call: NounCall): Promise<SafeForm> {
  const fields = await new ValueSources(call).fields();
  const given = call.context.arguments.options;
  const plain = OPTION_OF.flatMap(([option, name]): [string, Secret][] =>
    given.has(option) ? [[name, new Secret(lastOf(call, option))]] : [],
  );
  const all = [...fields, ...plain];
  const wish = new Map(all);
  if (all.length === 0)
    throw new UsageError(
      'The command mysafe put has nothing to write.',
      'Give --field NAME=@FILE, --title, --username or --tags.',
    );
  if (wish.size === all.length) return wish;
  const names = all.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at) ?? '';
  throw new SeguraError(
    'NAME_COLLISION',
    `The field ${printable(twice)} is given twice.`,
    'Give each field once, by --field or by its option.',
  );
}
