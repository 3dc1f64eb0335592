import { SeguraError } from '../../errors.js';
import type { Clock, TransportFailure } from '../../ports.js';
import { proxyText, routeText, vaultText } from '../../route.js';

/** What a request was limited by. */
interface Limits {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
  readonly timeoutMs: number;
}

const REPORT_REPLY = 'Check that "url" is the vault itself, not a portal or gateway in front of it.';

/**
 * The error for a request that got no reply: of a cancellation, of a time that is over, or of what broke on the way.
 *
 * `cause` is the failure. Errors in the result: CANCELLED, TIMED_OUT, TLS_UNTRUSTED, PROXY_FAILED, REPLY_MALFORMED,
 * VAULT_UNREACHABLE.
 */
export function transportError(
  failure: TransportFailure,
  endpoint: string,
  { signal, clock, deadlineAtMs, timeoutMs }: Limits,
): SeguraError {
  const options = { cause: failure };
  if (signal.aborted) {
    return new SeguraError(
      'CANCELLED',
      `${endpoint} was broken off: the job is being cancelled.`,
      'Run the job again.',
      options,
    );
  }
  const { reason, detail, route } = failure;
  const told = route === undefined ? detail : `${detail}, ${routeText(route, '')}`;
  switch (reason) {
    case 'aborted':
      return clock.nowMs() >= deadlineAtMs - 5
        ? new SeguraError(
            'TIMED_OUT',
            `The deadline of the step passed during ${endpoint}.`,
            'Raise "deadline", or look at why the vault is slow.',
            options,
          )
        : new SeguraError(
            'TIMED_OUT',
            `${endpoint} took longer than ${timeoutMs / 1_000} s.`,
            'Raise "timeout", or look at why the vault is slow.',
            options,
          );
    case 'tls':
      return new SeguraError(
        'TLS_UNTRUSTED',
        `The vault's certificate was not accepted (${told}).`,
        'Give the CA that signed it as "ca-certificate" (the whole chain), and use the host name that the certificate is for in "url".',
        options,
      );
    case 'proxy-tls':
      return new SeguraError(
        'TLS_UNTRUSTED',
        `The certificate of the proxy was not accepted (${told}).`,
        'Add the CA that signed it to "ca-certificate" (the whole chain), and use the host name that the certificate is for in "proxy".',
        options,
      );
    case 'proxy':
      return new SeguraError(
        'PROXY_FAILED',
        `${endpoint}: ${proxyText(route)} did not connect to ${vaultText(route)} (${detail}).`,
        'Check "proxy" and its user and password, or name the vault in "no-proxy".',
        options,
      );
    case 'proxy-down':
      return new SeguraError(
        'PROXY_FAILED',
        `${endpoint}: ${proxyText(route)} cannot be reached, and so ${vaultText(route)} cannot either (${detail}).`,
        'Check "proxy" (or HTTPS_PROXY), or name the vault in "no-proxy" when it is reached without one.',
        options,
      );
    case 'too-large':
      return new SeguraError(
        'REPLY_MALFORMED',
        `${endpoint}: the reply is larger than ${detail}.`,
        REPORT_REPLY,
        options,
      );
    case 'encoding':
      return new SeguraError(
        'REPLY_MALFORMED',
        `${endpoint}: the reply is ${detail}.`,
        REPORT_REPLY,
        options,
      );
    case 'unreachable':
    case 'broken':
    case 'unknown':
      return new SeguraError(
        'VAULT_UNREACHABLE',
        `${endpoint}: ${reason === 'unreachable' ? 'no connection to' : 'the connection broke to'} ${routeText(route, 'the vault')} (${detail}).`,
        'Check "url", that the runner may reach the vault, and "proxy" where there is one.',
        options,
      );
  }
}

/** The error for a vault that asks to wait longer than there is time. */
export function rateLimited(endpoint: string, waitMs: number): SeguraError {
  return new SeguraError(
    'RATE_LIMITED',
    `${endpoint}: the vault asks to wait ${Math.ceil(waitMs / 1_000)} s, longer than the step has left.`,
    'Raise "deadline", or run fewer jobs at once.',
  );
}
