import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SeguraError } from '../../../src/core/errors.js';
import type { Transport } from '../../../src/core/ports.js';
import { Secret } from '../../../src/core/secret.js';
import { openTransport } from '../../../src/http/transport.js';
import { type DeleteVariables, deleteVariables } from '../../../src/platform/gitlab-variables.js';
import { type GitLabApi, startGitLab } from '../../support/gitlab-api.js';
import { LEDGER_DATA } from '../fakes.js';

const TOKEN = 'glpat-0123456789abcdefghij';
const PROJECT = 'group/sub.group/app';

let gitlab: GitLabApi;
let transport: Transport;

beforeEach(async () => {
  gitlab = await startGitLab();
  gitlab.projects[PROJECT] = {
    id: 42,
    variables: [
      { key: 'DB_PASSWORD', scope: '*' },
      { key: 'API_TOKEN', scope: 'production' },
      { key: 'API_TOKEN', scope: 'review/*' },
      { key: 'KEPT', scope: '*' },
    ],
  };
  gitlab.tokens[TOKEN] = { scopes: ['api'], levels: { [PROJECT]: 40 } };
  transport = await openTransport(
    { ...LEDGER_DATA.connection, url: gitlab.url },
    () => import('../../../src/http/undici.js'),
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
    names,
    signal: AbortSignal.timeout(10_000),
    ...more,
  });

async function problem(more: Partial<DeleteVariables> = {}): Promise<SeguraError> {
  const [first] = await remove(['DB_PASSWORD'], more);
  if (first === undefined || typeof first.result === 'string')
    throw new Error(`no problem: ${first?.result}`);
  expect(first.result.message).toContain('DB_PASSWORD');
  expect(`${first.result.message}${first.result.remedy}`).not.toMatch(/glpat|server text/);
  return first.result;
}

const left = (): string[] =>
  (gitlab.projects[PROJECT]?.variables ?? []).map(({ key, scope }) => `${key} ${scope}`);

test('each variable is deleted or said to be absent, in the order asked', async () => {
  expect(await remove(['DB_PASSWORD', 'NONE', 'DB_PASSWORD'])).toEqual([
    { name: 'DB_PASSWORD', result: 'deleted' },
    { name: 'NONE', result: 'absent' },
    { name: 'DB_PASSWORD', result: 'absent' },
  ]);
  expect(left()).toEqual(['API_TOKEN production', 'API_TOKEN review/*', 'KEPT *']);
  expect(gitlab.requests[0]).toBe('DELETE /api/v4/projects/42/variables/DB_PASSWORD');
});

test('a project is known by its path too, and no names are no requests', async () => {
  expect(await remove([], { project: PROJECT })).toEqual([]);
  expect(gitlab.requests).toEqual([]);
  expect(await remove(['KEPT'], { project: PROJECT })).toEqual([{ name: 'KEPT', result: 'deleted' }]);
  expect(gitlab.requests[0]).toContain('/projects/group%2Fsub.group%2Fapp/');
});

test('a name is a name, not a path', async () => {
  const [first] = await remove(['../../99?x=', 'KEPT']);
  expect(first?.result).not.toBe('deleted');
  expect(gitlab.requests[0]).toContain('/projects/42/variables/..%2F..%2F99%3Fx%3D');
});

test('one of several environment scopes is named, or asked for', async () => {
  const [refused] = await remove(['API_TOKEN']);
  expect(refused?.result).toMatchObject({
    code: 'INPUT_INVALID',
    remedy: expect.stringContaining('--environment-scope'),
  });
  expect(await remove(['API_TOKEN'], { scope: 'review/*' })).toEqual([
    { name: 'API_TOKEN', result: 'deleted' },
  ]);
  expect(await remove(['KEPT'], { scope: 'production' })).toEqual([{ name: 'KEPT', result: 'absent' }]);
  expect(left()).toEqual(['DB_PASSWORD *', 'API_TOKEN production', 'KEPT *']);
});

test('what the token lacks is said', async () => {
  const needs = /api scope and the Maintainer role/;
  const unknown = await problem({ token: new Secret('glpat-unknown') });
  expect([unknown.code, unknown.remedy]).toEqual(['ACCESS_DENIED', expect.stringMatching(needs)]);
  for (const token of [
    { scopes: ['read_api'], levels: { [PROJECT]: 40 } },
    { scopes: ['api'], levels: { [PROJECT]: 30 } },
  ]) {
    gitlab.tokens[TOKEN] = token;
    expect(await problem()).toMatchObject({
      code: 'ACCESS_DENIED',
      remedy: expect.stringMatching(needs),
    });
  }
  expect(left()).toHaveLength(4);
});

test('a project that the token cannot see is no absent variable', async () => {
  expect((await problem({ project: '43' })).code).toBe('ACCESS_DENIED');
  gitlab.tokens[TOKEN] = { scopes: ['api'], levels: {} };
  expect((await problem()).message).toContain('no project 42');
});

test.each([
  [400, '{"message":"There are multiple variables with provided parameters. server text"}', 'INPUT_INVALID'],
  [400, '{"message":"server text"}', 'VAULT_FAILED'],
  [404, '<html>server text</html>', 'ACCESS_DENIED'],
  [302, 'server text', 'REDIRECTED'],
  [429, 'server text', 'RATE_LIMITED'],
  [502, '<html>server text</html>', 'VAULT_FAILED'],
])('an answer of %i %s is %s, without its text', async (status, body, code) => {
  gitlab.broken = { status, body, headers: { location: 'http://127.0.0.1:1/server text' } };
  expect((await problem()).code).toBe(code);
});

test('a GitLab that is away, or too late, or no longer wanted, is said', async () => {
  const late = new DOMException('too late', 'TimeoutError');
  expect((await problem({ signal: AbortSignal.abort() })).code).toBe('CANCELLED');
  expect((await problem({ signal: AbortSignal.abort(late) })).code).toBe('TIMED_OUT');
  await gitlab.close();
  expect((await problem()).code).toBe('VAULT_UNREACHABLE');
});
