import { custodyHolder, RELEASE_CHANGES_PASSWORD, RELEASE_NEEDS_WRITE } from './assumptions.js';
import type { Call } from './call.js';
import { success } from './envelope.js';
import { allowedCredential, refuse } from './pam-find.js';
import type { Reply } from './reply.js';
import { changePassword } from './rotation.js';

/**
 * DELETE …/pam/credential/custody/{id}: releases what this caller took through GET.
 * Refusals: 1007, 1008, 1009, 1018, 1039. Source: docs.senhasegura.io v3-32 and v3-33 release custody.
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
  if (credential.policy.changeOnRelease ?? RELEASE_CHANGES_PASSWORD) changePassword(credential);
  return success({ message: `Credential custody ${credential.id} released` });
}
