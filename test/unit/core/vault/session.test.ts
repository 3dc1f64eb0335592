import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../../../src/core/errors.js';
import { Secret } from '../../../../src/core/secret.js';
import { TransportFailure } from '../../../../src/core/transport.js';
import type { Session } from '../../../../src/core/vault/session.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  codesOf,
  json,
  lineTo,
  problemsOfPromise,
  sessionOver,
  token,
} from '../../fakes.js';

const REFUSED = json(401, { error: 'invalid_client', message: 'Client authentication failed' });

/** The token that requests of a session carry. */
async function bearerOf(session: Session): Promise<Secret> {
  const authorize = await session.authorize();
  const { authorization = '' } = authorize({ method: 'GET', path: '/', headers: {} });
  return new Secret(authorization.replace('Bearer ', ''));
}

/** A vault that gives token-1, token-2, … */
const numbered = (expiresIn: unknown = 3_600) =>
  lineTo((_, number) => token(`token-${number}`, expiresIn), { deadlineMs: 100_000_000 });

describe('asking for a token', () => {
  test('takes one request however many callers wait', async () => {
    const line = numbered();
    const session = sessionOver(line);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => bearerOf(session)));
    expect(new Set(tokens.map((each) => each.reveal()))).toEqual(new Set(['token-1']));
    expect(line.transport.lines).toEqual(['POST /iso/oauth2/token']);
  });

  test('sends the credentials in the body, as a form', async () => {
    const line = numbered();
    await bearerOf(sessionOver(line));
    const [request] = line.transport.requests;
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    });
    expect(request?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(request?.headers).not.toHaveProperty('authorization');
  });

  test('reports a token before any caller has it', async () => {
    const events: string[] = [];
    await bearerOf(sessionOver(numbered(), (each) => events.push(`told ${each.reveal()}`)));
    events.push('had');
    expect(events).toEqual(['told token-1', 'had']);
  });

  test.each([400, 401])('falls back to HTTP Basic once after a %i', async (status) => {
    const line = lineTo(({ headers }) =>
      'authorization' in headers ? token() : json(status, { error: 'invalid_client' }),
    );
    expect((await bearerOf(sessionOver(line))).reveal()).toBe('token-1');
    const second = line.transport.requests[1];
    const pair = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');
    expect(second?.headers).toMatchObject({ authorization: `Basic ${pair}` });
    expect(second?.body).toBe('grant_type=client_credentials');
  });
});

describe('a rejected login', () => {
  test.each([REFUSED, json(400, { error: 'invalid_client' })])(
    'is two requests and final, however often a token is needed',
    async (reply) => {
      const line = lineTo(() => reply);
      const session = sessionOver(line);
      for (let call = 0; call < 3; call += 1) {
        const problems = await Promise.all([bearerOf(session), bearerOf(session)].map(problemsOfPromise));
        expect(problems.flatMap(codesOf)).toEqual(['TOKEN_REJECTED', 'TOKEN_REJECTED']);
      }
      expect(line.transport.requests).toHaveLength(2);
    },
  );

  test('never shows the client secret or the server’s words', async () => {
    const line = lineTo(() => json(401, { message: 'hunter2', error_description: CLIENT_SECRET }));
    const [problem] = await problemsOfPromise(bearerOf(sessionOver(line)));
    expect(`${problem?.message}${problem?.remedy}`).not.toMatch(/hunter2|client-secret-0/);
  });

  test('for the address is reported as that', async () => {
    const line = lineTo(() => json(403, { message: 'IP not allowed' }));
    expect(codesOf(await problemsOfPromise(bearerOf(sessionOver(line))))).toEqual(['ACCESS_DENIED']);
    expect(line.transport.requests).toHaveLength(1);
  });
});

describe('a token that grows old', () => {
  test.each<[unknown, number]>([
    [3_600, 3_540],
    [120, 60],
    [119, 59.5],
    [60, 30],
    [10, 5],
    ['600', 540],
    [undefined, 3_540],
    [null, 3_540],
    [-5, 3_540],
    ['soon', 3_540],
    [{}, 3_540],
    ['', 3_540],
  ])('with expires_in %j is kept for %i s', async (expiresIn, keptSeconds) => {
    const line = numbered(expiresIn);
    const session = sessionOver(line);
    await bearerOf(session);
    line.clock.now += keptSeconds * 1_000 - 1;
    expect((await bearerOf(session)).reveal()).toBe('token-1');
    line.clock.now += 1;
    const [next, same] = await Promise.all([bearerOf(session), bearerOf(session)]);
    expect([next.reveal(), same.reveal()]).toEqual(['token-2', 'token-2']);
    expect(line.transport.requests).toHaveLength(2);
  });

  test('counts from the request, not from the reply', async () => {
    const line = lineTo((_, number) => {
      if (number === 1) line.clock.now += 30_000;
      return token(`token-${number}`, 120);
    });
    const session = sessionOver(line);
    await bearerOf(session);
    line.clock.now += 30_000;
    expect((await bearerOf(session)).reveal()).toBe('token-2');
  });
});

describe('a session over another exchange', () => {
  test('keeps its token', async () => {
    const first = numbered();
    const second = numbered();
    const session = sessionOver(first);
    await bearerOf(session);
    const next = await session.over(second.exchange);
    expect((await bearerOf(next)).reveal()).toBe('token-1');
    expect(second.transport.requests).toEqual([]);
  });

  test('asks for one when the first could not get it', async () => {
    const first = lineTo(() => new TransportFailure('unreachable', true, 'ECONNREFUSED'), { retries: 0 });
    const second = numbered();
    const session = sessionOver(first);
    await problemsOfPromise(bearerOf(session));
    expect((await bearerOf(await session.over(second.exchange))).reveal()).toBe('token-1');
  });

  test('does not ask again if the vault rejected the login', async () => {
    const first = lineTo(() => REFUSED);
    const second = numbered();
    const session = sessionOver(first);
    await problemsOfPromise(bearerOf(session));
    await problemsOfPromise(bearerOf(await session.over(second.exchange)));
    expect(second.transport.requests).toEqual([]);
  });
});

describe('a reply without a valid token', () => {
  test.each([
    ['no access_token', json(200, { token_type: 'Bearer', hunter2: 'hunter2' })],
    ['an empty one', token('')],
    ['one with a line end', token('hunter2\r\nx-evil: 1')],
    ['one with a space', token('hunter2 hunter2')],
    ['a list', json(200, ['hunter2'])],
  ])('%s is malformed and not repeated', async (_, reply) => {
    const [problem] = await problemsOfPromise(bearerOf(sessionOver(lineTo(() => reply))));
    expect(problem?.code).toBe('REPLY_MALFORMED');
    expect(`${problem?.message}${problem?.remedy}`).not.toContain('hunter2');
  });

  test('200 with error: true is a rejected token', async () => {
    const line = lineTo(() =>
      json(200, { response: { error: true, message: 'Client authentication failed.' } }),
    );
    expect(codesOf(await problemsOfPromise(bearerOf(sessionOver(line))))).toEqual(['TOKEN_REJECTED']);
  });
});

test('a token of more than 16 KB is rejected before anything uses it', async () => {
  for (const [length, codes] of [
    [16 * 1024, []],
    [16 * 1024 + 1, ['REPLY_MALFORMED']],
    [1024 * 1024, ['REPLY_MALFORMED']],
  ] as const) {
    const told: unknown[] = [];
    const session = sessionOver(
      lineTo(() => token('t'.repeat(length))),
      (each) => told.push(each),
    );
    const problems = await bearerOf(session).then(() => [], problemsOf);
    expect(codesOf(problems)).toEqual(codes);
    expect(told).toHaveLength(codes.length === 0 ? 1 : 0);
  }
});
