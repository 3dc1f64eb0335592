import type { ErrorCode } from '../../error-codes.js';
import { SeguraError } from '../../errors.js';
import { option, say, type Text, word } from '../../text.js';
import { PEER } from './certificate-error.js';

/** The codes of errors about a failed request to the vault. */
const OF_VAULT: readonly ErrorCode[] = [
  'VAULT_UNREACHABLE',
  'VAULT_FAILED',
  'TLS_UNTRUSTED',
  'CLIENT_CERTIFICATE_REJECTED',
  'PROXY_FAILED',
  'TIMED_OUT',
  'RATE_LIMITED',
  'REDIRECTED',
  'REPLY_MALFORMED',
  'ACCESS_DENIED',
  'NO_SUCH_ROUTE',
];

/** An error of a login at a token endpoint on another host than the vault's: it names that host, and the remedy there. */
export function ofAnotherHost(error: unknown, { host }: URL): unknown {
  if (!(error instanceof SeguraError)) return error;
  const { code, messageText, remedyText, cause } = error;
  if (code === 'TOKEN_REJECTED')
    return new SeguraError(code, saidOf(host, messageText), saidOf(host, remedyText), { cause });
  if (!OF_VAULT.includes(code)) return error;
  const message = say`The token endpoint on ${host}, not the vault, failed. ${saidOf(host, messageText)}`;
  return new SeguraError(code, message, remedyAt(error, host), { cause });
}

/** The names of the vault in a text, the longest first. */
const NAMES = [PEER, `T${PEER.slice(1)}`, 'The vault', 'the vault'] as const;

/** A text about the vault, as one about a host. */
function saidOf(host: string, text: Text): Text {
  const said = (part: string): string => NAMES.reduce((all, name) => all.replaceAll(name, host), part);
  return typeof text === 'string'
    ? said(text)
    : text.map((part) => (typeof part === 'string' ? said(part) : part));
}

function remedyAt({ code, remedyText }: SeguraError, host: string): Text {
  switch (code) {
    case 'CLIENT_CERTIFICATE_REJECTED':
      return say`${option.clientCertificate} is shown only to the vault. Use a ${option.tokenEndpoint} that asks for no certificate.`;
    case 'ACCESS_DENIED':
      return say`Check ${option.tokenEndpoint}, and that ${host} allows ${word('the runner')} and this client.`;
    case 'VAULT_FAILED':
      return say`Look the request up in the log of ${host}, by its time and client id.`;
    case 'TIMED_OUT':
    case 'RATE_LIMITED':
      return remedyText;
    default:
      return say`Check ${option.tokenEndpoint}, that ${word('the runner')} can reach ${host}, its CA (${option.caCertificate} or NODE_EXTRA_CA_CERTS), and HTTPS_PROXY and NO_PROXY if you use a proxy.`;
  }
}
