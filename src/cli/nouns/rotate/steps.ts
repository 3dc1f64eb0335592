import { isAt, planCredential } from '../../../core/changes/credential-plan.js';
import { Problems, problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Secret } from '../../../core/secret.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import { credentialRequest } from '../../../core/vault/write/credential-form.js';
import type { Outcome } from '../../../platform/process/leave.js';
import { type PlannedCredential, sendCredential } from '../credential/put.js';
import type { OpenVault } from '../open-vault.js';
import { tryCommand } from '../pam/try-command.js';
import type { NounCall } from '../verb.js';
import type { PendingPassword } from './pending.js';
import type { RotationWish } from './wish.js';

/** One rotation with all that it works on. */
export interface Rotation {
  readonly call: NounCall;
  readonly vault: OpenVault;
  readonly wish: RotationWish;
  readonly item: ListedItem;
  readonly pending: PendingPassword;
  /** The new one. */
  readonly password: Secret;
  /** The one that an earlier run left; undefined if the new one was made now. */
  readonly left: Secret | undefined;
}

/** What became of the write. `there`: the vault had the new password already. `unsure`: its answer was lost. */
export interface Put {
  readonly kind: 'done' | 'there' | 'unsure';
  readonly after: ListedItem | undefined;
  readonly password?: string;
  readonly requestId?: string | undefined;
  readonly problem?: SeguraError;
}

/**
 * Runs the command of the user with the new password. Where it fails, it runs once more with the two passwords exchanged.
 * The file with the new one is there before, and is removed only when the old one was accepted.
 *
 * Errors: VERIFY_FAILED, CommandNotRun, FILE_REFUSED.
 */
export async function tryPassword(rotation: Rotation, old: Secret): Promise<void> {
  const { call, item, pending, password } = rotation;
  const { terminal, signals } = call.context;
  const id = printable(item.id);
  if (isOther(pending.read(), rotation.left)) throw anotherRun(id);
  pending.save(password);
  terminal.info(`running the command of --verify with a new password of ${id}; the vault has the old one`);
  const outcome = await runWith(rotation, { old, wanted: password });
  if (outcome === 0) return;
  if (signals.stop.aborted)
    throw new SeguraError(
      'VERIFY_FAILED',
      `The command of --verify was stopped. The vault has the old password of credential ${id}. The new one may be in use: it is kept in ${pending.shown}.`,
      'Run the same command again: it tries the same password.',
    );
  const why = `The command of --verify ended with ${outcome} for the new password of credential ${id}.`;
  await putBack(rotation, old, why);
}

/**
 * Writes the new password into the vault. Where the vault rejects it, the old one is put back into use.
 *
 * Errors (together, as Problems): the rejection and VERIFY_FAILED.
 */
export async function putPassword(rotation: Rotation, old: Secret): Promise<Put> {
  const { call, vault, item } = rotation;
  const id = printable(item.id);
  let planned: PlannedCredential;
  try {
    planned = await planNow(rotation);
  } catch (error) {
    const problems = problemsOf(error);
    if (problems.length === 0) throw error;
    if (call.context.signals.stop.aborted) throw stopped(rotation);
    const kept = rotation.pending.read();
    // The other run may have put the old one back before this command set the new one.
    if (kept === undefined) rotation.pending.save(rotation.password);
    if (isOther(kept, rotation.password)) throw error;
    const why = `The command of --verify accepted the new password of credential ${id}, but nothing was sent to the vault.`;
    return await putBack(rotation, old, why, problems);
  }
  call.context.terminal.info(`writing the new password of ${id} into the vault`);
  const { sent, judged } = await sendCredential(call, vault, await vault.afterQuestion(), planned);
  if (judged.kind === 'failed') {
    const why = `The command of --verify accepted the new password of credential ${id}, but the vault rejected it.`;
    return await putBack(rotation, old, why, [judged.problem]);
  }
  const kind = judged.kind === 'done' && sent.kind === 'accepted' ? 'done' : 'unsure';
  const after = judged.kind === 'done' ? judged.after : undefined;
  return { kind, after, password: rotation.password.reveal(), requestId: sent.requestId };
}

/**
 * The request, from what the vault lists now: the command can take long, and by the names of before, the vault would find
 * another credential that has them by now.
 *
 * Errors: CHANGED_MEANWHILE, those of planCredential and listItems.
 */
async function planNow({ vault, item, password, pending }: Rotation): Promise<PlannedCredential> {
  const { items, prefix } = await listItems(
    await vault.afterQuestion(),
    vault.inputs.endpoints.pam,
    'credential',
  );
  if (isOther(pending.read(), password)) throw anotherRun(printable(item.id));
  const now = items.find(({ id }) => id === item.id);
  if (now === undefined || !isAt(now, item))
    throw new SeguraError(
      'CHANGED_MEANWHILE',
      `Another client changed the user name or the device of credential ${printable(item.id)} while the command of --verify ran.`,
      'Run the same command again: it reads what is there now.',
    );
  const plan = planCredential(item.id, now, { password }, items);
  return { plan, request: credentialRequest(prefix, plan.form) };
}

function isOther(one: Secret | undefined, other: Secret | undefined): boolean {
  return one?.reveal() !== other?.reveal();
}

/** Custody does not keep two runs of one client id apart, and the file of both is the same. */
function anotherRun(id: string): SeguraError {
  return new SeguraError(
    'CHANGED_MEANWHILE',
    `Another run on this machine rotates credential ${id} at the same time.`,
    'Wait until it ends, and run the same command again.',
  );
}

function stopped({ item, pending }: Rotation): SeguraError {
  return new SeguraError(
    'CHANGE_UNCERTAIN',
    `Stopped before the vault got the new password of credential ${printable(item.id)}, which is in use. It is kept in ${pending.shown}.`,
    'Run the same command again: it writes the same password into the vault.',
  );
}

/** Always throws: what was wrong, and which password is in use now. */
async function putBack(
  rotation: Rotation,
  old: Secret,
  why: string,
  causes: readonly SeguraError[] = [],
): Promise<never> {
  const { pending, password } = rotation;
  const outcome = await runWith(rotation, { old: password, wanted: old });
  const isBack = outcome === 0;
  if (isBack) pending.remove();
  const failed = new SeguraError(
    'VERIFY_FAILED',
    isBack
      ? `${why} Then it ended with 0 for the old one: the old password is in use and in the vault.`
      : `${why} Then it ended with ${outcome} for the old one: which is in use is not known. The vault has the old one, and the new one is kept in ${pending.shown}.`,
    isBack
      ? 'Run it again after that is mended: it makes another password.'
      : 'Run it again after that is mended: it tries the same new password.',
  );
  throw causes.length === 0 ? failed : new Problems([...causes, failed]);
}

function runWith(
  { call, vault, wish, item }: Rotation,
  { old, wanted }: { readonly old: Secret; readonly wanted: Secret },
): Promise<Outcome> {
  const variables = new Map([
    ['PASSWORD', old.reveal()],
    ['NEW_PASSWORD', wanted.reveal()],
    ['USERNAME', item.username],
    ['HOSTNAME', item.hostname],
    ['IP', item.ip],
  ]);
  const named = new Map([...variables].map(([name, value]) => [`${wish.prefix}${name}`, value]));
  return tryCommand(call, vault, wish.verify, named);
}
