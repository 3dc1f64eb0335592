import { isAt, planCredential } from '../../../core/changes/credential-plan.js';
import { Problems, problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Secret } from '../../../core/secret.js';
import { credentialRequest } from '../../../core/vault/write/credential-form.js';
import { type PlannedCredential, sendCredential } from '../credential/put.js';
import { isMoved, listNow, movedAfter, movedBefore, type Now } from './now.js';
import { putBack, runWith } from './put-back.js';
import { afterRejection } from './rejected.js';
import { isOther, type Put, type Rotation } from './rotation.js';

/**
 * Runs the command of the user with the new password. Where it fails, it runs once more with the two passwords exchanged.
 * The file with the new one is there before, and is removed only when the old one was accepted.
 *
 * Errors: VERIFY_FAILED, CHANGED_MEANWHILE, CommandNotRun, FILE_REFUSED.
 */
export async function tryPassword(rotation: Rotation, old: Secret): Promise<void> {
  const { call, item, pending, password } = rotation;
  const { terminal, signals } = call.context;
  const id = printable(item.id);
  if (isMoved(rotation, await listNow(rotation))) throw movedBefore(rotation);
  if (isOther(pending.read(), rotation.left)) throw anotherRun(id);
  pending.save(password);
  terminal.info(`running the command of --verify with a new password of ${id}; the vault has the old one`);
  const { isAccepted, how } = await runWith(rotation, { old, wanted: password });
  if (isAccepted) return;
  if (signals.stop.aborted)
    throw new SeguraError(
      'VERIFY_FAILED',
      `The command of --verify was stopped. The vault has the old password of credential ${id}. The new one may be in use: it is kept in ${pending.shown}.`,
      'Run the same command again: it tries the same password.',
    );
  const why = `The command of --verify ${how} for the new password of credential ${id}.`;
  if (await isMovedNow(rotation)) throw movedAfter(rotation, why);
  await putBack(rotation, old, why);
}

/** A list that fails shows nothing: custody is ours, and the vault had the old password. */
async function isMovedNow(rotation: Rotation): Promise<boolean> {
  try {
    return isMoved(rotation, await listNow(rotation));
  } catch (error) {
    if (problemsOf(error).length === 0) throw error;
    return false;
  }
}

/**
 * Writes the new password into the vault. Where the vault rejects it and still has the old one, that is put back into use.
 *
 * Errors (together, as Problems): the rejection and VERIFY_FAILED.
 */
export async function putPassword(rotation: Rotation, old: Secret): Promise<Put> {
  const { call, item } = rotation;
  const id = printable(item.id);
  const accepted = `The command of --verify accepted the new password of credential ${id}`;
  let planned: PlannedCredential;
  let isOverwritten = false;
  try {
    const now = await listNow(rotation);
    isOverwritten = isMoved(rotation, now);
    planned = planNow(rotation, now);
  } catch (error) {
    if (isOverwritten) throw movedAfter(rotation, `${accepted}.`);
    const problems = problemsOf(error);
    if (problems.length === 0) throw error;
    if (call.context.signals.stop.aborted) throw stopped(rotation);
    const kept = rotation.pending.read();
    // The other run may have put the old one back before this command set the new one.
    if (kept === undefined) rotation.pending.save(rotation.password);
    if (isOther(kept, rotation.password)) throw error;
    return await putBack(rotation, old, `${accepted}, but nothing was sent to the vault.`, problems);
  }
  if (isOverwritten) throw movedAfter(rotation, `${accepted}.`);
  call.context.terminal.info(`writing the new password of ${id} into the vault`);
  const { sent, judged } = await send(rotation, planned, accepted);
  if (judged.kind === 'failed')
    return { ...(await afterRejection(rotation, old, judged.problem)), requestId: sent.requestId };
  const kind = judged.kind === 'done' && sent.kind === 'accepted' ? 'done' : 'unsure';
  const after = judged.kind === 'done' ? judged.after : undefined;
  return { kind, after, password: rotation.password.reveal(), requestId: sent.requestId };
}

/** Errors (together, as Problems): why nothing is known of the request, and CHANGE_UNCERTAIN with where the password is. */
async function send(
  { call, vault, pending }: Rotation,
  planned: PlannedCredential,
  accepted: string,
): ReturnType<typeof sendCredential> {
  try {
    return await sendCredential(call, vault, await vault.afterQuestion(), planned);
  } catch (error) {
    const problems = problemsOf(error);
    if (problems.length === 0) throw error;
    const uncertain = new SeguraError(
      'CHANGE_UNCERTAIN',
      `${accepted}, which is in use. Whether the vault has it is not known. It is kept in ${pending.shown}.`,
      'Run the same command again: it writes the same password into the vault.',
    );
    throw new Problems([...problems, uncertain]);
  }
}

/**
 * The request, from what the vault lists now: the command can take long, and by the names of before, the vault would find
 * another credential that has them by now.
 *
 * Errors: CHANGED_MEANWHILE, those of planCredential.
 */
function planNow({ item, password, pending }: Rotation, { items, prefix, now }: Now): PlannedCredential {
  if (isOther(pending.read(), password)) throw anotherRun(printable(item.id));
  if (now === undefined || !isAt(now, item))
    throw new SeguraError(
      'CHANGED_MEANWHILE',
      `Another client changed the user name or the device of credential ${printable(item.id)} while the command of --verify ran.`,
      'Run the same command again: it reads what is there now.',
    );
  const plan = planCredential(item.id, now, { password }, items);
  return { plan, request: credentialRequest(prefix, plan.form) };
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
