import type { ErrorCode } from '../../error-codes.js';
import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import { option, say, type Text, word } from '../../text.js';
import type { RejectedReply } from '../envelope.js';
import { statusText } from './trace.js';

const ONE_BY_ONE = word('Put the jobs that share it in one `concurrency:` group');

/** An alternative to waiting for custody, as the end of a sentence. */
export const OR_TOGETHER = 'or let its policy allow simultaneous viewing.';

/** The rejections of a read that are about the credential itself. */
export function credentialError(refused: RejectedReply, credential: string): SeguraError | undefined {
  const { code, status, bodyStatus, says } = refused;
  const name = printable(credential);
  const problem = (errorCode: ErrorCode, what: Text, remedy: Text): SeguraError =>
    new SeguraError(errorCode, say`${what} (${statusText(refused)}).`, remedy);
  if (says === 'custody') {
    return problem(
      'CUSTODY_HELD',
      say`Credential ${name} is in the custody of another client`,
      say`${ONE_BY_ONE}, ${OR_TOGETHER}`,
    );
  }
  if (code === 1010) {
    return problem(
      'CREDENTIAL_NOT_FOUND',
      `${name} is not a PAM credential`,
      say`Ask for an SSH key in ${option.sshKeys}. Other items are not fetched: use the id of a credential with a password.`,
    );
  }
  if (code === 1007 || (code === undefined && bodyStatus === 404 && says !== 'no-route')) {
    return problem(
      'CREDENTIAL_NOT_FOUND',
      `The vault has no PAM credential ${name}`,
      'Check the id, user@host or identifier, as the vault shows it.',
    );
  }
  if (code === 1008 || code === 1017) {
    return problem(
      'CREDENTIAL_INACTIVE',
      `Credential ${name} is disabled in the vault`,
      'Enable it in the vault, or ask for another.',
    );
  }
  if (code === 1009 || (status < 300 && bodyStatus === 401)) {
    return problem(
      'ACCESS_DENIED',
      `The authorization has no access to credential ${name}`,
      'Add the credential to the authorization in the vault.',
    );
  }
  return undefined;
}
