import { describe, expect, test } from 'vitest';
import type { HttpReply } from '../../../../../src/core/transport.js';
import { readReply } from '../../../../../src/core/vault/envelope.js';
import { replyError } from '../../../../../src/core/vault/errors/reply-error.js';
import { codesOf, json, NO_ROUTE, problemsIn, refusal } from '../../../fakes.js';

describe('the error for a rejection', () => {
  test.each<[HttpReply, string]>([
    [
      json(500, { response: { error: true, message: 'You are not authorized to access this resource.' } }),
      'ACCESS_DENIED',
    ],
    [json(403, {}), 'ACCESS_DENIED'],
    [json(401, {}), 'ACCESS_DENIED'],
    [json(400, { message: 'Invalid signature' }), 'ACCESS_DENIED'],
    [refusal(1009, 'No access to credential'), 'ACCESS_DENIED'],
    [NO_ROUTE, 'NO_SUCH_ROUTE'],
    [json(410, {}), 'NO_SUCH_ROUTE'],
    [refusal(1039, 'Without PAM Configuration Access permission'), 'ACCESS_DENIED'],
    [refusal(1006, 'User does not have access'), 'ACCESS_DENIED'],
    [refusal(1047, ''), 'VAULT_FAILED'],
    [json(503, {}), 'VAULT_FAILED'],
    [json(429, {}), 'RATE_LIMITED'],
  ])('%j', (reply, code) => {
    const problems = problemsIn(() => {
      const opened = readReply(reply, 'GET /x');
      if (!opened.ok) throw replyError(opened, 'GET /x', { clientId: 'ci' });
    });
    expect(codesOf(problems)).toEqual([code]);
  });
});

describe('a failure of the vault', () => {
  const messageOf = (headers: Record<string, string>, clientId: string): string | undefined => {
    const atMs = Date.UTC(2026, 10, 27, 16, 24, 51, 999);
    const [problem] = problemsIn(() => {
      const opened = readReply({ ...json(503, {}), headers, atMs }, 'GET /x');
      if (!opened.ok) throw replyError(opened, 'GET /x', { clientId });
    });
    return problem?.message;
  };

  test('names what identifies it in the log of the vault', () => {
    expect(messageOf({ 'x-request-id': 'a1b2-c3' }, 'ci')).toBe(
      'GET /x: the vault rejected the request (HTTP 503). Time 2026-11-27 16:24:51 UTC, client id ci, X-Request-Id a1b2-c3.',
    );
    expect(messageOf({}, 'ci')).toBe(
      'GET /x: the vault rejected the request (HTTP 503). Time 2026-11-27 16:24:51 UTC, client id ci.',
    );
  });

  test.each([
    '7d2e4c1a-0b5f-4f7e-9d53-1f0c5a6b7c8d',
    '01JDPQ4T6V8YX2C3M5N7K9ABCD',
    'req_0123.abc-9',
    'f'.repeat(64),
  ])('shows a request id: %s', (id) => {
    expect(messageOf({ 'x-request-id': id }, 'ci')).toContain(`, X-Request-Id ${id}.`);
  });

  test.each([
    '##vso[task.x]\u001b[31m',
    'a sentence of a proxy',
    'p@ss/word+1',
    'user:password',
    'key=value',
    'f'.repeat(65),
    'a\nb',
    '',
  ])('leaves out a request id that could be another text: %j', (id) => {
    expect(messageOf({ 'x-request-id': id }, 'ci')).toMatch(/client id ci\.$/);
  });
});
