import type { ErrorCode } from '../../error-codes.js';
import { SeguraError } from '../../errors.js';
import type { Clock } from '../../ports.js';
import { option, say, type Text, word } from '../../text.js';
import type { TransportFailure } from '../../transport.js';
import { proxyText, routeText, vaultText } from '../../transport.js';
import { IS_VAULT } from '../json.js';
import { certificateFailure, MAY_BE_REJECTED } from './certificate-error.js';

/** What a request was limited by. */
interface Limits {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
  readonly timeoutMs: number;
}

/**
 * The error for a request that got no reply: of a cancellation, of a time that is over, or of what broke on the way.
 *
 * `cause` is the failure. Errors in the result: CANCELLED, TIMED_OUT, TLS_UNTRUSTED, CLIENT_CERTIFICATE_REJECTED,
 * PROXY_FAILED, REPLY_MALFORMED, VAULT_UNREACHABLE.
 */
export function transportError(
  failure: TransportFailure,
  endpoint: string,
  { signal, clock, deadlineAtMs, timeoutMs }: Limits,
): SeguraError {
  const problem = (code: ErrorCode, message: Text, remedy: Text): SeguraError =>
    new SeguraError(code, message, remedy, { cause: failure });
  if (signal.aborted) {
    return problem(
      'CANCELLED',
      say`${endpoint} was interrupted: ${word('the job is being cancelled')}.`,
      word('Run the job again.'),
    );
  }
  const { reason, detail, route } = failure;
  const told = route === undefined ? detail : `${detail}, ${routeText(route, '')}`;
  switch (reason) {
    case 'aborted': {
      const isOver = clock.nowMs() >= deadlineAtMs - 5;
      return problem(
        'TIMED_OUT',
        isOver
          ? say`${word('The deadline of the step')} passed during ${endpoint}.`
          : `${endpoint} took longer than ${timeoutMs / 1_000} s.`,
        say`Raise ${isOver ? option.deadline : option.timeout}, or find out why the vault is slow.`,
      );
    }
    case 'tls':
    case 'proxy-tls': {
      const isVault = reason === 'tls';
      const { caCertificate: ca, proxy, url } = option;
      return problem(
        'TLS_UNTRUSTED',
        `${isVault ? "The vault's certificate" : 'The certificate of the proxy'} was not accepted (${told}).`,
        say`${isVault ? say`Give the root certificate of its CA as ${ca}` : say`Add the root certificate of its CA to ${ca}`}, and its intermediate certificates if ${isVault ? 'the vault' : 'the proxy'} does not send them. Use the host name that the certificate is for in ${isVault ? url : proxy}.`,
      );
    }
    case 'client-certificate':
      return certificateFailure(failure, endpoint);
    case 'proxy':
      return problem(
        'PROXY_FAILED',
        `${endpoint}: ${proxyText(route)} did not connect to ${vaultText(route)} (${detail}).`,
        say`Check ${option.proxy} and its user and password, or name the vault in ${option.noProxy}.`,
      );
    case 'proxy-down':
      return problem(
        'PROXY_FAILED',
        `${endpoint}: ${proxyText(route)} cannot be reached, and so ${vaultText(route)} cannot either (${detail}).`,
        say`Check ${option.proxy} (or HTTPS_PROXY), or name the vault in ${option.noProxy} if it is reached without a proxy.`,
      );
    case 'too-large':
    case 'encoding':
      return problem(
        'REPLY_MALFORMED',
        `${endpoint}: the reply is ${reason === 'encoding' ? '' : 'larger than '}${detail}.`,
        say`${IS_VAULT}.`,
      );
    case 'unreachable':
    case 'broken':
    case 'unknown':
      return problem(
        'VAULT_UNREACHABLE',
        `${endpoint}: ${reason === 'unreachable' ? 'no connection to' : 'lost the connection to'} ${routeText(route, 'the vault')} (${detail}).${reason === 'broken' && route?.certificate === 'shown' ? ` ${MAY_BE_REJECTED}` : ''}`,
        say`Check ${option.url}, that ${word('the runner')} can reach the vault, and ${option.proxy} if you use one.`,
      );
  }
}

/** The error for a vault that asks to wait longer than there is time. */
export function rateLimited(endpoint: string, waitMs: number): SeguraError {
  return new SeguraError(
    'RATE_LIMITED',
    say`${endpoint}: the vault asks to wait ${Math.ceil(waitMs / 1_000)} s, longer than ${word('the step has left')}.`,
    say`Raise ${option.deadline}, or run fewer jobs at once.`,
  );
}
