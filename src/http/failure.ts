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
  if (proxyStatus !== undefined) {
    // A proxy that is busy or broken may be neither at the next try; one that refuses will refuse again.
    const isPassing = proxyStatus === '429' || proxyStatus.startsWith('5');
    if (isPassing) return new TransportFailure('unreachable', true, `HTTP ${proxyStatus} of the proxy`);
    return new TransportFailure('proxy', true, `HTTP ${proxyStatus}`);
  }
  if (HANDSHAKE.test(code)) return new TransportFailure('tls', true, partsOf(cause).code || code);
  if (TLS.test(code)) return new TransportFailure('tls', false, code);
  const isConnecting = code === 'UND_ERR_CONNECT_TIMEOUT' || isBeforeConnection(error);
  if (UNREACHABLE.has(code)) return new TransportFailure('unreachable', isConnecting, code);
  if (/before secure TLS connection was established/.test(message))
    return new TransportFailure('broken', true, code);
  const reason: FailureReason = isConnecting ? 'unreachable' : code === '' ? 'unknown' : 'broken';
  return new TransportFailure(
    reason,
    isConnecting,
    code || (error instanceof Error ? error.name : 'unknown'),
  );
}

/** True when the system failed to look up or to connect; the same codes can come while a connection is read. */
function isBeforeConnection(error: unknown): boolean {
  // Node gives several errors only for several addresses that it could not connect to.
  if (error instanceof AggregateError) return true;
  const syscall: unknown = error instanceof Error ? Reflect.get(error, 'syscall') : undefined;
  return syscall === 'connect' || syscall === 'getaddrinfo';
}

function partsOf(error: unknown): { code: string; message: string; cause: unknown } {
  if (!(error instanceof Error)) return { code: '', message: '', cause: undefined };
  const code: unknown = Reflect.get(error, 'code');
  return { code: typeof code === 'string' ? code : '', message: error.message, cause: error.cause };
}
