import { closestMatch } from '../did-you-mean.js';
import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { Secret } from '../secret.js';
import { option, say, type Text } from '../text.js';
import { textOfField } from '../vault/field.js';
import { type SafeName, showSafe } from '../vault/mysafe/find-safe.js';
import type { SafeItem, SafeKind } from '../vault/mysafe/safe-items.js';
import { FIELDS_OF_SAFE, type SafeForm } from '../vault/write/safe-form.js';
import type { ChangeOutcome } from '../vault/write/send-change.js';
import { commandFor } from './argument.js';
import { isStandIn } from './secret-plan.js';

export interface SafePlan {
  readonly kind: 'create' | 'update' | 'nothing';
  readonly wanted: SafeName;
  readonly before: SafeItem | undefined;
  /** Only what changes. */
  readonly form: SafeForm;
  readonly changes: readonly string[];
}

/** The item as it was read after the change; `unread` with the reason where that failed. */
export type SeenSafe = { readonly item: SafeItem | undefined } | { readonly unread: SeguraError };

/** What a change came to. `pending`: reading shows the state before it, and the vault may still carry it out. */
export type SafeJudgement =
  | { readonly kind: 'done'; readonly item: SafeItem; readonly warning?: Text }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly problem: SeguraError }
  | { readonly kind: 'unknown'; readonly problem: SeguraError };

/** The limit of a note. Source: docs.senhasegura.io v3-33 and v4, "Create note". */
const MAX_NOTE = 900;

/**
 * What is to be sent so that an item of MySafe has the fields that are wished. A new one gets the name that was asked for, and
 * an API secret the identifier.
 *
 * Errors: INPUT_INVALID for a field that its kind does not have, INPUT_MISSING for one that a new item needs, ITEM_NOT_FOUND for
 * a number that is not there.
 */
export function planSafe(wanted: SafeName, before: SafeItem | undefined, wish: SafeForm): SafePlan {
  const { kind, name } = wanted;
  const { all, required } = FIELDS_OF_SAFE[kind];
  for (const field of wish.keys()) if (!all.includes(field)) throw unknownField(kind, field, all);
  if (before !== undefined) {
    const changed = [...wish].filter(
      ([field, value]) => textOfField(before.fields.get(field)) !== value.reveal(),
    );
    const form = new Map(changed);
    return { kind: form.size === 0 ? 'nothing' : 'update', wanted, before, form, changes: [...form.keys()] };
  }
  if (/^\d+$/.test(name))
    throw new SeguraError(
      'ITEM_NOT_FOUND',
      `MySafe has no item ${showSafe(wanted)} for this access key, and the vault numbers new ones itself.`,
      `Write the name of a new one: segura-secrets mysafe put ${kind}:NAME`,
    );
  const named = kind === 'api' ? ['name', 'identifier_code'] : ['name'];
  const form = new Map([...named.map((field) => [field, new Secret(name)] as const), ...wish]);
  const missing = required.filter((field) => !form.has(field));
  if (missing.length > 0)
    throw new SeguraError(
      'INPUT_MISSING',
      `MySafe has no item ${showSafe(wanted)} for this access key, and a new one needs more: ${missing.join(', ')}.`,
      `Add ${missing.map((field) => `--field ${field}=@FILE`).join(' ')}`,
    );
  return { kind: 'create', wanted, before, form, changes: [...form.keys()] };
}

/**
 * Whether an item is as it was: its number, and every field that can be written. The vault tells no version of it. A value that
 * it sends encrypted differs from one reply to the next, and says nothing.
 */
export function isSameItem(kind: SafeKind, one: SafeItem | undefined, other: SafeItem | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const isSame = (name: string): boolean =>
    isHidden(one, name) && isHidden(other, name)
      ? true
      : textOfField(one.fields.get(name)) === textOfField(other.fields.get(name));
  return one.identifier === other.identifier && FIELDS_OF_SAFE[kind].all.every(isSame);
}

/** What a rejection about a change of an item means. */
export function explainSafe({
  wanted: { kind },
  form,
}: SafePlan): (refused: { code: number | undefined }) => SeguraError | undefined {
  return ({ code }) => {
    if (code !== 1001) return undefined;
    const length = [...(form.get('note')?.reveal() ?? '')].length;
    if (kind === 'note' && length > MAX_NOTE)
      return new SeguraError(
        'VALUE_TOO_LARGE',
        `The note has ${length} characters, and the vault takes ${MAX_NOTE} (code ${code}).`,
        'Store it in several notes, or as a secret of DSM.',
      );
    return new SeguraError(
      'CHANGE_REFUSED',
      `The vault does not take these fields (code ${code}): one that it needs is empty${kind === 'api' ? ', or another API secret has this identifier' : ''}.`,
      'Give other values.',
    );
  };
}

/** What became of a plan, from what the vault answered and what it has now. */
export function judgeSafe(plan: SafePlan, sent: ChangeOutcome, seen: SeenSafe): SafeJudgement {
  if (sent.kind === 'rejected') return { kind: 'failed', problem: sent.problem };
  const shown = showSafe(plan.wanted);
  if ('unread' in seen) {
    const { code } = seen.unread;
    return unknown(
      shown,
      sent.kind === 'accepted'
        ? `The vault confirmed the change of ${shown}, but reading it back failed (${code}).`
        : say`${sent.problem.messageText} Whether ${shown} was changed is not known: reading it back failed too (${code}).`,
    );
  }
  const { item } = seen;
  const { before, form } = plan;
  const others = [...form].filter(([name, value]) => textOfField(item?.fields.get(name)) !== value.reveal());
  if (item !== undefined && others.length === 0)
    return sent.kind === 'accepted'
      ? { kind: 'done', item }
      : {
          kind: 'done',
          item,
          warning: say`${sent.problem.messageText} All the same, reading it back shows that ${shown} was changed as wanted.`,
        };
  if (sent.kind === 'accepted' && item !== undefined && others.every(([name]) => isHidden(item, name)))
    return {
      kind: 'done',
      item,
      warning: say`The vault confirmed the change of ${shown}, but sends its values encrypted, so they were not compared. Set ${option.decryptionKey} to compare them.`,
    };
  const isAsBefore =
    before === undefined
      ? item === undefined
      : [...form.keys()].every(
          (name) => textOfField(item?.fields.get(name)) === textOfField(before.fields.get(name)),
        );
  if (sent.kind === 'uncertain' && isAsBefore) return { kind: 'pending' };
  const names = others.map(([name]) => printable(name)).join(', ');
  return unknown(
    shown,
    item === undefined
      ? `The vault does not list ${shown} after the change.`
      : `After the change, ${shown} is neither as it was nor as it was to become (fields ${names}). Another client may have changed it, or the vault stored something else.`,
  );
}

function isHidden(item: SafeItem, name: string): boolean {
  const field = item.fields.get(name);
  return field instanceof Secret && isStandIn(field);
}

/** The error for a change that did not come in the time that was waited for it. */
export function safeNotChanged(
  { wanted }: SafePlan,
  { problem }: { readonly problem: SeguraError },
): SeguraError {
  return new SeguraError(
    problem.code,
    say`${problem.messageText} Reading it back shows that ${showSafe(wanted)} is unchanged so far.`,
    'Run the same command again: it first reads what is there.',
    { cause: problem },
  );
}

function unknown(shown: string, message: Text): SafeJudgement {
  const remedy = `Look at it, or in the vault, before you run the command again: ${commandFor('mysafe show', shown)}`;
  return { kind: 'unknown', problem: new SeguraError('CHANGE_UNCERTAIN', message, remedy) };
}

function unknownField(kind: string, field: string, all: readonly string[]): SeguraError {
  const near = closestMatch(field, all);
  return new SeguraError(
    'INPUT_INVALID',
    `An item of the kind ${kind} has no field ${printable(field)}.`,
    near === undefined ? `Its fields are ${all.join(', ')}.` : `Did you mean ${near}?`,
  );
}
