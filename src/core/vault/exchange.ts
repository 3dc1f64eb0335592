import pLimit from 'p-limit';
import { SeguraError } from '../errors.js';
import {
  type Clock,
  type HttpReply,
  type HttpRequest,
  type Log,
  type Transport,
  TransportFailure,
} from '../ports.js';
import { proxyText, routeText, vaultText } from '../route.js';
import { timeLimit } from '../time-limit.js';
import { isFinalFailure } from './envelope.js';
import { type Outcome, type Repeat, waitBeforeRetry } from './retry.js';

/** Requests to the vault at one time, and so connections. */
export const MOST_AT_ONCE = 8;

/** A reply, and whether an earlier try of the same request may have been carried out too. */
export interface Answer extends HttpReply {
  readonly unsure: boolean;
  /** When the try that it answers left. */
  readonly atMs: number;
}

export interface ExchangeParts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** For one request. */
  readonly timeoutMs: number;
  /** For its first try, when that is less; each try after it may take twice as long. */
  readonly firstTimeoutMs?: number;
  /** True to try a failure of the vault again though it is documented: for what must not be given up. */
  readonly isPersistent?: boolean;
  /** Extra tries of one request. */
  readonly retries: number;
  /** No request and no wait goes past it. */
  readonly deadlineAtMs: number;
  /** Aborted when the job is cancelled: no request leaves any more, and those on their way are broken off. */
  readonly signal: AbortSignal;
  /** Aborted when those on their way are broken off that are better known the answer of; `signal` where there is none. */
  readonly lastSignal?: AbortSignal;
}

/** Requests to the vault, each tried again as far as that is worth while and harmless. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #limit = pLimit(MOST_AT_ONCE);

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  get deadlineAtMs(): number {
    return this.#parts.deadlineAtMs;
  }

  /** The same, with other limits: what gives back must not be stopped by what stopped the reads. */
  within(limits: Pick<ExchangeParts, 'deadlineAtMs' | 'signal' | 'firstTimeoutMs'>): Exchange {
    return new Exchange({ ...this.#parts, ...limits });
  }

  /**
   * The vault's reply, whatever its status. `onUnsure` is told before a try follows one that may have been carried out.
   * `isAwaited`: a cancellation waits for the answer as long as `lastSignal` lets it. An error's `cause` is the
   * TransportFailure, `neverSent` over all tries.
   *
   * Errors: VAULT_UNREACHABLE, TLS_UNTRUSTED, PROXY_FAILED, TIMED_OUT, RATE_LIMITED, REPLY_MALFORMED, CANCELLED.
   */
  async send(
    request: HttpRequest,
    repeat: Repeat = 'always',
    onUnsure: () => void = () => undefined,
    isAwaited = false,
  ): Promise<Answer> {
    const { clock, log, deadlineAtMs, signal, retries } = this.#parts;
    const endpoint = `${request.method} ${request.path}`;
    let unsure = false;
    for (let number = 1; ; number += 1) {
      const startedMs = clock.nowMs();
      const result = await this.#attempt(request, number, isAwaited);
      const told = result instanceof TransportFailure ? result.message : `HTTP ${result.status}`;
      log.debug(`${endpoint}: ${told}, ${Math.round(clock.nowMs() - startedMs)} ms`);
      const waitMs = waitBeforeRetry({
        number,
        retries,
        repeat,
        outcome: outcomeOf(result, this.#parts.isPersistent ?? false),
        nowMs: clock.nowMs(),
        random: clock.random(),
      });
      const nowMs = clock.nowMs();
      if (signal.aborted || waitMs === undefined || nowMs + waitMs >= deadlineAtMs) {
        if (result instanceof TransportFailure) {
          const { reason, neverSent, detail, route } = result;
          const failure = new TransportFailure(reason, neverSent && !unsure, detail, route);
          throw this.#explain(failure, endpoint);
        }
        if (waitMs !== undefined && result.status === 429) throw rateLimited(endpoint, waitMs);
        return { ...result, unsure, atMs: startedMs };
      }
      if (result instanceof TransportFailure ? !result.neverSent : result.status !== 429) {
        unsure = true;
        onUnsure();
      }
      log.debug(`${endpoint}: next try in ${Math.round(waitMs)} ms`);
      await clock.sleep(waitMs, signal);
    }
  }

  /** One try, once one of the few connections is free: who waits for the next try keeps none. */
  #attempt(request: HttpRequest, number: number, isAwaited: boolean): Promise<HttpReply | TransportFailure> {
    return this.#limit(() => this.#send(request, number, isAwaited));
  }

  async #send(
    request: HttpRequest,
    number: number,
    isAwaited: boolean,
  ): Promise<HttpReply | TransportFailure> {
    const { transport, clock, timeoutMs, firstTimeoutMs = timeoutMs, deadlineAtMs, signal } = this.#parts;
    const leftMs = Math.min(timeoutMs, firstTimeoutMs * 2 ** (number - 1), deadlineAtMs - clock.nowMs());
    if (signal.aborted || leftMs <= 0) return new TransportFailure('aborted', true, 'not sent');
    const { lastSignal = signal } = this.#parts;
    const limit = timeLimit(Math.ceil(leftMs), isAwaited ? lastSignal : signal);
    try {
      return await transport.send(request, limit.signal);
    } catch (error) {
      if (error instanceof TransportFailure) return error;
      throw error;
    } finally {
      limit.lift();
    }
  }

  #explain(failure: TransportFailure, endpoint: string): SeguraError {
    const { signal, clock, deadlineAtMs, timeoutMs } = this.#parts;
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
}

const REPORT_REPLY = 'Check that "url" is the vault itself, not a portal or gateway in front of it.';

function outcomeOf(result: HttpReply | TransportFailure, isPersistent: boolean): Outcome {
  if (result instanceof TransportFailure) {
    return { kind: 'failure', reason: result.reason, neverSent: result.neverSent };
  }
  return {
    kind: 'reply',
    status: result.status,
    headers: result.headers,
    final: isFinalFailure(result, isPersistent),
  };
}

function rateLimited(endpoint: string, waitMs: number): SeguraError {
  return new SeguraError(
    'RATE_LIMITED',
    `${endpoint}: the vault asks to wait ${Math.ceil(waitMs / 1_000)} s, longer than the step has left.`,
    'Raise "deadline", or run fewer jobs at once.',
  );
}
