import { describe, expect, test } from 'vitest';
import type { HttpReply } from '../../../../src/core/transport.js';
import type { PamEndpoint } from '../../../../src/core/vault/endpoints.js';
import { textOfField } from '../../../../src/core/vault/field.js';
import { Pam } from '../../../../src/core/vault/pam.js';
import {
  codesOf,
  HELD_BY_ANOTHER,
  json,
  lineTo,
  NO_ROUTE,
  problemsOfPromise,
  refusal,
  sessionOver,
  success,
  token,
} from '../../fakes.js';

const full = (id = '94') => success({ credential: { id, username: 'root', password: 'pw' } });
const bare = success({ credential: { id: '94', username: 'root' } });
const old = json(200, { response: { status: 200, erro: false }, senha: { id: '94', senha: 'old-pw' } });
const missing = json(400, { response: { status: 404, erro: true, mensagem: 'x' } });

const API = '/api/pam/credential/94';
const ISO = '/iso/pam/credential/94';
const QUERY = '/iso/coe/senha?credentialId=94';
const PATH = '/iso/coe/senha/94';

function reading(answers: Record<string, HttpReply>, endpoint: PamEndpoint = 'auto') {
  const line = lineTo(({ method, path }) => (method === 'POST' ? token() : (answers[path] ?? NO_ROUTE)), {
    retries: 0,
  });
  const pam = new Pam(line.exchange, sessionOver(line), endpoint);
  const events: string[] = [];
  const witness = {
    leaves: async () => void events.push('leaves'),
    refused: () => 0,
    replied: () => events.push('replied'),
    notTaken: () => events.push('not taken'),
    givenUp: () => events.push('given up'),
  };
  const read = (name = '94', wantsPassword = true) => pam.read(name, wantsPassword, witness);
  const paths = () =>
    line.transport.requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
  return { pam, read, paths, events };
}

describe('the order of endpoints', () => {
  test.each<[string, Record<string, HttpReply>, PamEndpoint, string[], string]>([
    ['a new vault', { [API]: full() }, 'auto', [API], 'pw'],
    ['a vault up to 3.32', { [ISO]: full() }, 'auto', [API, ISO], 'pw'],
    ['a vault that sends no password', { [API]: bare, [QUERY]: old }, 'auto', [API, QUERY], 'old-pw'],
    [
      'one that knows only the path form',
      { [API]: bare, [QUERY]: json(400, {}), [PATH]: old },
      'auto',
      [API, QUERY, PATH],
      'old-pw',
    ],
    ['one without the query form', { [API]: bare, [PATH]: old }, 'auto', [API, QUERY, PATH], 'old-pw'],
    [
      'one that answers both old forms',
      { [API]: bare, [QUERY]: bare, [PATH]: old },
      'auto',
      [API, QUERY, PATH],
      'old-pw',
    ],
    ['only the old endpoint', { [QUERY]: missing, [PATH]: old }, 'coe', [QUERY, PATH], 'old-pw'],
    ['only api', { [API]: full() }, 'api', [API], 'pw'],
    ['only iso', { [ISO]: full() }, 'iso', [ISO], 'pw'],
  ])('of %s', async (_, answers, endpoint, paths, password) => {
    const run = reading(answers, endpoint);
    expect(textOfField((await run.read()).fields.get('password'))).toBe(password);
    expect(run.paths()).toEqual(paths);
  });

  test('is learnt once', async () => {
    const run = reading({ [ISO]: full(), '/iso/pam/credential/95': full('95') });
    await run.read();
    await run.read('95');
    expect(run.paths()).toEqual([API, ISO, '/iso/pam/credential/95']);
  });

  test('does not go on to the old endpoint when no password is wanted, or for a name', async () => {
    const run = reading({ [API]: bare, '/api/pam/credential/root@web-01': bare });
    await run.read('94', false);
    expect(codesOf(await problemsOfPromise(run.read('root@web-01')))).toEqual(['FIELD_NULL']);
    expect(run.paths()).toEqual([API, '/api/pam/credential/root@web-01']);
  });

  test('tries no other endpoint after a rejection', async () => {
    const run = reading({ [API]: refusal(1009, 'No access to credential'), [ISO]: full() });
    expect(codesOf(await problemsOfPromise(run.read()))).toEqual(['ACCESS_DENIED']);
    expect(run.paths()).toEqual([API]);
  });
});

describe('a name in the path', () => {
  test.each([
    ['root@web-01', 'root@web-01'],
    ['a/b', 'a%2Fb'],
    ['../../iso/x?y#z', '..%2F..%2Fiso%2Fx%3Fy%23z'],
    ['ção 1', '%C3%A7%C3%A3o%201'],
    ['100%', '100%25'],
  ])('%s is written %s', async (name, written) => {
    const run = reading({ [`/api/pam/credential/${written}`]: full() });
    await run.read(name);
    expect(run.paths()).toEqual([`/api/pam/credential/${written}`]);
  });
});

describe('the number in a reply', () => {
  test.each<[string, unknown]>([
    ['94', '94'],
    ['94', 94],
    ['094', '94'],
    ['94', '0094'],
    ['94', null],
    ['94', ''],
    ['root@web-01', '77'],
    ['a-robot', 77],
  ])('for %s may be %j', async (name, id) => {
    const run = reading({ [`/api/pam/credential/${name}`]: success({ credential: { id, password: 'pw' } }) });
    expect(textOfField((await run.read(name)).fields.get('password'))).toBe('pw');
  });

  test.each<[string, unknown]>([
    ['94', '77'],
    ['94', 77],
    ['94', '940'],
    ['94', '../77'],
    ['94', '77/../../x'],
    ['94', 'x'],
    ['94', 9.4],
    ['94', -94],
    ['94', 1e21],
    ['94', ['94']],
    ['94', { id: '94' }],
    ['94', true],
    ['94', '9'.repeat(21)],
    ['root@web-01', 'root@web-01'],
    ['root@web-01', '12x'],
  ])('for %s may not be %j: custody is reported, and nothing of the reply is used', async (name, id) => {
    const run = reading({ [`/api/pam/credential/${name}`]: success({ credential: { id, password: 'pw' } }) });
    const problems = await problemsOfPromise(run.read(name));
    expect(codesOf(problems)).toEqual(['REPLY_MALFORMED']);
    expect(problems[0]?.message).not.toMatch(/77|\.\.|pw/);
    expect(run.events).toEqual(['leaves', 'replied']);
  });

  test('is also checked in a reply of the old endpoint', async () => {
    const other = json(200, { response: { status: 200 }, senha: { id: '77', senha: 'old-pw' } });
    for (const endpoint of ['auto', 'coe'] as const) {
      const run = reading({ [API]: bare, [QUERY]: other }, endpoint);
      expect(codesOf(await problemsOfPromise(run.read()))).toEqual(['REPLY_MALFORMED']);
    }
  });
});

describe('the error for a rejected read', () => {
  test.each<[string, HttpReply, string, string]>([
    ['1007', refusal(1007, 'Credential not found'), 'CREDENTIAL_NOT_FOUND', 'refused'],
    ['1007 as 404', refusal(1007, 'Credential not found', 404), 'CREDENTIAL_NOT_FOUND', 'refused'],
    ['1010', refusal(1010, 'The item is not a credential'), 'CREDENTIAL_NOT_FOUND', 'refused'],
    ['1008', refusal(1008, 'Credential inactive'), 'CREDENTIAL_INACTIVE', 'refused'],
    [
      '1017',
      json(400, { response: { error: true, message: '1017:Credential inactive' } }),
      'CREDENTIAL_INACTIVE',
      'refused',
    ],
    ['1009', refusal(1009, 'No access to credential'), 'ACCESS_DENIED', 'refused'],
    [
      '200 with error: true',
      json(200, { response: { error: true, message: '1007: x' } }),
      'CREDENTIAL_NOT_FOUND',
      'nothing',
    ],
    ['custody of another', HELD_BY_ANOTHER, 'CUSTODY_HELD', 'refused'],
    ['custody of another as 403', json(403, { message: 'In custody of hunter2' }), 'CUSTODY_HELD', 'refused'],
    ['a bare 503', json(503, {}), 'VAULT_FAILED', 'nothing'],
    ['a bare 500', json(500, {}), 'VAULT_FAILED', 'nothing'],
  ])('%s', async (_, reply, code, told) => {
    const run = reading({ [API]: reply });
    const problems = await problemsOfPromise(run.read());
    expect(codesOf(problems)).toEqual([code]);
    expect(problems[0]?.message).not.toContain('hunter2');
    expect(run.events).toEqual(['leaves', told === 'refused' ? 'not taken' : 'given up']);
  });

  test('no endpoint at all is reported, and nothing was taken', async () => {
    const run = reading({});
    expect(codesOf(await problemsOfPromise(run.read()))).toEqual(['NO_SUCH_ROUTE']);
    expect(run.events.at(-1)).toBe('not taken');
  });

  test('a name at the old endpoint is rejected without a request', async () => {
    const run = reading({}, 'coe');
    expect(codesOf(await problemsOfPromise(run.read('root@web-01')))).toEqual(['CREDENTIAL_NOT_FOUND']);
    expect([run.paths(), run.events]).toEqual([[], ['not taken']]);
  });

  test('custody of another at the old endpoint stays that error', async () => {
    const run = reading({ [QUERY]: HELD_BY_ANOTHER, [PATH]: missing }, 'coe');
    expect(codesOf(await problemsOfPromise(run.read()))).toEqual(['CUSTODY_HELD']);
    expect(run.paths()).toEqual([QUERY, PATH]);
  });

  test('a read that took custody is reported even when it cannot be understood', async () => {
    const run = reading({ [API]: success({ credential: 'hunter2' }) });
    expect(codesOf(await problemsOfPromise(run.read()))).toEqual(['REPLY_MALFORMED']);
    expect(run.events).toEqual(['leaves', 'replied']);
  });
});
