import pLimit from 'p-limit';
import type { Clock, Log } from '../ports.js';
import { timeLimit } from '../time-limit.js';
import { type HttpReply, type HttpRequest, type Transport, TransportFailure } from '../transport.js';
import type { Authorize } from './auth/authorize.js';
import { isFinalFailure } from './envelope.js';
import { lateErrors } from './errors/late-errors.js';
import { type Outcome, pauseMs, type Repeat, waitBeforeRetry, waitWithin } from './retry.js';

/** Requests to the vault at one time, and so connections. */
export const MAX_AT_ONCE = 8;

/** A reply, and whether an earlier try of the same request may have been carried out too. */
export interface Answer extends HttpReply {
  readonly unsure: boolean;
  /** True for the answer to a later try than the first: what it was authorized by has aged meanwhile. */
  readonly isRetried: boolean;
  /** When the try that it answers left. */
  readonly atMs: number;
}

/** A request, and its sender. */
export interface VaultRequest extends HttpRequest {
  readonly authorize?: Authorize;
  /** The body of a try that follows one that may have been carried out, for what is accepted only once. */
  readonly nextBody?: () => Promise<string>;
}

export interface ExchangeParts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** For one request. */
  readonly timeoutMs: number;
  /** For its first try, when that is less; each try after it may take twice as long. */
  readonly firstTimeoutMs?: number;
  /** True to try again until the vault itself has answered, as far as time allows: for what must not be given up. */
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
  readonly #limit = pLimit(MAX_AT_ONCE);

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  get deadlineAtMs(): number {
    return this.#parts.deadlineAtMs;
  }

  get signal(): AbortSignal {
    return this.#parts.signal;
  }

  get isPersistent(): boolean {
    return this.#parts.isPersistent ?? false;
  }

  /** The same, with other limits: what releases custody must not be stopped by what stopped the reads. */
  within(
    limits: Pick<ExchangeParts, 'deadlineAtMs' | 'signal' | 'firstTimeoutMs' | 'isPersistent'> &
      Partial<Pick<ExchangeParts, 'retries'>>,
  ): Exchange {
    return new Exchange({ ...this.#parts, ...limits });
  }

  /** Waits after round `number` of several requests, from 1 on; false, at once, where no time is left for another. */
  async pause(number: number): Promise<boolean> {
    const { clock, signal, deadlineAtMs } = this.#parts;
    const waitMs = pauseMs(number, clock.random());
    if (signal.aborted || clock.nowMs() + waitMs >= deadlineAtMs) return false;
    await clock.sleep(waitMs, signal);
    return !signal.aborted;
  }

  /**
   * The vault's reply, whatever its status. `onUnsure` is called before a try follows one that may have been carried out.
   * `isAwaited`: a cancellation waits for the answer as long as `lastSignal` lets it. An error's `cause` is the
   * TransportFailure, `neverSent` over all tries.
   *
   * Errors: VAULT_UNREACHABLE, TLS_UNTRUSTED, CLIENT_CERTIFICATE_REJECTED, PROXY_FAILED, TIMED_OUT, RATE_LIMITED, REPLY_MALFORMED, CANCELLED.
   */
  async send(
    request: VaultRequest,
    repeat: Repeat = 'always',
    onUnsure: () => void = () => undefined,
    isAwaited = false,
  ): Promise<Answer> {
    const { clock, log, deadlineAtMs, signal, retries } = this.#parts;
    const endpoint = `${request.method} ${request.path}`;
    let unsure = false;
    let next = request;
    for (let number = 1; ; number += 1) {
      const startedMs = clock.nowMs();
      const result = await this.#attempt(next, number, isAwaited);
      const told = result instanceof TransportFailure ? result.message : `HTTP ${result.status}`;
      log.debug(`${endpoint}: ${told}, ${Math.round(clock.nowMs() - startedMs)} ms`);
      const askedMs = waitBeforeRetry({
        number,
        retries,
        repeat,
        outcome: outcomeOf(result, this.isPersistent),
        nowMs: clock.nowMs(),
        random: clock.random(),
      });
      const nowMs = clock.nowMs();
      const isPatient = this.isPersistent && askedMs !== undefined;
      const waitMs = isPatient ? waitWithin(askedMs, deadlineAtMs - nowMs, clock.random()) : askedMs;
      if (signal.aborted || waitMs === undefined || nowMs + waitMs >= deadlineAtMs) {
        if (result instanceof TransportFailure) {
          const { reason, neverSent, detail, route } = result;
          const failure = new TransportFailure(reason, neverSent && !unsure, detail, route);
          throw (await lateErrors()).transportError(failure, endpoint, this.#parts);
        }
        if (waitMs !== undefined && result.status === 429)
          throw (await lateErrors()).rateLimited(endpoint, waitMs);
        return { ...result, unsure, isRetried: number > 1, atMs: startedMs };
      }
      if (result instanceof TransportFailure ? !result.neverSent : result.status !== 429) {
        unsure = true;
        onUnsure();
      }
      log.debug(`${endpoint}: next try in ${Math.round(waitMs)} ms`);
      await clock.sleep(waitMs, signal);
      if (unsure && request.nextBody !== undefined) next = { ...request, body: await request.nextBody() };
    }
  }

  /** One attempt, once one of the few connections is free. A wait before the next attempt occupies none. */
  #attempt(request: VaultRequest, number: number, isAwaited: boolean): Promise<HttpReply | TransportFailure> {
    return this.#limit(() => this.#send(request, number, isAwaited));
  }

  async #send(
    { authorize, nextBody: _, ...request }: VaultRequest,
    number: number,
    isAwaited: boolean,
  ): Promise<HttpReply | TransportFailure> {
    const { transport, clock, timeoutMs, firstTimeoutMs = timeoutMs, deadlineAtMs, signal } = this.#parts;
    const leftMs = Math.min(timeoutMs, firstTimeoutMs * 2 ** (number - 1), deadlineAtMs - clock.nowMs());
    if (signal.aborted || leftMs <= 0) return new TransportFailure('aborted', true, 'not sent');
    const { lastSignal = signal } = this.#parts;
    const limit = timeLimit(Math.ceil(leftMs), isAwaited ? lastSignal : signal, clock);
    try {
      const headers = { ...request.headers, ...authorize?.(request) };
      return await transport.send({ ...request, headers }, limit.signal);
    } catch (error) {
      if (error instanceof TransportFailure) return error;
      throw error;
    } finally {
      limit.lift();
    }
  }
}

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
