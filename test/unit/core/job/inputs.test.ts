import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { INPUT_DEFAULTS, type InputName, type RawInputs } from '../../../../src/core/input-names.js';
import { type Inputs, readInputs } from '../../../../src/core/job/inputs.js';
import type { EnvironmentInputs } from '../../../../src/core/job/read-input.js';
import { clientIdOf, secretsOf } from '../../../../src/core/vault/auth/auth-settings.js';
import { codesOf, problemsIn } from '../../fakes.js';

const GOOD = {
  ...INPUT_DEFAULTS,
  url: 'https://vault.example.com',
  'client-id': 'id',
  'client-secret': 'hunter2-hunter2',
  secrets: '*',
};

const read = (given: Partial<RawInputs> = {}, fallbacks: EnvironmentInputs = {}): Inputs =>
  readInputs({ ...GOOD, ...given }, fallbacks);
const problems = (given: Partial<RawInputs>, fallbacks: EnvironmentInputs = {}) =>
  problemsIn(() => read(given, fallbacks));

describe('action.yml', () => {
  const action = parse(readFileSync(resolve(import.meta.dirname, '../../../../action.yml'), 'utf8')) as {
    inputs: Record<string, { description?: string; default?: string; required?: boolean }>;
    runs: { using: string };
  };

  test('has the same inputs in the same order with the same defaults', () => {
    const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']);
    expect(defaults).toEqual(Object.entries(INPUT_DEFAULTS));
  });

  test('describes every input', () => {
    for (const { description } of Object.values(action.inputs)) expect(description).toMatch(/^\S.{10,}\.$/s);
  });

  test('requires none, since the environment may give them', () => {
    expect(Object.values(action.inputs).filter(({ required }) => required)).toEqual([]);
    expect(action.runs.using).toBe('node24');
  });
});

describe('defaults', () => {
  test('are those of the contract', () => {
    expect(read()).toMatchObject({
      login: { application: undefined },
      connection: { tlsVerify: true },
      exportEnv: false,
      endpoints: { dsm: 'auto', pam: 'auto' },
      limits: { timeoutMs: 30_000, deadlineMs: 120_000, retries: 4 },
      custody: { waitMs: 0, release: true, releaseFailure: 'warn' },
      masking: { minLength: 4, metadata: false },
      summary: true,
    });
  });

  test('apply if an input is set to nothing', () => {
    const empty = Object.fromEntries(Object.keys(INPUT_DEFAULTS).map((name) => [name, '']));
    const inputs = readInputs(
      { ...(empty as RawInputs), secrets: '*' },
      { url: ' https://v.example \n', clientId: ' id ', clientSecret: ' pw\n' },
    );
    expect(inputs).toMatchObject({
      login: { auth: { method: 'client-secret', clientId: 'id' } },
      limits: { timeoutMs: 30_000 },
      masking: { minLength: 4 },
      summary: true,
    });
    expect(secretsOf(inputs.login.auth).map((each) => each.reveal())).toEqual(['pw']);
    expect(inputs.connection.url.href).toBe('https://v.example/');
  });

  test('an input wins over the environment', () => {
    const { login } = read({}, { url: 'https://other.example', clientId: 'other' });
    expect(clientIdOf(login.auth)).toBe('id');
  });
});

describe('everything that is wrong', () => {
  test('is reported at once, each problem naming its input', () => {
    const found = problems({
      url: '',
      'client-id': '',
      'client-secret': '',
      application: 'a',
      secrets: '"open\na/b > 1X',
      credentials: '94',
      'export-env': 'yes',
      'dsm-endpoint': 'v2',
      timeout: '0',
      retries: 'many',
      'release-failure': 'ignore',
    });
    const told = found.map(({ message }) => message).join('\n');
    for (const name of ['url', 'client-id', 'client-secret', 'system', 'secrets', 'credentials']) {
      expect(told).toContain(`"${name}"`);
    }
    for (const name of ['export-env', 'dsm-endpoint', 'timeout', 'retries', 'release-failure']) {
      expect(told).toContain(`"${name}"`);
    }
    expect(found).toHaveLength(12);
  });

  test('a missing input names the environment variable that can give it', () => {
    expect(problems({ 'client-id': '' })[0]?.remedy).toContain('SENHASEGURA_CLIENT_ID');
    expect(codesOf(problems({ url: '', 'client-id': '' }))).toEqual(['INPUT_MISSING', 'INPUT_MISSING']);
  });

  test('names that collide or are reserved are reported with it', () => {
    expect(codesOf(problems({ secrets: 'a/x > N\nb/x > n\na/x > env:PATH', timeout: 'x' })).sort()).toEqual([
      'INPUT_INVALID',
      'NAME_COLLISION',
      'NAME_RESERVED',
    ]);
  });

  test('the client secret is never in a problem', () => {
    const told = problems({ url: 'x', application: 'a', timeout: '-1' }).map(
      (each) => each.message + each.remedy,
    );
    expect(told.join()).not.toContain('hunter2');
  });
});

describe('requesting nothing', () => {
  test.each(['', '\n  \n', '# only a comment'])('%j has the remedy of asking for all', (secrets) => {
    const found = problems({ secrets });
    expect(codesOf(found)).toEqual(['INPUT_MISSING']);
    expect(found[0]?.remedy).toBe('secrets: "*"');
    expect(problems(parse(found[0]?.remedy ?? '') as Partial<RawInputs>)).toEqual([]);
  });

  test('for an invalid line only that line is reported', () => {
    expect(codesOf(problems({ secrets: 'a/b >' }))).toEqual(['REQUEST_INVALID']);
  });
});

describe('booleans, numbers and choices', () => {
  test.each(['true', 'True', 'TRUE'])('%s is true', (value) => {
    expect(read({ 'export-env': value }).exportEnv).toBe(true);
  });

  test.each(['yes', '1', 'on', 'truee', ' '])('%j is not a boolean', (value) => {
    expect(codesOf(problems({ 'export-env': value }))).toEqual(['INPUT_INVALID']);
  });

  test.each<[InputName, string]>([
    ['timeout', '0'],
    ['timeout', '3601'],
    ['deadline', '0'],
    ['deadline', '21601'],
    ['retries', '-1'],
    ['retries', '21'],
    ['retries', '1.5'],
    ['retries', '1e1'],
    ['retries', '0x2'],
    ['custody-wait', '-5'],
    ['custody-wait', '٣'],
    ['min-mask-length', '0'],
    ['min-mask-length', '1001'],
    ['timeout', '30s'],
    ['timeout', 'Infinity'],
    ['timeout', '99999999999999999999'],
    ['dsm-endpoint', 'coe'],
    ['pam-endpoint', 'sctm'],
    ['release-failure', 'error'],
  ])('%s: %s is rejected', (name, value) => {
    expect(codesOf(problems({ [name]: value }))).toEqual(['INPUT_INVALID']);
  });

  test('the ends of a range are valid', () => {
    expect(read({ retries: '0', timeout: '3600', deadline: '21600', 'min-mask-length': '1' })).toMatchObject({
      limits: { retries: 0, timeoutMs: 3_600_000, deadlineMs: 21_600_000 },
      masking: { minLength: 1 },
    });
  });
});

describe('inputs that belong together', () => {
  const names = ['application', 'system', 'environment'] as const;

  test('all three select an application', () => {
    const triple = { application: 'billing', system: 'payments', environment: 'production' };
    expect(read(triple).login.application).toEqual(triple);
  });

  test.each(names)('only %s is rejected, with the names of the other two', (name) => {
    const [problem] = problems({ [name]: 'x' });
    expect(problem?.code).toBe('INPUT_INVALID');
    const told = problem?.message.split('but')[1];
    for (const other of names) expect(told?.includes(`"${other}"`)).toBe(other !== name);
  });

  test('a wait for custody beyond the deadline is rejected, and one up to it is accepted', () => {
    expect(codesOf(problems({ 'custody-wait': '121' }))).toEqual(['INPUT_INVALID']);
    expect(read({ 'custody-wait': '120' }).custody.waitMs).toBe(120_000);
  });

  test.each(['121', '3000', '21600'])(
    'the remedy for a wait of %s s is a deadline that is accepted',
    (wait) => {
      const [problem] = problems({ 'custody-wait': wait });
      const fixed = parse(problem?.remedy ?? '') as Partial<RawInputs>;
      expect(problems({ 'custody-wait': wait, ...fixed })).toEqual([]);
    },
  );
});

describe('an empty client secret', () => {
  test('on a fork says that forks get no secrets', () => {
    const found = problems(
      { 'client-secret': '' },
      { untrusted: 'this pull request comes from the fork eve/app' },
    );
    expect(codesOf(found)).toEqual(['FORK_WITHOUT_SECRETS']);
    expect(found[0]?.message).toContain('eve/app');
  });

  test('elsewhere is a missing input', () => {
    expect(codesOf(problems({ 'client-secret': '' }))).toEqual(['INPUT_MISSING']);
  });

  test('is not reported on a fork that has one', () => {
    expect(problems({}, { untrusted: 'a fork' })).toEqual([]);
  });
});
