import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import type { Refused } from '../envelope.js';

/** The refusals of a read that say what is wrong with the credential itself. */
export function credentialError(refused: Refused, credential: string): SeguraError | undefined {
  const { code, status, bodyStatus, says } = refused;
  const told = `HTTP ${status}${code === undefined ? '' : `, code ${code}`}`;
  if (says === 'custody') {
    return new SeguraError(
      'CUSTODY_HELD',
      `Credential ${printable(credential)} is in the custody of somebody else (${told}).`,
      'Put the jobs that share it in one `concurrency:` group, or let its policy allow simultaneous viewing.',
    );
  }
  if (code === 1010) {
    return new SeguraError(
      'CREDENTIAL_NOT_FOUND',
      `${printable(credential)} is no PAM credential (${told}).`,
      'SSH keys and other items are not fetched: use the id of a credential with a password.',
    );
  }
  if (code === 1007 || (code === undefined && bodyStatus === 404 && says !== 'no-route')) {
    return new SeguraError(
      'CREDENTIAL_NOT_FOUND',
      `The vault has no PAM credential ${printable(credential)} (${told}).`,
      'Check the id, user@host or identifier, as the vault shows it.',
    );
  }
  if (code === 1008 || code === 1017) {
    return new SeguraError(
      'CREDENTIAL_INACTIVE',
      `Credential ${printable(credential)} is disabled in the vault (${told}).`,
      'Enable it in the vault, or ask for another.',
    );
  }
  if (code === 1009 || (status < 300 && bodyStatus === 401)) {
    return new SeguraError(
      'ACCESS_DENIED',
      `The authorization has no access to credential ${printable(credential)} (${told}).`,
      'Add the credential to the authorization in the vault.',
    );
  }
  return undefined;
}
