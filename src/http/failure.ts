import { type FailureReason, TransportFailure } from '../core/ports.js';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** What ends a handshake before any request can leave: checks of the certificate, and a peer that speaks no TLS. */
const HANDSHAKE =
  /^(ERR_TLS_CERT_|ERR_SSL_WRONG_VERSION_NUMBER|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_|UND_ERR_PRX_TLS)/;
/** Other errors of TLS: some can come at any time. */
const TLS = /^(ERR_TLS_|ERR_SSL_|EPROTO)/;

/**
 * What became of a request that threw: by the error's code alone, since a message may quote what a peer sent.
 *
 * `neverSent` is true only where the connection was not there yet.
 */
export function failureOf(error: unknown, signal: AbortSignal): TransportFailure {
  if (signal.aborted) return new TransportFailure('aborted', false, 'no reply in time');
  const { code, message, cause } = partsOf(error);
  // undici tells a proxy's refusal in words alone.
  const proxyStatus = /^Proxy response \((\d{3})\) !== 200/.exec(message)?.[1];
  if (proxyStatus !== undefined) return new TransportFailure('proxy', true, `HTTP ${proxyStatus}`);
  if (HANDSHAKE.test(code)) return new TransportFailure('tls', true, partsOf(cause).code || code);
  if (TLS.test(code)) return new TransportFailure('tls', false, code);
  if (UNREACHABLE.has(code)) return new TransportFailure('unreachable', true, code);
  if (/before secure TLS connection was established/.test(message))
    return new TransportFailure('broken', true, code);
  const isConnect =
    typeof error === 'object' && error !== null && Reflect.get(error, 'syscall') === 'connect';
  const reason: FailureReason = isConnect ? 'unreachable' : code === '' ? 'unknown' : 'broken';
  return new TransportFailure(reason, isConnect, code || (error instanceof Error ? error.name : 'unknown'));
}

function partsOf(error: unknown): { code: string; message: string; cause: unknown } {
  if (!(error instanceof Error)) return { code: '', message: '', cause: undefined };
  const code: unknown = Reflect.get(error, 'code');
  return { code: typeof code === 'string' ? code : '', message: error.message, cause: error.cause };
}
