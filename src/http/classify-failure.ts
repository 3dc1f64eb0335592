import { codeOf } from '../core/errors.js';
import { TransportFailure } from '../core/transport.js';

/** The error codes of OpenSSL and Node for certificates, handshakes and records. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|EPROTO|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_|PATH_LENGTH|AKID_|SUBJECT_ISSUER|ERROR_IN_CERT|UNSPECIFIED)/;

export function isTlsCode(code: string): boolean {
  return TLS.test(code);
}

/**
 * The alerts by which a peer asks for a client certificate, or for a different one, as OpenSSL names them in each of its
 * versions. Before TLS 1.3, this is `handshake_failure`. Source: RFC 8446 section 6.2, RFC 5246 section 7.2.2.
 */
const OF_CLIENT_CERTIFICATE =
  /_ALERT_(CERTIFICATE_(REQUIRED|REVOKED|EXPIRED|UNKNOWN)|(BAD|NO|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)$/;

/**
 * Those of them that end a handshake: under TLS 1.3 the request may be on its way by then, but no server handles it before
 * it has verified the client. Source: RFC 8446 sections 4.4.2.4 and 6.2.
 */
const ENDS_HANDSHAKE =
  /_ALERT_(CERTIFICATE_(REQUIRED|REVOKED|EXPIRED|UNKNOWN)|(BAD|NO|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA)$/;

/** Whether an error on the connection to a vault is an alert about the client certificate. */
export function isAboutClientCertificate(code: string): boolean {
  return OF_CLIENT_CERTIFICATE.test(code);
}

/**
 * The outcome of a request that failed on an established connection. Only the code of the error counts, because a message
 * may quote what a peer sent. The request may have been carried out. Earlier failures are reported where the connection is made.
 */
export function failureOf(error: unknown, signal: AbortSignal): TransportFailure {
  if (error instanceof TransportFailure && !signal.aborted) return error;
  if (signal.aborted) return new TransportFailure('aborted', false, 'no reply in time');
  const code = codeOf(error);
  if (isAboutClientCertificate(code))
    return new TransportFailure('client-certificate', ENDS_HANDSHAKE.test(code), code);
  if (isTlsCode(code)) return new TransportFailure('tls', false, code);
  const isOfSystem = error instanceof Error && typeof Reflect.get(error, 'code') === 'string';
  return new TransportFailure(isOfSystem ? 'broken' : 'unknown', false, code);
}
