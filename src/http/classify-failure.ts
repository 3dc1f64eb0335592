import { codeOf } from '../core/errors.js';
import { TransportFailure } from '../core/transport.js';

/** What OpenSSL and Node call what is wrong with a certificate, a handshake or a record. */
const TLS =
  /^(ERR_TLS_|ERR_SSL_|EPROTO|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_|PATH_LENGTH|AKID_|SUBJECT_ISSUER|ERROR_IN_CERT|UNSPECIFIED)/;

export function isTlsCode(code: string): boolean {
  return TLS.test(code);
}

/**
 * What became of a request that threw on a connection that stood: by the error's code only, since a message may quote what
 * a peer sent. It may have been carried out; what fails before is reported by whoever made the connection.
 */
export function failureOf(error: unknown, signal: AbortSignal): TransportFailure {
  if (error instanceof TransportFailure && !signal.aborted) return error;
  if (signal.aborted) return new TransportFailure('aborted', false, 'no reply in time');
  const code = codeOf(error);
  if (isTlsCode(code)) return new TransportFailure('tls', false, code);
  const isOfSystem = error instanceof Error && typeof Reflect.get(error, 'code') === 'string';
  return new TransportFailure(isOfSystem ? 'broken' : 'unknown', false, code);
}
