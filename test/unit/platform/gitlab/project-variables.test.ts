import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SeguraError } from '../../../../src/core/errors.js';
import { Secret } from '../../../../src/core/secret.js';
import type { Transport } from '../../../../src/core/transport.js';
import { openTransport } from '../../../../src/http/transport.js';
import {
  type DeleteVariables,
  deleteVariables,
  type Outcome,
} from '../../../../src/platform/gitlab/project-variables.js';
import { type GitLabApi, type GitLabVariable, startGitLab } from '../../../support/gitlab-api.js';
import { LEDGER_DATA } from '../../fakes.js';

const TOKEN = 'glpat-0123456789abcdefghij';
const VALUE = 'the value of both';
const PROJECT = 'group/sub.group/app';

let gitlab: GitLabApi;
let transport: Transport;

beforeEach(async () => {
  gitlab = await startGitLab();
  gitlab.projects[PROJECT] = {
    id: 42,
    variables: [
      { key: 'DB_PASSWORD', value: VALUE, scope: '*' },
      { key: 'API_TOKEN', value: VALUE, scope: 'production' },
      { key: 'API_TOKEN', value: 'of a review', scope: 'review/*' },
      { key: 'SCOPED', value: VALUE, scope: 'pro duction/$X' },
    ],
  };
  gitlab.tokens[TOKEN] = { scopes: ['api'], levels: { [PROJECT]: 40 } };
  transport = await openTransport(
    { ...LEDGER_DATA.connection, url: gitlab.url },
    () => import('../../../../src/http/undici.js'),
  );
});

afterEach(async () => {
  await transport.close();
  await gitlab.close();
});

const remove = (names: readonly string[], more: Partial<DeleteVariables> = {}) =>
  deleteVariables({
    transport,
    project: '42',
    token: new Secret(TOKEN),
    values: new Map(names.map((name) => [name, new Secret(VALUE)])),
    signal: AbortSignal.timeout(10_000),
    ...more,
  });

async function outcomeOf(name: string, more: Partial<DeleteVariables> = {}): Promise<Outcome> {
  const [first, ...others] = await remove([name], more);
  if (first === undefined || others.length > 0) throw new Error('not one result');
  expect(first.name).toBe(name);
  return first.outcome;
}

async function problem(more: Partial<DeleteVariables> = {}, name = 'DB_PASSWORD'): Promise<SeguraError> {
  const outcome = await outcomeOf(name, more);
  if (outcome.kind !== 'failed') throw new Error(`no problem: ${outcome.kind}`);
  const { message, remedy } = outcome.problem;
  expect(message).toContain(name);
  for (const hidden of [TOKEN, VALUE, 'server text']) expect(message + remedy).not.toContain(hidden);
  return outcome.problem;
}

const left = (): string[] =>
  (gitlab.projects[PROJECT]?.variables ?? []).map(({ key, scope }) => `${key} ${scope}`);

function replace(...variables: GitLabVariable[]): void {
  gitlab.projects[PROJECT] = { id: 42, variables };
}

const ALL = ['DB_PASSWORD *', 'API_TOKEN production', 'API_TOKEN review/*', 'SCOPED pro duction/$X'];
const PATH = '/api/v4/projects/42/variables';

test('each variable is read and then deleted at the scope it was found at, in the order asked', async () => {
  expect(await remove(['SCOPED', 'NONE', 'DB_PASSWORD'])).toEqual([
    { name: 'SCOPED', outcome: { kind: 'deleted', scope: 'pro duction/$X' } },
    { name: 'NONE', outcome: { kind: 'absent' } },
    { name: 'DB_PASSWORD', outcome: { kind: 'deleted', scope: '*' } },
  ]);
  expect(left()).toEqual(['API_TOKEN production', 'API_TOKEN review/*']);
  expect(gitlab.requests).toEqual([
    `GET ${PATH}/SCOPED`,
    `DELETE ${PATH}/SCOPED?filter%5Benvironment_scope%5D=pro+duction%2F%24X`,
    `GET ${PATH}/NONE`,
    `GET ${PATH}/DB_PASSWORD`,
    `DELETE ${PATH}/DB_PASSWORD?filter%5Benvironment_scope%5D=*`,
  ]);
});

test.each([
  ['another value', { value: 'another value' }, 'other-value'],
  ['nothing', { value: '' }, 'other-value'],
  ['a line end more', { value: `${VALUE}\n` }, 'other-value'],
  ['what it hides', { value: VALUE, hidden: true }, 'hidden'],
])('one that holds %s in GitLab stays', async (_what, variable, kind) => {
  replace({ key: 'DB_PASSWORD', scope: 'production', ...variable });
  expect(await outcomeOf('DB_PASSWORD')).toEqual({ kind, scope: 'production' });
  expect(gitlab.requests).toEqual([`GET ${PATH}/DB_PASSWORD`]);
});

test('one of another scope that appears between the two requests stays', async () => {
  replace({ key: 'DB_PASSWORD', value: VALUE, scope: '*' });
  gitlab.onRequest = (line) => {
    if (line.startsWith('DELETE')) replace({ key: 'DB_PASSWORD', value: 'new', scope: 'production' });
  };
  expect(await outcomeOf('DB_PASSWORD')).toEqual({ kind: 'absent' });
  expect(left()).toEqual(['DB_PASSWORD production']);
});

test('a project is known by its path too, and no names are no requests', async () => {
  expect(await remove([], { project: PROJECT })).toEqual([]);
  expect(gitlab.requests).toEqual([]);
  expect(await outcomeOf('DB_PASSWORD', { project: PROJECT })).toMatchObject({ kind: 'deleted' });
  expect(gitlab.requests[0]).toContain('/projects/group%2Fsub.group%2Fapp/');
});

test('a name is a name, not a path', async () => {
  const name = '../../99?x=';
  expect(await outcomeOf(name)).toEqual({ kind: 'absent' });
  expect(gitlab.requests).toEqual([`GET ${PATH}/..%2F..%2F99%3Fx%3D`]);
});

test('one of several environment scopes must be named', async () => {
  const refused = await problem({}, 'API_TOKEN');
  expect([refused.code, refused.remedy]).toEqual([
    'INPUT_INVALID',
    expect.stringContaining('--environment-scope'),
  ]);
  expect(await outcomeOf('API_TOKEN', { scope: 'review/*' })).toEqual({
    kind: 'other-value',
    scope: 'review/*',
  });
  expect(await outcomeOf('DB_PASSWORD', { scope: 'production' })).toEqual({ kind: 'absent' });
  expect(left()).toEqual(ALL);
  expect(await outcomeOf('API_TOKEN', { scope: 'production' })).toMatchObject({ kind: 'deleted' });
  expect(left()).toEqual(ALL.filter((line) => line !== 'API_TOKEN production'));
  expect(gitlab.requests.slice(1)).toEqual([
    `GET ${PATH}/API_TOKEN?filter%5Benvironment_scope%5D=review%2F*`,
    `GET ${PATH}/DB_PASSWORD?filter%5Benvironment_scope%5D=production`,
    `GET ${PATH}/API_TOKEN?filter%5Benvironment_scope%5D=production`,
    `DELETE ${PATH}/API_TOKEN?filter%5Benvironment_scope%5D=production`,
  ]);
});

test('the missing permission of the token is reported', async () => {
  const needs = /api scope and the Maintainer role/;
  const unknown = await problem({ token: new Secret('glpat-unknown') });
  expect([unknown.code, unknown.remedy]).toEqual(['ACCESS_DENIED', expect.stringMatching(needs)]);
  for (const [token, operation] of [
    [{ scopes: ['read_api'], levels: { [PROJECT]: 40 } }, 'delete'],
    [{ scopes: ['api'], levels: { [PROJECT]: 30 } }, 'read'],
  ] as const) {
    gitlab.tokens[TOKEN] = token;
    const { code, message, remedy } = await problem();
    expect([code, message]).toEqual([
      'ACCESS_DENIED',
      expect.stringContaining(`let this token ${operation} it`),
    ]);
    expect(remedy).toMatch(needs);
  }
  expect(left()).toEqual(ALL);
});

test('a project that the token cannot see is not reported as an absent variable', async () => {
  expect((await problem({ project: '43' })).code).toBe('ACCESS_DENIED');
  gitlab.tokens[TOKEN] = { scopes: ['api'], levels: {} };
  expect((await problem()).message).toContain('cannot see the project 42');
});

test.each(['GET', 'DELETE'] as const)('a rejection of %s is reported without its text', async (method) => {
  for (const [status, body, code] of [
    [
      400,
      '{"message":"There are multiple variables with provided parameters. server text"}',
      'INPUT_INVALID',
    ],
    [400, '{"message":"server text"}', 'VAULT_FAILED'],
    [404, '<html>server text</html>', 'ACCESS_DENIED'],
    [302, 'server text', 'REDIRECTED'],
    [429, 'server text', 'RATE_LIMITED'],
    [502, '<html>server text</html>', 'VAULT_FAILED'],
  ] as const) {
    gitlab.broken = { method, status, body, headers: { location: 'http://127.0.0.1:1/server text' } };
    expect([status, (await problem()).code]).toEqual([status, code]);
  }
});

const ANSWER = { key: 'DB_PASSWORD', value: VALUE, environment_scope: 'production', hidden: false };

test.each<[string, unknown]>([
  ['is not JSON', '<html>server text</html>'],
  ['is a list', [ANSWER]],
  ['has no value', { ...ANSWER, value: undefined }],
  ['has a number as its value', { ...ANSWER, value: 7 }],
  ['has no scope', { ...ANSWER, environment_scope: undefined }],
  ['has an empty scope', { ...ANSWER, environment_scope: '' }],
  ['is another variable', { ...ANSWER, key: 'OTHER' }],
  ['is of another scope than the one asked for', { ...ANSWER, environment_scope: 'staging' }],
])('an answer that %s deletes nothing', async (_what, answer) => {
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
  gitlab.broken = { method: 'GET', status: 200, body };
  expect((await problem({ scope: 'production' })).code).toBe('REPLY_MALFORMED');
  expect(gitlab.requests.filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

test('an unreachable or slow GitLab, or a cancellation, is reported', async () => {
  const late = new DOMException('too late', 'TimeoutError');
  expect((await problem({ signal: AbortSignal.abort() })).code).toBe('CANCELLED');
  expect((await problem({ signal: AbortSignal.abort(late) })).code).toBe('TIMED_OUT');
  await gitlab.close();
  expect((await problem()).code).toBe('VAULT_UNREACHABLE');
});

test('a deletion that is cut off is not said to have failed', async () => {
  const stop = new AbortController();
  gitlab.onRequest = (line) => {
    if (line.startsWith('DELETE')) stop.abort();
  };
  const { code, message } = await problem({ signal: stop.signal });
  expect([code, message]).toEqual(['CANCELLED', expect.stringContaining('may or may not have been deleted')]);
});
