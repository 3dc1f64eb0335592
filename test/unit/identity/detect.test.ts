import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.js';
import { IDENTITY_PROVIDERS } from '../../../src/core/vault/auth/auth-settings.js';
import { chooseProvider } from '../../../src/identity/detect.js';
import type { Environment } from '../../../src/identity/provider.js';
import { problemsIn } from '../fakes.js';

const chosen = (
  provider: Parameters<typeof chooseProvider>[0]['provider'],
  token = '',
  environment: Environment = {},
) => chooseProvider({ provider, token: new Secret(token) }, environment).name;

describe('auto', () => {
  test.each([
    [{ GITHUB_ACTIONS: 'true' }, 'github'],
    [{ TF_BUILD: 'True' }, 'azure-devops'],
    [{ GITLAB_CI: 'true' }, 'gitlab'],
    [{ CIRCLECI: 'true' }, 'circleci'],
    [{ BITBUCKET_BUILD_NUMBER: '7' }, 'bitbucket'],
    [{ BUILDKITE: 'true' }, 'buildkite'],
    [{ SEGURA_ID_TOKEN: 'x' }, 'env'],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/x' }, 'file'],
    [{ AZURE_FEDERATED_TOKEN_FILE: '/x' }, 'file'],
    [{ GCE_METADATA_HOST: '127.0.0.1' }, 'gcp'],
  ])('%j is %s', (environment, name) => {
    expect(chosen('auto', '', environment)).toBe(name);
  });

  test('a CI system goes before what its machine has', () => {
    expect(chosen('auto', '', { AWS_WEB_IDENTITY_TOKEN_FILE: '/x', GITHUB_ACTIONS: 'true' })).toBe('github');
    expect(chosen('auto', '', { GITHUB_ACTIONS: 'false', BUILDKITE: 'true' })).toBe('buildkite');
  });

  test('the text of "oidc-token" is the token itself', () => {
    expect(chosen('auto', 'a.b.c', { GITHUB_ACTIONS: 'true' })).toBe('given');
  });

  test('without any sign, the error lists what was looked for and what each system needs', () => {
    const [problem] = problemsIn(() => chosen('auto'));
    expect(problem?.code).toBe('IDENTITY_UNAVAILABLE');
    for (const variable of [
      'GITHUB_ACTIONS',
      'TF_BUILD',
      'GITLAB_CI',
      'CIRCLECI',
      'BUILDKITE',
      'SEGURA_ID_TOKEN',
    ])
      expect(problem?.message).toContain(variable);
    for (const setting of ['"oidc-provider"', 'id-token: write', 'id_tokens:', 'oidc: true'])
      expect(problem?.remedy).toContain(setting);
  });
});

test.each(IDENTITY_PROVIDERS.filter((name) => name !== 'auto'))(
  '%s can be named, and then nothing is looked for',
  (name) => {
    expect(chosen(name)).toBe(name);
  },
);

test('gitlab takes the name of a variable, or the token itself', () => {
  expect([chosen('gitlab', 'MINE'), chosen('gitlab', 'a.b.c')]).toEqual(['gitlab', 'given']);
});

test('a token together with a provider that issues one is rejected, and is not shown', () => {
  const [problem] = problemsIn(() => chosen('github', 'hunter2'));
  expect(problem?.code).toBe('INPUT_INVALID');
  expect(`${problem?.message}${problem?.remedy}`).not.toContain('hunter2');
});
