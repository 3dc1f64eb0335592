import { describe, expect, test } from 'vitest';
import { explain, open } from '../../../src/core/envelope.js';
import type { HttpReply } from '../../../src/core/ports.js';
import { codesOf, json, NO_ROUTE, problemsIn, refusal } from '../fakes.js';

describe('what a refusal is called', () => {
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
    [refusal(1039, 'Without PAM Configuration Access permission'), 'VAULT_FAILED'],
    [json(503, {}), 'VAULT_FAILED'],
    [json(429, {}), 'RATE_LIMITED'],
  ])('%j', (reply, code) => {
    const problems = problemsIn(() => {
      const opened = open(reply, 'GET /x');
      if (!opened.ok) throw explain(opened, 'GET /x');
    });
    expect(codesOf(problems)).toEqual([code]);
  });
});
