import { carryOutSecret } from '../../changes/carry-out.js';
import { recordText } from '../../changes/change-record.js';
import { secretToWrite } from '../../changes/find-secret.js';
import { notCarriedOut } from '../../changes/secret-judge.js';
import { planSecret, type SecretPlan } from '../../changes/secret-plan.js';
import { problemsOf, SeguraError, throwIfAny } from '../../errors.js';
import type { Masking } from '../../masking/masker.js';
import { throwIfCancelled } from '../../pace.js';
import { printable } from '../../printable.js';
import { Secret } from '../../secret.js';
import { option, say } from '../../text.js';
import type { Client } from '../../vault/client.js';
import type { DsmSecret } from '../../vault/dsm.js';
import { readSaveLines, type SaveLine, showTarget } from './lines.js';
import type { Saver, SavingParts } from './saver.js';

/** The largest file with a value. */
const MAX_BYTES = 8 * 1024 * 1024;
/** How long a change is looked up after a signal. */
const LATE_LOOK_MS = 4_000;

/** What a judgement is in the record of a change. */
const OUTCOMES = { done: 'done', failed: 'rejected', unknown: 'uncertain', pending: 'uncertain' } as const;

/** Where values of variables come from, and why none is saved here. */
export interface SaverParts {
  readonly variable: (name: string) => string | undefined;
  /** Why this run may not write: it is of a fork or of Dependabot, or no one has confirmed it in the command. */
  readonly refusal: 'fork' | 'unconfirmed' | undefined;
  /** Nothing is saved: only the lines are checked, and no value has to be there yet. */
  readonly isCheck?: boolean;
}

/** What saves the values that a text asks for. */
export function openSaver(text: string, { variable, refusal, isCheck = false }: SaverParts): Saver {
  const problems: SeguraError[] = [];
  const lines = readSaveLines(text, problems);
  if (refusal !== undefined) problems.push(notConfirmed(refusal));
  const known = new Map<SaveLine, Secret>();
  for (const line of lines.filter(({ kind }) => kind === 'variable')) {
    // The environment of a process also has the members of every object, such as `constructor`.
    const value: unknown = variable(line.name);
    if (typeof value === 'string' && value !== '') known.set(line, new Secret(value));
    else if (!isCheck) problems.push(noValue(line));
  }
  return {
    problems,
    hide: (masking) => {
      for (const [line, value] of known) hide(line, value, masking);
    },
    save: async (parts) => {
      const all = new Map(known);
      const unread: SeguraError[] = [];
      for (const line of lines.filter(({ kind }) => kind === 'file')) {
        try {
          const value = readFile(line, parts);
          hide(line, value, parts.masking);
          all.set(line, value);
        } catch (error) {
          unread.push(...problemsOf(error));
        }
      }
      throwIfAny([...unread, ...(parts.masking.problem === undefined ? [] : [parts.masking.problem])]);
      await saveAll(all, parts);
    },
  };
}

function hide({ identity, field, name }: SaveLine, value: Secret, masking: Masking): void {
  const origin = { kind: 'dsm', identity, map: undefined, field } as const;
  const source = showTarget({ identity, field });
  const rest = { version: undefined, expires: undefined, user: undefined };
  masking.maskField({ field, origin, value, source, ...rest }, [name]);
}

/** Errors: FILE_REFUSED, INPUT_INVALID. */
function readFile(line: SaveLine, { platform }: SavingParts): Secret {
  const bytes = platform.files.read(line.name, MAX_BYTES);
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  if (isText && text !== '') return new Secret(text);
  throw new SeguraError(
    'INPUT_INVALID',
    say`${line.where} saves the file ${printable(line.name)}, which ${isText ? 'is empty' : 'is not UTF-8 text'}.`,
    isText ? 'Write the value into the file before.' : 'A value of other bytes can be stored as base64.',
  );
}

function notConfirmed(refusal: 'fork' | 'unconfirmed'): SeguraError {
  return new SeguraError(
    'NOT_CONFIRMED',
    refusal === 'fork'
      ? say`${option.save} writes into the vault, and this job runs for a fork or for Dependabot.`
      : say`${option.save} writes into the vault. Outside of a CI system, and in a job for a fork or for Dependabot, that has to be confirmed in the command itself.`,
    refusal === 'fork' ? say`Leave ${option.save} out in such jobs.` : 'Add --yes.',
  );
}

function noValue(line: SaveLine): SeguraError {
  return new SeguraError(
    'INPUT_MISSING',
    say`${line.where} saves ${printable(line.name)}, which is not set, or is empty.`,
    `Set it before, or save a file: file:PATH > ${showTarget(line)}`,
  );
}

/** Every secret once, one after the other. A failure of one does not keep the others from being saved. */
async function saveAll(values: ReadonlyMap<SaveLine, Secret>, parts: SavingParts): Promise<void> {
  const { application } = parts;
  const client = application === undefined ? parts.client : await parts.client.asApplication(application);
  const problems: SeguraError[] = [];
  for (const identity of new Set([...values.keys()].map((line) => line.identity))) {
    throwIfCancelled(parts.signal);
    const own = [...values].filter(([line]) => line.identity === identity);
    const fields = new Map(own.map(([{ field }, value]) => [field, value]));
    try {
      // Just before it is written: all its fields are sent, and another job may have changed them while the last one was saved.
      const before = secretToWrite(await client.listSecrets(), identity);
      await saveOne(planSecret(before, { identity, fields, isReplacing: false }), client, parts);
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  throwIfAny(problems);
}

async function saveOne(plan: SecretPlan, client: Client, parts: SavingParts): Promise<void> {
  const { platform, clock, signal } = parts;
  const { identity } = plan.form;
  if (plan.kind === 'nothing') {
    platform.info(`${printable(identity)} has these values already: nothing is saved`);
    return;
  }
  const { sent, judgement, seen } = await carryOutSecret(plan, {
    client,
    afterSignal: () =>
      client.within({ deadlineAtMs: clock.nowMs() + LATE_LOOK_MS, signal: new AbortController().signal }),
    clock,
    signal,
  });
  const after = 'unread' in seen ? undefined : seen.secret;
  const { added, changed } = plan.changes;
  const record = {
    time: new Date(clock.nowMs()).toISOString(),
    client: client.session.clientId,
    vault: parts.vault,
    change: 'save',
    target: identity,
    outcome: OUTCOMES[judgement.kind],
    versionBefore: versionOf(plan.before),
    versionAfter: versionOf(after),
    requestId: sent.requestId ?? null,
    fields: [...added, ...changed],
  };
  const { vault, fields } = record;
  platform.info(
    `${recordText(record)}, vault ${printable(vault)}, fields ${fields.map(printable).join(', ')}`,
  );
  if (judgement.kind !== 'done')
    throw 'problem' in judgement ? judgement.problem : notCarriedOut(plan, sent as never);
  for (const warning of judgement.warnings) platform.warning(warning);
}

function versionOf(secret: DsmSecret | undefined): string | null {
  return secret?.version ?? null;
}
