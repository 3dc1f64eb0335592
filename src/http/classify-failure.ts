import { codeOf } from '../core/errors.js';
import { TransportFailure } from '../core/transport.js';

/** What OpenSSL and Node call what is wrong with a certificate, a handshake or a record. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|EPROTO|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_|PATH_LENGTH|AKID_|SUBJECT_ISSUER|ERROR_IN_CERT|UNSPECIFIED)/;

export function isTlsCode(code: string): boolean {
  return TLS.test(code);
}

/**
 * The alerts by which a peer says that it wants a client certificate, or another one, as OpenSSL names them in each of its
 * versions. `handshake_failure` is what says so before TLS 1.3. Source: RFC 8446 section 6.2, RFC 5246 section 7.2.2.
 */
const OF_CLIENT_CERTIFICATE =
  /_ALERT_(CERTIFICATE_(REQUIRED|REVOKED|EXPIRED|UNKNOWN)|(BAD|NO|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)$/;

/** Whether an error of the line to a vault is an alert about the client's certificate. */
export function isAboutClientCertificate(code: string): boolean {
  return OF_CLIENT_CERTIFICATE.test(code);
}

/**
 * What became of a request that threw on a connection that stood: by the error's code only, since a message may quote what
 * a peer sent. It may have been carried out; what fails before is reported by whoever made the connection.
 */
export function failureOf(error: unknown, signal: AbortSignal): TransportFailure {
  if (error instanceof TransportFailure && !signal.aborted) return error;
  if (signal.aborted) return new TransportFailure('aborted', false, 'no reply in time');
  const code = codeOf(error);
  if (isAboutClientCertificate(code)) return new TransportFailure('client-certificate', false, code);
  if (isTlsCode(code)) return new TransportFailure('tls', false, code);
  const isOfSystem = error instanceof Error && typeof Reflect.get(error, 'code') === 'string';
  return new TransportFailure(isOfSystem ? 'broken' : 'unknown', false, code);
}
