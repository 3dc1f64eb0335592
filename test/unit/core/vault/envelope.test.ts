import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpReply } from '../../../../src/core/transport.js';
import { isFinalFailure, type ReplyResult, readReply } from '../../../../src/core/vault/envelope.js';
import { replyError } from '../../../../src/core/vault/errors/reply-error.js';
import { json, NO_ROUTE, problemsIn, refusal, success } from '../../fakes.js';

const ENDPOINT = 'GET /iso/sctm/secret';
const judged = (reply: HttpReply): ReplyResult => readReply(reply, ENDPOINT);
const text = (body: string, status = 200, headers = {}): HttpReply => ({ status, headers, text: body });

const CREDENTIAL = { id: '5', password: 'p' };

describe('a success', () => {
  test.each<[string, HttpReply]>([
    ['of a new vault', success({ credential: CREDENTIAL })],
    [
      'without error_code and code',
      json(200, {
        response: { status: 200, mensagem: 'x', erro: false, message: 'x', error: false },
        credential: CREDENTIAL,
      }),
    ],
    [
      'with only the Portuguese names',
      json(200, {
        response: { status: 200, mensagem: 'x', erro: false, cod_erro: 0 },
        credential: CREDENTIAL,
      }),
    ],
    [
      'with a capital Message',
      json(200, { code: 200, response: { status: 200, Message: 'x', error: false }, credential: CREDENTIAL }),
    ],
    [
      'whose body says 201',
      json(200, { code: 201, response: { status: 201, error: false }, credential: CREDENTIAL }),
    ],
    ['of HTTP 201', json(201, { response: { status: 200, error: false }, credential: CREDENTIAL })],
    ['without any wrapper', json(200, { credential: CREDENTIAL })],
    ['with error: ""', json(200, { error: '', credential: CREDENTIAL })],
  ])('%s is opened', (_, reply) => {
    expect(judged(reply)).toMatchObject({ ok: true, body: { credential: CREDENTIAL } });
  });

  test('of nothing at all (204) has an empty body', () => {
    expect(judged(text('', 204))).toEqual({ ok: true, body: {} });
  });

  test('whose message speaks of custody is a success', () => {
    const released = json(200, {
      code: 200,
      response: { status: 200, message: 'Credential custody 94 released', error: false },
    });
    expect(judged(released).ok).toBe(true);
  });
});

describe('a rejection', () => {
  const code1007 = '1007: Credential not found';
  test.each<[string, HttpReply, object]>([
    [
      'with a business code',
      refusal(1007, 'Credential not found'),
      { status: 400, code: 1007, bodyStatus: 400 },
    ],
    [
      'that is HTTP 200 with error: true',
      json(200, { response: { status: 400, error: true, message: code1007 } }),
      { status: 200, code: 1007 },
    ],
    [
      'that is HTTP 200 with only erro: true',
      json(200, { response: { erro: true, mensagem: code1007 } }),
      { status: 200, code: 1007 },
    ],
    [
      'that is HTTP 200 with body status 401',
      json(200, { response: { status: 401, mensagem: 'x' } }),
      { status: 200, bodyStatus: 401 },
    ],
    [
      'whose code is only in the message',
      json(400, { response: { error: true, message: '1017:Key inactive' } }),
      { code: 1017 },
    ],
    ['whose code is text', json(400, { exception: { code: '1018' } }), { code: 1018 }],
    [
      'with cod_erro 0',
      json(400, {
        response: { status: 400, erro: true, cod_erro: 0, error: true, error_code: 0 },
        exception: { code: 1001 },
      }),
      { code: 1001 },
    ],
    ['without a body', text('', 400), { status: 400, code: undefined, says: undefined }],
    [
      'of OAuth',
      json(401, { error: 'invalid_client', error_description: 'Client authentication failed' }),
      { status: 401, says: 'authentication-failed' },
    ],
    [
      'that is HTTP 200 with error: "text"',
      json(200, { error: 'invalid_client' }),
      { status: 200, says: 'authentication-failed' },
    ],
    ['of Kong', NO_ROUTE, { status: 404, says: 'no-route' }],
    [
      'of Kong as another version writes it',
      json(404, { message: 'No route matched with those values.' }),
      { says: 'no-route' },
    ],
    [
      'of a wrong resource',
      json(404, {
        code: 404,
        response: { status: 404, message: 'Resource sub not found', error: true, error_code: 4 },
      }),
      { says: 'no-route', code: undefined },
    ],
    [
      'of a closed resource',
      json(500, { response: { error: true, message: 'You are not authorized to access this resource.' } }),
      { says: 'resource-not-authorized' },
    ],
    [
      'of an inactive authorization',
      json(401, { response: { error: true, error_code: 1, message: 'Inactive authorization' } }),
      { says: 'inactive-authorization' },
    ],
    ['of an address', json(403, { message: 'IP not allowed' }), { says: 'ip-not-allowed' }],
    [
      'of custody that another holds',
      refusal(1050, 'The credential is in the custody of another user'),
      { says: 'custody' },
    ],
    [
      'of custody in Portuguese',
      json(400, { response: { erro: true, mensagem: 'A credencial está em custódia' } }),
      { says: 'custody' },
    ],
    [
      'of custody that no one holds',
      refusal(1018, 'The credential is not in the user custody'),
      { code: 1018, says: undefined },
    ],
    ['that is a web page', text('<html>nope</html>', 502), { status: 502, code: undefined, says: undefined }],
  ])('%s is understood', (_, reply, expected) => {
    expect(judged(reply)).toMatchObject({ ok: false, ...expected });
  });
});

describe('an invalid success reply', () => {
  test.each<[string, HttpReply, RegExp]>([
    ['HTML', text('<!DOCTYPE html><p>hunter2'), /HTML/],
    ['HTML after a blank line', text('\n\n  <html>hunter2'), /HTML/],
    ['broken off', text('{"credential":{"password":"hunter2'), /incomplete or damaged JSON/],
    ['a list', text('["hunter2"]'), /not an object/],
    ['a word', text('hunter2'), /not JSON/],
    ['a JSON string', text('"hunter2"'), /not JSON/],
    ['null', text('null'), /not JSON/],
    ['empty', text(''), /empty/],
    ['white space', text(' \r\n'), /empty/],
    ['two objects', text('{"a":"hunter2"}{"b":1}'), /JSON/],
    ['empty with 200', text('', 200), /empty/],
  ])('%s is malformed, the endpoint named, the body not repeated', (_, reply, what) => {
    const [problem] = problemsIn(() => judged(reply));
    expect(problem?.code).toBe('REPLY_MALFORMED');
    expect(problem?.message).toMatch(what);
    expect(problem?.message).toContain(ENDPOINT);
    expect(`${problem?.message}${problem?.remedy}`).not.toContain('hunter2');
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is rejected, and only the host is named', (status) => {
    const [problem] = problemsIn(() =>
      judged(text('', status, { location: 'https://evil.example/hunter2?hunter2' })),
    );
    expect(problem?.code).toBe('REDIRECTED');
    expect(problem?.message).toContain('evil.example');
    expect(problem?.message).not.toContain('hunter2');
  });

  test.each(['/login', '', 'https://user:hunter2@evil.example/', 'hunter2:hunter2'])(
    'to %j says no more than that',
    (location) => {
      const [problem] = problemsIn(() => judged(text('hunter2', 302, { location })));
      expect(problem?.code).toBe('REDIRECTED');
      expect(`${problem?.message}${problem?.remedy}`).not.toContain('hunter2');
    },
  );
});

test('no text of the server gets into an error, whatever it sends and wherever', () => {
  const marked = fc.string({ maxLength: 20 }).map((tail) => `ZQX${tail}ZQX`);
  const said = fc.record({
    status: fc.constantFrom(200, 400, 401, 403, 404, 410, 429, 500, 503),
    response: fc.oneof(
      fc.record({
        status: fc.oneof(marked, fc.nat(600)),
        error: fc.oneof(fc.boolean(), marked),
        message: marked,
        mensagem: marked,
        detail: marked,
      }),
      marked,
    ),
    exception: fc.oneof(
      fc.record({ code: fc.oneof(fc.nat(2_000), marked), message: marked, detail: marked }),
      marked,
    ),
    message: fc.oneof(
      marked,
      marked.map((each) => `1007: ${each}`),
      marked.map((each) => `${each} custody ${each}`),
    ),
    error: fc.oneof(marked, fc.boolean(), fc.record({ message: marked })),
  });
  void fc.assert(
    fc.property(said, fc.integer({ min: 0, max: 200 }), fc.boolean(), ({ status, ...body }, cut, isCut) => {
      const whole = JSON.stringify(body);
      const reply = text(isCut ? whole.slice(0, cut) : whole, status);
      const problems = problemsIn(() => {
        const opened = judged(reply);
        if (!opened.ok) throw replyError(opened, ENDPOINT, { clientId: 'ci' });
      });
      for (const { message, remedy } of problems) expect(message + remedy).not.toContain('ZQX');
      expect(() => isFinalFailure(reply)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});
