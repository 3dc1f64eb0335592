import { CHANGE_ENDS_CUSTODY, custodyHolder, RELEASE_NEEDS_WRITE } from './assumptions.js';
import type { Call } from './call.js';
import { success } from './envelope.js';
import { allowedCredential, refuse } from './pam-find.js';
import type { Reply } from './reply.js';
import { changePassword } from './rotation.js';

/**
 * DELETE …/pam/credential/custody/{id}: releases what this caller took through GET.
 * A release starts the change of the password where automatic change is configured. Refusals: 1007, 1008, 1009, 1018,
 * 1039. Source: docs.senhasegura.io v3-32 and v3-33 release custody; community.senhasegura.io/t/password-change-via-a2a/2893.
 */
export function releaseCustody(call: Call): Reply {
  const { world, caller } = call;
  if (RELEASE_NEEDS_WRITE && caller.permission === 'Read-only') {
    throw refuse(1039, 'Without PAM Configuration Access permission');
  }
  const credential = allowedCredential(call);
  if (!credential.active) throw refuse(1008, 'Credential inactive');
  if (!world.custody.release(String(credential.id), custodyHolder(caller))) {
    throw refuse(1018, 'The credential is not in the user custody');
  }
  if (credential.automaticChange === true) {
    const delayMs = world.settings.changeAfterReleaseMs;
    if (delayMs === 0) changePassword(credential, world.now());
    else credential.changesAt = world.now() + delayMs;
    if (delayMs === 0 && CHANGE_ENDS_CUSTODY) world.custody.expire(String(credential.id));
  }
  return success({ message: `Credential custody ${credential.id} released` });
}
