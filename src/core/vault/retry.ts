import type { FailureReason } from '../transport.js';

/**
 * Whether a request may be sent a second time: `always`, or `unsent`: only when it surely was not carried out.
 * A read that takes custody is `always`: reading again takes the same custody for the same holder.
 */
export type Repeat = 'always' | 'unsent';

export interface Attempt {
  /** 1 for the first try. */
  readonly number: number;
  readonly retries: number;
  readonly repeat: Repeat;
  readonly outcome: Outcome;
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export type Outcome =
  /** `final`: the vault said plainly that another try will end the same way. */
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly final: boolean;
    }
  | { readonly kind: 'failure'; readonly reason: FailureReason; readonly neverSent: boolean };

const RETRYABLE_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const RETRYABLE_REASON = new Set<FailureReason>(['unreachable', 'broken', 'aborted', 'proxy-down']);
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/** Milliseconds to wait before the next try, or `undefined` when trying again is pointless or not harmless. */
export function waitBeforeRetry(attempt: Attempt): number | undefined {
  const { number, retries, repeat, outcome, nowMs, random } = attempt;
  if (number > retries) return undefined;
  const jitteredMs = pauseMs(number, random);
  if (outcome.kind === 'failure') {
    if (!RETRYABLE_REASON.has(outcome.reason)) return undefined;
    return repeat === 'always' || outcome.neverSent ? jitteredMs : undefined;
  }
  if (!RETRYABLE_STATUS.has(outcome.status) || outcome.final) return undefined;
  // A request over the limit was rejected, not carried out. The others may have been carried out.
  if (repeat === 'unsent' && outcome.status !== 429) return undefined;
  const askedMs = askedWaitMs(outcome.headers, nowMs);
  return askedMs === undefined ? jitteredMs : askedMs + jitteredMs;
}

/** Less than this before the end is too little for another try. */
const LAST_TRY_MS = 1_000;

/**
 * The wait of what must not be given up, with `leftMs` to its end. Where the vault asks for more than a quarter of that, it
 * is shorter, and not the same for requests that were limited together: these would be limited together again. The vault
 * may accept one before the time that it named, and the last try comes near the end. `random`: uniform in [0, 1).
 */
export function waitWithin(waitMs: number, leftMs: number, random: number): number {
  if (waitMs <= leftMs / 4 || leftMs < LAST_TRY_MS) return waitMs;
  return Math.min(leftMs / 4, LONGEST_WAIT_MS) * (0.25 + 0.75 * random);
}

/** Milliseconds to wait after try `number`, from 1 on. */
export function pauseMs(number: number, random: number): number {
  return random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (number - 1));
}

/**
 * The wait that the reply asks for, from `Retry-After` (seconds, or a date) or `X-RateLimit-Reset` (Unix time in seconds).
 *
 * Source: RFC 9110 section 10.2.3; docs.senhasegura.io v4-2 API v2, "rate limiting".
 */
export function askedWaitMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const after = headers['retry-after']?.trim();
  if (after !== undefined && /^\d{1,9}$/.test(after)) return Number(after) * 1_000;
  if (after !== undefined) {
    const atMs = Date.parse(after);
    if (!Number.isNaN(atMs)) return Math.max(0, atMs - nowMs);
  }
  const reset = headers['x-ratelimit-reset']?.trim();
  if (reset !== undefined && /^\d{1,12}$/.test(reset)) return Math.max(0, Number(reset) * 1_000 - nowMs);
  return undefined;
}
