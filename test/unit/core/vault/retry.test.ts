import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailureReason } from '../../../../src/core/transport.js';
import {
  type Attempt,
  askedWaitMs,
  type Outcome,
  waitBeforeRetry,
} from '../../../../src/core/vault/retry.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');

const reply = (status: number, headers: Record<string, string> = {}, final = false): Outcome => ({
  kind: 'reply',
  status,
  headers,
  final,
});
const failure = (reason: FailureReason, neverSent: boolean): Outcome => ({
  kind: 'failure',
  reason,
  neverSent,
});

const wait = (outcome: Outcome, given: Partial<Attempt> = {}): number | undefined =>
  waitBeforeRetry({ number: 1, retries: 4, repeat: 'always', nowMs: NOW, random: 0, outcome, ...given });

describe('by status', () => {
  test.each([408, 429, 500, 502, 503, 504])('%i is tried again', (status) => {
    expect(wait(reply(status))).toBe(0);
  });

  test.each([200, 201, 204, 301, 302, 304, 400, 401, 403, 404, 405, 409, 410, 422, 501, 505])(
    '%i is not tried again',
    (status) => {
      expect(wait(reply(status))).toBeUndefined();
    },
  );

  test('a 500 that is final is not tried again', () => {
    expect(wait(reply(500, {}, true))).toBeUndefined();
  });

  test('a request that must not run twice is retried only after 429', () => {
    const again = [408, 429, 500, 502, 503, 504].filter(
      (status) => wait(reply(status), { repeat: 'unsent' }) !== undefined,
    );
    expect(again).toEqual([429]);
  });
});

describe('by failure', () => {
  test.each<[FailureReason, boolean, boolean]>([
    ['unreachable', true, true],
    ['broken', true, true],
    ['aborted', true, true],
    ['tls', false, false],
    ['client-certificate', false, false],
    ['proxy', false, false],
    ['too-large', false, false],
    ['encoding', false, false],
    ['unknown', false, false],
  ])('%s is tried again: %s', (reason, again) => {
    for (const neverSent of [true, false]) {
      expect(wait(failure(reason, neverSent)) !== undefined).toBe(again);
      expect(wait(failure(reason, neverSent), { repeat: 'unsent' }) !== undefined).toBe(again && neverSent);
    }
  });
});

describe('by number', () => {
  test('the number of extra tries is the requested one', () => {
    expect([1, 2, 3, 4, 5].map((number) => wait(reply(503), { number }) !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(wait(reply(503), { retries: 0 })).toBeUndefined();
  });
});

describe('what the vault asks to wait', () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:07 GMT' }, 7_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'x-ratelimit-reset': String(NOW / 1_000 + 9) }, 9_000],
    [{ 'x-ratelimit-reset': String(NOW / 1_000 - 9) }, 0],
    [{ 'retry-after': '3', 'x-ratelimit-reset': String(NOW / 1_000 + 9) }, 3_000],
    [{ 'retry-after': 'soon', 'x-ratelimit-reset': String(NOW / 1_000 + 9) }, 9_000],
    [{ 'x-ratelimit-reset': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('%j is %s ms', (headers, ms) => {
    expect(askedWaitMs(headers, NOW)).toBe(ms);
  });

  test('is never less than waited, and jitter adds at most 8 s', () => {
    void fc.assert(
      fc.property(
        fc.nat(3_600),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (seconds, random, number) => {
          const ms =
            wait(reply(429, { 'retry-after': String(seconds) }), { number, retries: 20, random }) ?? -1;
          expect(ms).toBeGreaterThanOrEqual(seconds * 1_000);
          expect(ms).toBeLessThanOrEqual(seconds * 1_000 + 8_000);
        },
      ),
    );
  });

  test('is a number that is not negative, whatever the header says', () => {
    void fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = askedWaitMs({ 'retry-after': text, 'x-ratelimit-reset': text }, NOW);
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});

test('jitter is full: from nothing to 250 ms, doubled each time, at most 8 s', () => {
  void fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (number, random) => {
        const most = Math.min(8_000, 250 * 2 ** (number - 1));
        expect(wait(reply(503), { number, retries: 20, random })).toBeCloseTo(random * most, 6);
      },
    ),
  );
});
