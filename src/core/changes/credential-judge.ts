import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { say, type Text } from '../text.js';
import type { ListedItem } from '../vault/items/credential-list.js';
import type { ChangeOutcome } from '../vault/write/send-change.js';
import { commandFor } from './argument.js';
import type { CredentialPlan } from './credential-plan.js';

/** What the vault lists after the change; `unread` with the reason where that failed. */
export type SeenItems = { readonly items: readonly ListedItem[] } | { readonly unread: SeguraError };

/** What a change came to. `pending`: the list shows the state before it, and the vault may still carry it out. */
export type CredentialJudgement =
  | { readonly kind: 'done'; readonly after: ListedItem | undefined; readonly warnings: readonly Text[] }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly problem: SeguraError }
  | { readonly kind: 'unknown'; readonly problem: SeguraError };

const VISIBLE = ['identifier', 'username', 'credential_type', 'content'];

/**
 * What became of a plan, from what the vault answered and what it lists now. The list has no password, and reading one takes
 * custody: of a new password it shows only the time of the change.
 */
export function judgeCredential(
  plan: CredentialPlan,
  sent: ChangeOutcome,
  seen: SeenItems,
): CredentialJudgement {
  if (sent.kind === 'rejected') return { kind: 'failed', problem: sent.problem };
  const { before } = plan;
  const name = printable(nameOf(plan));
  const after = 'unread' in seen ? undefined : seen.items.find((item) => isMeant(plan, item));
  if (sent.kind === 'accepted') {
    if (after !== undefined && isAsWanted(plan, after)) return { kind: 'done', after, warnings: [] };
    const why =
      'unread' in seen
        ? `reading the list failed (${seen.unread.code})`
        : after === undefined
          ? 'it does not list it for this authorization'
          : 'it lists other values for it';
    return { kind: 'done', after, warnings: [`The vault confirmed the change of ${name}, but ${why}.`] };
  }
  if ('unread' in seen)
    return unknown(
      say`${sent.problem.messageText} Whether ${name} was changed is not known: reading the list failed too (${seen.unread.code}).`,
      plan,
    );
  if (after === undefined) return { kind: 'pending' };
  if (
    before !== undefined &&
    isUnchanged(before, after) &&
    plan.changes.some((each) => VISIBLE.includes(each))
  )
    return { kind: 'pending' };
  const isShown = plan.changes.every((each) => before === undefined || VISIBLE.includes(each));
  if (isAsWanted(plan, after) && isShown) {
    const text = say`${sent.problem.messageText} All the same, the list shows that ${name} was changed.`;
    return { kind: 'done', after, warnings: [text] };
  }
  return unknown(
    say`${sent.problem.messageText} Whether ${name} was changed is not known: the list does not show it, and reading the credential would take custody.`,
    plan,
  );
}

/** The error for a change that did not come in the time that was waited for it. */
export function credentialNotChanged(
  plan: CredentialPlan,
  { problem }: { readonly problem: SeguraError },
): SeguraError {
  const name = printable(nameOf(plan));
  return new SeguraError(
    problem.code,
    say`${problem.messageText} The list of the vault does not show that ${name} was changed so far.`,
    'Run the same command again: the vault finds the credential by the same names.',
    { cause: problem },
  );
}

function isMeant({ before, form }: CredentialPlan, item: ListedItem): boolean {
  if (before !== undefined) return item.id === before.id;
  if (form.identifier !== undefined && item.identifier === form.identifier) return true;
  return item.hostname === form.hostname && item.ip === form.ip && item.username === form.username;
}

/** As far as a list shows it. */
function isAsWanted({ before, form, changes }: CredentialPlan, after: ListedItem): boolean {
  if (form.username !== '' && after.username !== form.username) return false;
  if (form.identifier !== undefined && after.identifier !== form.identifier) return false;
  if (form.credential_type !== undefined && after.type !== form.credential_type) return false;
  // Not every vault lists the time of the change: where it lists one, that has to move.
  return before?.changed === undefined || !changes.includes('content') || after.changed !== before.changed;
}

function isUnchanged(before: ListedItem, after: ListedItem): boolean {
  const keys = ['identifier', 'username', 'type', 'changed'] as const;
  return keys.every((key) => before[key] === after[key]);
}

/** As a command names it. */
function nameOf({ before, form }: CredentialPlan): string {
  return before?.id ?? form.identifier ?? `${form.username}@${form.hostname}`;
}

function unknown(message: Text, plan: CredentialPlan): CredentialJudgement {
  const remedy = `Look at it, or in the vault, before you run the command again: ${commandFor('credential show', nameOf(plan))}`;
  return { kind: 'unknown', problem: new SeguraError('CHANGE_UNCERTAIN', message, remedy) };
}
