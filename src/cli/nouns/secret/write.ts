import { carryOutSecret } from '../../../core/changes/carry-out.js';
import { secretToWrite } from '../../../core/changes/find-secret.js';
import { notCarriedOut } from '../../../core/changes/secret-judge.js';
import {
  changesOf,
  planSecret,
  type SecretPlan,
  type SecretWish,
} from '../../../core/changes/secret-plan.js';
import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import type { DsmSecret } from '../../../core/vault/dsm.js';
import { systemClock } from '../../../platform/process/clock.js';
import type { Audit } from '../audit.js';
import { confirm } from '../confirm.js';
import type { OpenVault } from '../open-vault.js';
import type { NounCall } from '../verb.js';
import { findSecret } from './find.js';

/** What a write came to. */
export interface Written {
  readonly plan: SecretPlan;
  /** The secret as it is read after it; undefined where nothing was sent, or where it has expired. */
  readonly after: DsmSecret | undefined;
  /** Every value was read back, and is equal byte for byte. */
  readonly isCompared: boolean;
}

/** How a write is done. */
export interface WriteParts {
  readonly audit: Audit;
  readonly isDry: boolean;
  /** Told of each part before it begins. */
  readonly onPart?: (part: WritePart) => void;
}

export type WritePart = 'reading' | 'asking' | 'writing' | 'comparing';

/** What is wished for, from the secret as it is. */
export type WishFor = (before: DsmSecret | undefined) => SecretWish;

/**
 * Plans a write, asks whether it is wanted, sends it, reads the secret back and compares it byte for byte. `isDry` stops
 * after the plan.
 *
 * Errors: those of planSecret and confirm, CHANGED_MEANWHILE, CHANGE_UNCERTAIN, and what the vault rejects it with.
 */
export async function writeSecret(
  call: NounCall,
  vault: OpenVault,
  identity: string,
  wishFor: WishFor,
  { audit, isDry, onPart = () => undefined }: WriteParts,
): Promise<Written> {
  onPart('reading');
  const before = secretToWrite(await vault.client.listSecrets(), identity);
  const plan = planSecret(before, wishFor(before));
  for (const group of plan.form.groups) {
    for (const value of group.values()) if (value !== null) vault.hide(value);
  }
  if (isDry || plan.kind === 'nothing') return { plan, after: before, isCompared: !isDry };
  let { client } = vault;
  onPart('asking');
  if (await confirm(call, sentenceOf(plan))) {
    client = await vault.afterQuestion();
    if (isOther(before, await findSecret(client, identity))) throw changedMeanwhile(identity);
  }
  onPart('writing');
  const { sent, judgement, seen } = await carryOutSecret(plan, {
    client,
    afterSignal: vault.afterSignal,
    clock: systemClock,
    signal: call.context.signals.stop,
    onSent: () => onPart('comparing'),
  });
  if (judgement.kind === 'failed') throw judgement.problem;
  const after = 'unread' in seen ? undefined : seen.secret;
  audit.report({
    client: client.session.clientId,
    vault: vault.host,
    target: identity,
    outcome: judgement.kind === 'done' ? 'done' : 'uncertain',
    versionBefore: before?.version ?? null,
    versionAfter: after?.version ?? null,
    requestId: sent.requestId,
    fields: namesOf(plan),
  });
  if (judgement.kind === 'done') {
    for (const warning of judgement.warnings) call.context.terminal.warning(warning);
    return { plan, after, isCompared: judgement.isCompared };
  }
  throw judgement.kind === 'unknown' ? judgement.problem : notCarriedOut(plan, sent as never);
}

function isOther(one: DsmSecret | undefined, other: DsmSecret | undefined): boolean {
  if (one === undefined || other === undefined) return one !== other;
  if (one.version !== other.version || one.expires !== other.expires) return true;
  const groups = other.maps.map(
    (map) => new Map([...map].map(([label, field]) => [label, field instanceof Secret ? field : null])),
  );
  const { added, changed, removed } = changesOf(one.maps, groups);
  return added.length + changed.length + removed.length > 0;
}

function changedMeanwhile(identity: string): SeguraError {
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed ${printable(identity)} while the question was open. Nothing was sent.`,
    'Run the same command again: it reads what is there now.',
  );
}

/** The names of the fields that a plan writes anew or removes. */
export function namesOf({ changes: { added, changed, removed } }: SecretPlan): string[] {
  return [...added, ...changed, ...removed];
}

function sentenceOf(plan: SecretPlan): string {
  const { added, changed, removed } = plan.changes;
  const parts = [
    ['added', added],
    ['changed', changed],
    ['removed', removed],
  ] as const;
  const told = parts.flatMap(([word, names]) =>
    names.length === 0 ? [] : [`${names.length} ${word} (${names.map(printable).join(', ')})`],
  );
  const what = plan.kind === 'create' ? 'Create' : 'Update';
  return `${what} the DSM secret ${printable(plan.form.identity)}${told.length === 0 ? '' : `: fields ${told.join(', ')}`}`;
}
