import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeguraError } from '../../../../src/core/errors.js';
import { type FailureReason, type HttpRequest, TransportFailure } from '../../../../src/core/transport.js';
import { waitWithin } from '../../../../src/core/vault/retry.js';
import { json, lineTo, problemsOfPromise, refusal, success } from '../../fakes.js';

const REQUEST: HttpRequest = { method: 'GET', path: '/iso/sctm/secret', headers: {} };
const broken = (neverSent = false): TransportFailure =>
  new TransportFailure('broken', neverSent, 'ECONNRESET');
const down = new TransportFailure('unreachable', true, 'ECONNREFUSED');

async function errorOf(promise: Promise<unknown>): Promise<SeguraError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SeguraError)) throw new Error(`no SeguraError: ${String(error)}`);
  return error;
}

const neverSent = (error: SeguraError): boolean =>
  error.cause instanceof TransportFailure && error.cause.neverSent;

test('a proxy that is down is retried, one that rejects is not', async () => {
  for (const [reason, requests] of [
    ['proxy-down', 5],
    ['proxy', 1],
  ] as const) {
    const { transport, exchange } = lineTo(() => new TransportFailure(reason, true, 'CODE'));
    await errorOf(exchange.send(REQUEST));
    expect(transport.requests, reason).toHaveLength(requests);
  }
});

describe('how often a request is sent', () => {
  test.each([0, 1, 4])('with %i retries a vault that is down gets that many more tries', async (retries) => {
    const { transport, exchange } = lineTo(() => down, { retries });
    expect((await errorOf(exchange.send(REQUEST))).code).toBe('VAULT_UNREACHABLE');
    expect(transport.requests).toHaveLength(retries + 1);
  });

  test('the last reply is returned when the tries are over', async () => {
    const { transport, exchange } = lineTo(() => json(503, {}));
    expect((await exchange.send(REQUEST)).status).toBe(503);
    expect(transport.requests).toHaveLength(5);
  });

  test('a success ends it', async () => {
    const { transport, exchange } = lineTo((_, number) => (number < 3 ? broken() : success()));
    expect(await exchange.send(REQUEST)).toMatchObject({ status: 200, unsure: true });
    expect(transport.requests).toHaveLength(3);
  });

  test('a registration goes again only after what surely was not carried out', async () => {
    const answers = [down, json(429, {}), broken(true), json(503, {}), success()];
    const { transport, exchange } = lineTo((_, number) => answers[number - 1] ?? success());
    expect((await exchange.send(REQUEST, 'unsent')).status).toBe(503);
    expect(transport.requests).toHaveLength(4);
  });

  test('a registration that broke off is not sent again', async () => {
    const { transport, exchange } = lineTo(() => broken());
    await errorOf(exchange.send(REQUEST, 'unsent'));
    expect(transport.requests).toHaveLength(1);
  });
});

describe('a 500', () => {
  test.each([
    ['a business code', refusal(1001, 'Parameter was not informed!', 500)],
    ['its own code', json(500, { exception: { code: 500, message: 'x', detail: null } })],
    [
      '"Unexpected error"',
      json(500, { response: { status: 500, error: true, message: 'Unexpected error.' } }),
    ],
    [
      'a closed resource',
      json(500, { response: { error: true, message: 'You are not authorized to access this resource.' } }),
    ],
    ['only the Portuguese names', json(500, { response: { erro: true, mensagem: 'Unexpected error' } })],
  ])('with %s is final', async (_, reply) => {
    const { transport, exchange } = lineTo(() => reply);
    expect((await exchange.send(REQUEST)).status).toBe(500);
    expect(transport.requests).toHaveLength(1);
  });

  test.each([
    ['nothing', { status: 500, headers: {}, text: '' }],
    ['HTML', { status: 500, headers: {}, text: '<html>Unexpected error</html>' }],
    ['another message', json(500, { message: 'upstream' })],
    ['a list', json(500, [{ exception: { code: 1 } }])],
  ])('with %s is tried again', async (_, reply) => {
    const { transport, exchange } = lineTo((__, number) => (number === 1 ? reply : success()));
    expect((await exchange.send(REQUEST)).status).toBe(200);
    expect(transport.requests).toHaveLength(2);
  });
});

describe('the deadline', () => {
  test('is passed by no wait, whatever the vault does', async () => {
    const answer = fc.oneof(
      fc.constantFrom(down, broken(), json(503, {}), json(500, {})),
      fc.nat(200).map((seconds) => json(429, {}, { 'retry-after': String(seconds) })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 21, maxLength: 21 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat(5_000),
        async (answers, deadlineMs, tookMs) => {
          const { clock, exchange } = lineTo(
            (_, number) => {
              clock.now += tookMs;
              return answers[number - 1] ?? down;
            },
            { deadlineMs, retries: 20 },
          );
          const endMs = clock.now + deadlineMs;
          let slept = 0;
          clock.onSleep = () => {
            slept = Math.max(slept, clock.now);
          };
          await exchange.send(REQUEST).catch(() => undefined);
          expect(slept).toBeLessThan(endMs);
        },
      ),
    );
  });

  test('that a 429 would pass ends it at once', async () => {
    const { transport, clock, exchange } = lineTo(() => json(429, {}, { 'retry-after': '600' }));
    const error = await errorOf(exchange.send(REQUEST));
    expect([error.code, transport.requests.length, clock.sleeps]).toEqual(['RATE_LIMITED', 1, []]);
    expect(error.message).toMatch(/60\d s/);
  });

  test.each([
    [54_000, '3600'],
    [54_000, '53'],
    [15_000, '14'],
    [4_000, '3'],
  ])(
    'of %i ms still leaves tries for what must not be given up after Retry-After: %s',
    async (deadlineMs, asked) => {
      const options = { isPersistent: true, deadlineMs, retries: Number.POSITIVE_INFINITY };
      const { transport, clock, exchange } = lineTo(() => json(429, {}, { 'retry-after': asked }), options);
      const endMs = clock.now + deadlineMs;
      const error = await errorOf(exchange.send(REQUEST));
      expect(error.code).toBe('RATE_LIMITED');
      expect(transport.requests.length).toBeGreaterThan(3);
      expect(endMs - clock.now).toBeGreaterThan(0);
      expect(endMs - clock.now).toBeLessThan(2_000);
    },
  );

  test('lets requests that were limited together come back at different times', async () => {
    const waits = [0, 0.3, 0.6, 0.9].map((random) => waitWithin(20_000, 54_000, random));
    expect(new Set(waits).size).toBe(4);
    expect(Math.max(...waits)).toBeLessThanOrEqual(8_000);
    expect(waitWithin(5_000, 54_000, 0.5)).toBe(5_000);
  });

  test('that is over sends nothing', async () => {
    const { transport, clock, exchange } = lineTo(() => success(), { deadlineMs: 10 });
    clock.now += 10;
    const error = await errorOf(exchange.send(REQUEST));
    expect([error.code, transport.requests.length, neverSent(error)]).toEqual(['TIMED_OUT', 0, true]);
  });

  test('that passed during a request is reported as the deadline, a slow reply as the timeout', async () => {
    const late = lineTo(
      () => {
        late.clock.now += 1_000;
        return new TransportFailure('aborted', false, 'x');
      },
      { deadlineMs: 1_000, retries: 0 },
    );
    expect((await errorOf(late.exchange.send(REQUEST))).remedy).toContain('"deadline"');
    const slow = lineTo(() => new TransportFailure('aborted', false, 'x'), { retries: 0 });
    expect((await errorOf(slow.exchange.send(REQUEST))).remedy).toContain('"timeout"');
  });
});

describe('whether a request may have been carried out', () => {
  test.each<[string, (TransportFailure | number)[], boolean]>([
    ['refused connections', [down, down], true],
    ['a refused connection after a broken one', [broken(), down], false],
    ['a broken connection after a refused one', [down, broken()], false],
    ['a refused connection after a 503', [503, down], false],
    ['a refused connection after a 408', [408, down], false],
    ['a refused connection after a 429', [429, down], true],
    ['a connection that broke before TLS stood', [broken(true), down], true],
  ])('after %s: surely not = %3$s', async (_, answers, surelyNot) => {
    const { exchange } = lineTo(
      (__, number) => {
        const answer = answers[number - 1] ?? down;
        return typeof answer === 'number' ? json(answer, {}) : answer;
      },
      { retries: answers.length - 1 },
    );
    expect(neverSent(await errorOf(exchange.send(REQUEST)))).toBe(surelyNot);
  });

  test.each<[string, (TransportFailure | number)[], boolean]>([
    ['at once', [], false],
    ['after a refused connection', [down], false],
    ['after a 429', [429], false],
    ['after a broken connection', [broken()], true],
    ['after a 503', [503], true],
    ['after a broken and a refused connection', [broken(), down], true],
  ])('a reply %s: unsure = %3$s', async (_, answers, unsure) => {
    const { exchange } = lineTo((__, number) => {
      const answer = answers[number - 1] ?? success();
      return typeof answer === 'number' ? json(answer, {}) : answer;
    });
    expect(await exchange.send(REQUEST)).toMatchObject({ unsure });
  });
});

describe('a job that is cancelled', () => {
  test('sends nothing more', async () => {
    const { transport, exchange, stop, clock } = lineTo(() => down);
    clock.onSleep = () => stop.abort();
    expect((await errorOf(exchange.send(REQUEST))).code).toBe('CANCELLED');
    expect(transport.requests).toHaveLength(1);
  });

  test('before the first request sends none', async () => {
    const { transport, exchange, stop } = lineTo(() => success());
    stop.abort();
    const error = await errorOf(exchange.send(REQUEST));
    expect([error.code, neverSent(error), transport.requests.length]).toEqual(['CANCELLED', true, 0]);
  });

  test('returns a reply that still arrived', async () => {
    const { exchange, stop } = lineTo(() => {
      stop.abort();
      return success();
    });
    expect((await exchange.send(REQUEST)).status).toBe(200);
  });
});

describe('the error', () => {
  test.each<[FailureReason, string]>([
    ['unreachable', 'VAULT_UNREACHABLE'],
    ['broken', 'VAULT_UNREACHABLE'],
    ['unknown', 'VAULT_UNREACHABLE'],
    ['tls', 'TLS_UNTRUSTED'],
    ['client-certificate', 'CLIENT_CERTIFICATE_REJECTED'],
    ['proxy', 'PROXY_FAILED'],
    ['proxy-down', 'PROXY_FAILED'],
    ['proxy-tls', 'TLS_UNTRUSTED'],
    ['aborted', 'TIMED_OUT'],
    ['too-large', 'REPLY_MALFORMED'],
    ['encoding', 'REPLY_MALFORMED'],
  ])('for "%s" is %s', async (reason, code) => {
    const { exchange } = lineTo(() => new TransportFailure(reason, false, 'DETAIL'), { retries: 0 });
    expect((await errorOf(exchange.send(REQUEST))).code).toBe(code);
  });

  test.each<[FailureReason, string | undefined, string]>([
    ['unreachable', undefined, 'GET /x: no connection to v.example:443 (CODE).'],
    ['unreachable', 'p:3128', 'GET /x: no connection to v.example:443 through the proxy p:3128 (CODE).'],
    ['broken', 'p:3128', 'GET /x: lost the connection to v.example:443 through the proxy p:3128 (CODE).'],
    ['proxy', 'p:3128', 'GET /x: the proxy p:3128 did not connect to v.example:443 (CODE).'],
    [
      'proxy-down',
      'p:3128',
      'GET /x: the proxy p:3128 cannot be reached, and so v.example:443 cannot either (CODE).',
    ],
    ['tls', undefined, "The vault's certificate was not accepted (CODE, v.example:443)."],
    ['client-certificate', undefined, 'GET /x: the client certificate cannot be used (CODE).'],
  ])('for "%s" through proxy %s names each end of the line', async (reason, proxy, message) => {
    const route = { vault: 'v.example:443', proxy };
    const { exchange } = lineTo(() => new TransportFailure(reason, false, 'CODE', route), { retries: 0 });
    const request = { method: 'GET', path: '/x', headers: {} } as const;
    expect((await errorOf(exchange.send(request))).message).toBe(message);
  });

  test('of our own fault is not mistaken for one of the vault', async () => {
    const { exchange, transport } = lineTo(() => new TypeError('hunter2'));
    const [problem] = await problemsOfPromise(exchange.send(REQUEST));
    expect([problem?.code, transport.requests.length]).toEqual(['INTERNAL', 1]);
    expect(problem?.message).not.toContain('hunter2');
  });
});
