import { describe, expect, test } from 'vitest';
import { problemsOf, type SeguraError } from '../../../../../src/core/errors.js';
import { INPUT_DEFAULTS, type RawInputs } from '../../../../../src/core/input-names.js';
import { readInputs } from '../../../../../src/core/job/inputs.js';
import { readerOfLogin } from '../../../../../src/core/job/login/login-inputs.js';

type Given = Partial<RawInputs>;

const ID = { 'client-id': 'ci' };
const OAUTH1 = { 'consumer-key': 'a', 'consumer-secret': 'b', 'token-key': 'c', 'token-secret': 'd' };
/** What each way reads that no other does. */
const OWN: Readonly<Record<string, Given>> = {
  'client-secret': { 'client-secret': 'secret-of-the-client' },
  oidc: { 'oidc-audience': 'https://vault.example.com' },
  oauth1: OAUTH1,
  'access-token': { 'access-token': 'token-0123456789' },
};
const METHODS = Object.keys(OWN);

async function problemsWith(given: Given): Promise<readonly SeguraError[]> {
  const url = given['vault-url'] === undefined ? { url: 'https://vault.example.com' } : {};
  const raw: RawInputs = { ...INPUT_DEFAULTS, ...url, secrets: 'a/b > B', ...given };
  const login = await readerOfLogin(raw);
  try {
    readInputs(raw, {}, undefined, undefined, { login });
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

const without = (given: Given, names: readonly string[]): Given =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
const namesIn = (text: string): string[] =>
  [...text.matchAll(/"([a-z0-9-]+)"/g)].map(([, name = '']) => name);
/** The settings that a remedy writes, as YAML. */
const settingsIn = (remedy: string): Given =>
  Object.fromEntries(
    [...remedy.matchAll(/\b([a-z0-9-]+): "?([^\s",]+?)"?(?=[\s,.]|$)/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );

const pairs = METHODS.flatMap((one) =>
  METHODS.filter((other) => other !== one).map((other) => [one, other] as const),
);

describe('inputs of two ways to log in', () => {
  test.each(pairs)('of %s and %s: each way out that the error names is accepted', async (one, other) => {
    const both = { ...ID, ...OWN[one], ...OWN[other] };
    const [problem, ...more] = await problemsWith(both);
    expect([problem?.code, more.map(({ message }) => message)]).toEqual(['INPUT_INVALID', []]);
    const named = namesIn(problem?.message ?? '');
    expect(named.sort()).toEqual([...Object.keys({ ...OWN[one], ...OWN[other] })].sort());
    expect(problem?.remedy).toMatch(/^Leave one of them out, or set auth-method: /);
    for (const left of [one, other])
      expect(await problemsWith(without(both, Object.keys(OWN[left] ?? {})))).toEqual([]);
    const set = settingsIn(problem?.remedy ?? '');
    const unwanted = METHODS.filter((method) => method !== set['auth-method']);
    const names = unwanted.flatMap((method) => Object.keys(OWN[method] ?? {}));
    expect(await problemsWith({ ...without(both, names), ...set })).toEqual([]);
  });

  test.each(pairs)('of which auth-method says %s and an input %s', async (one, other) => {
    const both = { ...ID, ...OWN[one], ...OWN[other], 'auth-method': one };
    const [problem, ...more] = await problemsWith(both);
    expect([problem?.code, more]).toEqual(['INPUT_INVALID', []]);
    expect(problem?.message).toContain(`auth-method ${one}`);
    expect(await problemsWith(without(both, Object.keys(OWN[other] ?? {})))).toEqual([]);
    const set = settingsIn(problem?.remedy ?? '');
    expect(set).toEqual({ 'auth-method': other });
    expect(await problemsWith({ ...without(both, Object.keys(OWN[one] ?? {})), ...set })).toEqual([]);
  });
});

describe('an input that the way has no use for', () => {
  test.each(
    ['oauth1', 'access-token'].flatMap((method) =>
      (['tenant', 'token-endpoint'] as const).map((name) => [method, name] as const),
    ),
  )('%s: %s is accepted when it is left out', async (method, name) => {
    const given = { ...OWN[method], [name]: name === 'token-endpoint' ? '/token' : 'acme' };
    const [problem, ...more] = await problemsWith(given);
    expect([problem?.remedy, more]).toEqual([`Leave "${name}" out.`, []]);
    expect(await problemsWith(without(given, [name]))).toEqual([]);
  });

  test('url and vault-url', async () => {
    const given = {
      ...ID,
      ...OWN['client-secret'],
      url: 'https://a.example',
      'vault-url': 'https://b.example',
    };
    const [problem, ...more] = await problemsWith(given);
    expect([problem?.remedy, more]).toEqual(['Leave "vault-url" out.', []]);
    expect(await problemsWith({ ...given, 'vault-url': '' })).toEqual([]);
  });
});

describe('an input with a value that it cannot have', () => {
  test.each<[string, Given]>([
    ['auth-method', { 'auth-method': 'oauth2' }],
    ['oidc-provider', { 'oidc-provider': 'jenkins' }],
    ['oidc-exchange', { 'oidc-exchange': 'saml' }],
    ['token-endpoint', { ...OWN['client-secret'], 'token-endpoint': 'sts.example.com/token' }],
    ['token-endpoint', { ...OWN['client-secret'], 'token-endpoint': 'http://sts.example.com/token' }],
    ['token-endpoint', { ...OWN['client-secret'], 'token-endpoint': '/token?a=b' }],
    ['oidc-token', { 'oidc-provider': 'env' }],
  ])('%s: a value of the remedy is accepted (%#)', async (name, given) => {
    const problems = await problemsWith({ ...ID, ...given });
    const problem = problems.find(({ message }) => message.includes(name));
    expect(problem, problems.map(({ message }) => message).join()).toBeDefined();
    const values = [
      ...(problem?.remedy ?? '').matchAll(new RegExp(`${name}: "?([^\\s",]+?)"?(?=[\\s,.]|$)`, 'g')),
    ];
    expect(values.length, problem?.remedy).toBeGreaterThan(0);
    for (const [, value = ''] of values) {
      const left = await problemsWith({ ...ID, ...given, [name]: value });
      expect(left.filter(({ message }) => message.includes(name)).map(({ message }) => message)).toEqual([]);
    }
  });
});
