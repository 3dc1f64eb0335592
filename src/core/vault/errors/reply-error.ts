import { SeguraError } from '../../errors.js';
import type { Refused } from '../envelope.js';
import { traceText } from './trace.js';

/** Code of "Without PAM Configuration Access permission", for anything that writes, as releasing custody does. */
const NO_WRITE_PERMISSION = 1039;

/** The error for a refusal of a request of `clientId` that means nothing more special to the caller. */
export function explain(refused: Refused, endpoint: string, clientId: string): SeguraError {
  const { status, code, says, trace } = refused;
  const told = `HTTP ${status}${code === undefined ? '' : `, code ${code}`}`;
  if (says === 'resource-not-authorized') {
    return new SeguraError(
      'ACCESS_DENIED',
      `${endpoint}: the authorization does not include this resource (${told}).`,
      'Add it to "Authorized resources" of the authorization in the vault.',
    );
  }
  if (status === 429) {
    return new SeguraError(
      'RATE_LIMITED',
      `${endpoint}: the vault turns requests away as too many (${told}), however often they are tried.`,
      'Run fewer jobs at once, or raise "retries".',
    );
  }
  if (says === 'ip-not-allowed' || status === 403) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${endpoint}: the vault does not let this runner in (${told}).`,
      'Add the runner\'s address to "Authorized IPs" of the authorization in the vault.',
    );
  }
  if (says === 'inactive-authorization' || says === 'authentication-failed' || status === 401) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${endpoint}: the vault does not accept the access token (${told}).`,
      'Check in the vault that the authorization is active, has not expired, and allows this runner.',
    );
  }
  if (says === 'no-route' || ((status === 404 || status === 410) && code === undefined)) {
    return new SeguraError(
      'NO_SUCH_ROUTE',
      `${endpoint}: the vault has no such endpoint (${told}).`,
      'Check the path of "url", and "dsm-endpoint" or "pam-endpoint" where they are set.',
    );
  }
  if (code === NO_WRITE_PERMISSION) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${endpoint}: the authorization may only read (${told}).`,
      'Set "PAM resource permission" of the authorization to "Read and write" in the vault.',
    );
  }
  if (code === 1006 || code === 1009) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${endpoint}: the authorization has no access to it (${told}).`,
      'Grant the authorization access to it in the vault.',
    );
  }
  return new SeguraError(
    'VAULT_FAILED',
    `${endpoint}: the vault refused (${told}).${traceText({ ...trace, clientId })}`,
    'Look the request up in the log of the vault, by its time and client id.',
  );
}
