import { SeguraError } from '../../errors.js';
import { option, say, type Text, word } from '../../text.js';
import { oddIn, type RejectedReply } from '../envelope.js';
import { statusText, traceText } from './trace.js';

/** Code of "Without PAM Configuration Access permission", for anything that writes, as releasing custody does. */
const NO_WRITE_PERMISSION = 1039;

/** What a 401 rejects: `what` with the verb before it, `note` as sentences with a space before them. */
export interface Rejection {
  readonly what: Text;
  readonly note: Text;
  readonly remedy: Text;
}

/** Who was rejected, as far as a message says it. */
export interface RefusedClient {
  readonly clientId: string;
  /** What a 401 rejects; absent if that is a token from a login. */
  readonly rejection?: (() => Rejection) | undefined;
}

/** The error for a rejected request that has no special meaning for the caller. */
export function replyError(
  refused: RejectedReply,
  endpoint: string,
  { clientId, rejection }: RefusedClient,
): SeguraError {
  const { status, code, says, trace } = refused;
  const told = statusText(refused);
  const odd = oddIn(refused);
  const denied = (why: Text, remedy: Text, note: Text = ''): SeguraError =>
    new SeguraError('ACCESS_DENIED', say`${endpoint}: the ${why} (${told}).${note}`, remedy, odd);
  if (says === 'resource-not-authorized') {
    return denied(
      'authorization does not include this resource',
      'Add it to "Authorized resources" of the authorization in the vault.',
    );
  }
  if (status === 429) {
    return new SeguraError(
      'RATE_LIMITED',
      `${endpoint}: the vault is rate limiting this client (${told}), and retrying did not help.`,
      say`Run fewer jobs at once, or raise ${option.retries}.`,
      odd,
    );
  }
  if (says === 'ip-not-allowed' || status === 403) {
    return denied(
      say`vault rejected the IP address of ${word('this runner')}`,
      say`Add ${word('the runner')}'s address to "Authorized IPs" of the authorization in the vault.`,
    );
  }
  if (
    rejection !== undefined &&
    (says === 'authentication-failed' || (status === 401 && says === undefined))
  ) {
    const { what, note, remedy } = rejection();
    return denied(say`vault rejected ${what}`, remedy, note);
  }
  if (says === 'inactive-authorization' || says === 'authentication-failed' || status === 401) {
    return denied(
      'vault rejected the access token',
      say`Check in the vault that the authorization is active, has not expired, and allows ${word('this runner')}.`,
    );
  }
  if (says === 'no-route' || ((status === 404 || status === 410) && code === undefined)) {
    return new SeguraError(
      'NO_SUCH_ROUTE',
      `${endpoint}: the vault has no such endpoint (${told}).`,
      say`Check the path of ${option.url}, and ${option.dsmEndpoint} or ${option.pamEndpoint} if they are set.`,
      odd,
    );
  }
  if (code === NO_WRITE_PERMISSION) {
    return denied(
      'authorization may only read',
      'Set "PAM resource permission" of the authorization to "Read and write" in the vault.',
    );
  }
  if (code === 1006 || code === 1009) {
    return denied('authorization has no access to it', 'Grant the authorization access to it in the vault.');
  }
  return new SeguraError(
    'VAULT_FAILED',
    `${endpoint}: the vault rejected the request (${told}).${traceText({ ...trace, clientId })}`,
    'Look the request up in the log of the vault, by its time and client id.',
    odd,
  );
}
