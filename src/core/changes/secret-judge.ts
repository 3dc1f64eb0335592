import { VERSION_STEP } from '../assumptions.js';
import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { Secret } from '../secret.js';
import { say, type Text } from '../text.js';
import type { DsmSecret } from '../vault/dsm.js';
import type { ChangeOutcome } from '../vault/write/send-change.js';
import { commandFor } from './argument.js';
import { changesOf, isStandIn, type SecretPlan } from './secret-plan.js';

/** The secret as it was read after the change; `unread` with the reason where that failed. */
export type Seen = { readonly secret: DsmSecret | undefined } | { readonly unread: SeguraError };

/**
 * What a change came to. `isCompared`: every value was read back and is equal. `pending`: reading shows the state before it, and the vault may still carry it out.
 */
export type Judgement =
  | { readonly kind: 'done'; readonly warnings: readonly Text[]; readonly isCompared: boolean }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed' | 'unknown'; readonly problem: SeguraError };

/** A secret whose expiration date has come is not listed. The time zone of the vault is not known. */
const ZONES_MS = 26 * 3_600_000;

/**
 * What became of a plan, from what the vault answered and what it has now. Pure: `nowMs` is the time of the look.
 *
 * Errors in the result: those of the request, CHANGE_UNCERTAIN.
 */
export function judgeSecret(plan: SecretPlan, sent: ChangeOutcome, seen: Seen, nowMs: number): Judgement {
  if (sent.kind === 'rejected') return { kind: 'failed', problem: sent.problem };
  const identity = printable(plan.form.identity);
  if ('unread' in seen) {
    const { code } = seen.unread;
    return unknown(
      sent.kind === 'accepted'
        ? `The vault confirmed the change of ${identity}, but reading it back failed (${code}).`
        : say`${sent.problem.messageText} Whether ${identity} was changed is not known: reading it back failed too (${code}).`,
      plan,
    );
  }
  const { secret } = seen;
  if (secret === undefined) {
    if (hasExpired(plan, nowMs)) return { kind: 'done', warnings: [], isCompared: false };
    if (sent.kind === 'uncertain' && plan.before === undefined) return { kind: 'pending' };
    return unknown(
      `The vault does not list ${identity} after the change. It may belong to another authorization.`,
      plan,
    );
  }
  const found = compare(plan, secret);
  if (found === 'same') return { kind: 'done', warnings: warningsOf(plan, sent, secret), isCompared: true };
  if (found === 'unreadable' && sent.kind === 'accepted') {
    const text = `The vault confirmed the change of ${identity}, but sends its values encrypted, so they were not compared. Set the decryption key to compare them.`;
    return { kind: 'done', warnings: [text], isCompared: false };
  }
  if (sent.kind === 'uncertain' && isUnchanged(plan, secret)) return { kind: 'pending' };
  const { added, changed, removed } = changesOf(secret.maps, plan.form.groups);
  const names = [...added, ...changed, ...removed].map(printable).join(', ');
  return unknown(
    `After the change, ${identity} is neither as it was nor as it was to become${names === '' ? '' : ` (fields ${names})`}. Another client may have changed it, or the vault stored something else.`,
    plan,
  );
}

/** The error for a change that did not come in the time that was waited for it. */
export function notCarriedOut(
  { form }: SecretPlan,
  { problem }: { readonly problem: SeguraError },
): SeguraError {
  return new SeguraError(
    problem.code,
    say`${problem.messageText} Reading it back shows that ${printable(form.identity)} is unchanged so far.`,
    'Run the same command again: it first reads what is there.',
    { cause: problem },
  );
}

function unknown(message: Text, { form }: SecretPlan): Judgement {
  const remedy = `Look at it, or in the vault, before you run the command again: ${commandFor('secret show', form.identity)}`;
  return { kind: 'unknown', problem: new SeguraError('CHANGE_UNCERTAIN', message, remedy) };
}

function compare({ form, before }: SecretPlan, secret: DsmSecret): 'same' | 'other' | 'unreadable' {
  const { added, changed, removed } = changesOf(secret.maps, form.groups);
  const fields = secret.maps.flatMap((map) => [...map.values()]);
  const isHidden = fields.some((field) => field instanceof Secret && isStandIn(field));
  if ([added, removed].some((names) => names.length > 0)) return 'other';
  if (changed.length > 0) return isHidden ? 'unreadable' : 'other';
  const { expires, engine, name } = form;
  if (secret.expires !== (expires ?? before?.expires)) return 'other';
  const { details } = secret;
  // A list that lacks one says nothing of it.
  return engine === (details?.engine ?? engine) && name === (details?.name ?? name) ? 'same' : 'other';
}

function isUnchanged({ before }: SecretPlan, secret: DsmSecret): boolean {
  if (before === undefined) return false;
  const old = before.maps.map(
    (map) => new Map([...map].map(([label, field]) => [label, field instanceof Secret ? field : null])),
  );
  const { added, changed, removed } = changesOf(secret.maps, old);
  return before.version === secret.version && [added, changed, removed].every((names) => names.length === 0);
}

/** Errors of the vault are never retried, so its answer can be missing although it has done what was asked. */
function warningsOf(plan: SecretPlan, sent: ChangeOutcome, secret: DsmSecret): Text[] {
  const identity = printable(plan.form.identity);
  const warnings: Text[] = [];
  if (sent.kind === 'uncertain')
    warnings.push(
      say`${sent.problem.messageText} All the same, reading it back shows that ${identity} was changed as wanted.`,
    );
  const [from, to] = [
    plan.before === undefined ? 0 : numberOf(plan.before.version),
    numberOf(secret.version),
  ];
  if (from === undefined || to === undefined || to === from + VERSION_STEP) return warnings;
  warnings.push(
    plan.before === undefined
      ? `${identity} has version ${to} although it was not listed before: it had been there, expired or without access, and its earlier fields are replaced.`
      : `The version of ${identity} went from ${from} to ${to}: another client changed it in between, and what that wrote may be lost.`,
  );
  return warnings;
}

function numberOf(version: string | undefined): number | undefined {
  return version !== undefined && /^\d{1,9}$/.test(version) ? Number(version) : undefined;
}

function hasExpired({ form: { expires } }: SecretPlan, nowMs: number): boolean {
  return expires !== undefined && Date.parse(`${expires.replace(' ', 'T')}Z`) < nowMs + ZONES_MS;
}
