import { describe, expect, test } from 'vitest';
import { type CredentialWish, planCredential } from '../../../../src/core/changes/credential-plan.js';
import { Secret } from '../../../../src/core/secret.js';
import type { ListedItem } from '../../../../src/core/vault/items/credential-list.js';

const ROOT: ListedItem = {
  id: '95',
  identifier: 'web-01-root',
  username: 'root',
  hostname: 'web-01',
  ip: '10.0.0.12',
  type: 'Domain User',
  expires: undefined,
  changed: undefined,
  viewed: undefined,
  changesAutomatically: undefined,
};
const OTHER: ListedItem = { ...ROOT, id: '94', identifier: 'taken', username: 'deploy' };

const plan = (name: string, wish: CredentialWish, before?: ListedItem) =>
  planCredential(name, before, wish, [ROOT, OTHER]);

describe('a planned update of a credential', () => {
  test('sends what names the credential, its type, and else only what is given', () => {
    const password = new Secret('new');
    expect(plan('95', { password }, ROOT)).toMatchObject({
      kind: 'update',
      changes: ['content'],
      form: {
        identifier: 'web-01-root',
        username: 'root',
        hostname: 'web-01',
        ip: '10.0.0.12',
        content: password,
        credential_type: 'Domain User',
      },
    });
    expect(Object.keys(plan('95', { username: 'admin' }, ROOT).form)).not.toContain('content');
  });

  test('is none where nothing is given that differs from the list', () => {
    expect(plan('95', { username: 'root', hostname: 'web-01', type: 'Domain User' }, ROOT).kind).toBe(
      'nothing',
    );
  });

  test.each<[CredentialWish, string]>([
    [{ hostname: 'other' }, 'Leave --hostname out'],
    [{ ip: '10.0.0.99' }, 'Leave --ip out'],
    [{ identifier: 'taken' }, 'Choose another identifier'],
    [{ identifier: 'a/b' }, 'Use letters, digits'],
    [{ identifier: 'fresh', username: 'admin' }, 'Then change the user name'],
  ])('is rejected where the vault would change something else: %j', (wish, remedy) => {
    expect(() => plan('95', wish, ROOT)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining(remedy) }),
    );
  });
});

test('the remedy names the credential, not a word in its place', () => {
  expect(() => plan('95', { identifier: 'fresh', username: 'admin' }, ROOT)).toThrow(
    expect.objectContaining({
      remedy: expect.stringMatching(/: segura-secrets credential put 95 --identifier NAME$/),
    }),
  );
});

test('the host name of a new credential is what follows the last @', () => {
  const { form } = plan('svc@corp.example@web-02', { ip: '10.0.0.9' });
  expect(form).toMatchObject({ username: 'svc@corp.example', hostname: 'web-02' });
});

describe('a planned new credential', () => {
  test('takes user and host from its name, else the name is the identifier', () => {
    expect(plan('new@web-01', { ip: '10.0.0.12' }).form).toMatchObject({
      username: 'new',
      hostname: 'web-01',
    });
    const wish = { username: '', hostname: 'web-01', ip: '10.0.0.12' };
    expect(plan('fresh', wish).form).toMatchObject({ identifier: 'fresh', username: '' });
  });

  test.each<[string, CredentialWish, string]>([
    ['4711', { ip: '10.0.0.12' }, 'put USER@HOST --ip ADDRESS'],
    ['new@web-09', {}, 'credential put new@web-09 --ip ADDRESS'],
    ['fresh', {}, '--username USER --hostname HOST --ip ADDRESS'],
    ['fresh', { ip: '10.0.0.12' }, '--username USER --hostname HOST --ip 10.0.0.12'],
    ['@web-01', { ip: '10.0.0.12' }, 'credential put @web-01 --username USER --ip 10.0.0.12'],
    ['new@', { ip: '-1' }, 'credential put new@ --hostname HOST --ip=-1'],
    ['fresh', { username: 'root', hostname: 'web-01', ip: '10.0.0.12' }, 'credential put 95'],
  ])(
    'is rejected where something is missing, or the vault would change another one: %s %j',
    (name, wish, remedy) => {
      expect(() => plan(name, wish)).toThrow(
        expect.objectContaining({ remedy: expect.stringContaining(remedy) }),
      );
    },
  );
});
