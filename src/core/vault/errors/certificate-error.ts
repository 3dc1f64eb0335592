import { SeguraError } from '../../errors.js';
import { option, say, type Text } from '../../text.js';
import { type HttpReply, routeText, type TransportFailure } from '../../transport.js';

/** The server that rejects a certificate: a proxy in front of the vault may do it. */
export const PEER = 'the vault, or a server in front of it,';
const SET = say`Set ${option.clientCertificate} and ${option.clientKey}.`;
const COMPARE = say`Check in the vault that the authorization has the fingerprint of this certificate, which debug output shows, and that the vault trusts the CA that signed it.`;

/** The hint for a connection that was lost before any reply, after a client certificate was sent. */
export const MAY_BE_REJECTED = `T${PEER.slice(1)} may have rejected the client certificate.`;

/**
 * The error for a peer that says by an alert of TLS that it wants a client certificate or another one, and for a
 * certificate that cannot be used. `cause` is the failure.
 */
export function certificateFailure(failure: TransportFailure, endpoint: string): SeguraError {
  const { detail, route } = failure;
  const told = route === undefined ? detail : `${detail}, ${routeText(route, '')}`;
  const problem = (message: string, remedy: Text): SeguraError => rejected(message, remedy, failure);
  if (!detail.includes('_ALERT_')) {
    return problem(
      `${endpoint}: the client certificate cannot be used (${detail}).`,
      say`Check ${option.clientCertificate}, ${option.clientKey} and ${option.clientKeyPassphrase}.`,
    );
  }
  if (route?.certificate !== undefined)
    return problem(`${endpoint}: ${PEER} rejected the client certificate (${told}).`, COMPARE);
  // Before TLS 1.3 the same alert says that no cipher is common to both.
  if (detail.endsWith('_HANDSHAKE_FAILURE')) {
    return problem(
      `${endpoint}: ${PEER} refused the TLS handshake (${told}). It may ask for a client certificate.`,
      say`${SET} If it does not ask for one, check which TLS versions and ciphers it offers.`,
    );
  }
  return problem(`${endpoint}: ${PEER} asks for a TLS client certificate (${told}).`, SET);
}

/** The status of nginx, and those by which it tells the two cases apart inside. */
const STATUSES = [400, 495, 496];

/**
 * The error for the page of nginx about a missing or rejected client certificate; undefined for any other reply.
 *
 * Source: nginx, src/http/ngx_http_special_response.c, `ngx_http_error_495_page` and `_496_page`.
 */
export function certificatePageError(
  { status, text }: Pick<HttpReply, 'status' | 'text'>,
  endpoint: string,
): SeguraError | undefined {
  if (!STATUSES.includes(status)) return undefined;
  if (/No required SSL certificate was sent/i.test(text)) {
    return rejected(
      `${endpoint}: a server in front of the vault asks for a TLS client certificate, and none was sent (HTTP ${status}).`,
      SET,
    );
  }
  if (/The SSL certificate error/i.test(text)) {
    return rejected(
      `${endpoint}: a server in front of the vault rejected the client certificate (HTTP ${status}).`,
      say`Check that this server trusts the CA that signed ${option.clientCertificate}, and that the certificate is not revoked.`,
    );
  }
  return undefined;
}

function rejected(message: string, remedy: Text, cause?: TransportFailure): SeguraError {
  return new SeguraError('CLIENT_CERTIFICATE_REJECTED', message, remedy, { cause });
}
