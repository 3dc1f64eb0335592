import { describe, expect, test } from 'vitest';
import { basePath, readUrl } from '../../../../../src/core/vault/connection/url.js';
import { codesOf, problemsIn } from '../../../fakes.js';

describe('addresses that are accepted', () => {
  test.each([
    ['https://vault.example.com', 'https://vault.example.com', ''],
    ['https://vault.example.com/', 'https://vault.example.com', ''],
    ['https://vault.example.com/base/path//', 'https://vault.example.com', '/base/path'],
    ['HTTPS://VAULT.example.com:8443/x', 'https://vault.example.com:8443', '/x'],
    ['https://10.0.0.1', 'https://10.0.0.1', ''],
    ['http://localhost:8080/v', 'http://localhost:8080', '/v'],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1', ''],
    ['http://127.9.9.9', 'http://127.9.9.9', ''],
    ['http://[::1]:1', 'http://[::1]:1', ''],
  ])('%s', (text, origin, path) => {
    const url = readUrl(text);
    expect([url.origin, basePath(url)]).toEqual([origin, path]);
  });
});

describe('addresses that are rejected', () => {
  test.each([
    'vault.example.com',
    'vault',
    'ftp://vault.example.com',
    'https://',
    'not an address',
    'http://vault.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://128.0.0.1',
    'http://0.0.0.0',
    'https://vault.example.com/?a=b',
    'https://vault.example.com/#a',
    'https://user@vault.example.com',
    'https://:pw@vault.example.com',
  ])('%s', (text) => {
    expect(codesOf(problemsIn(() => readUrl(text)))).toEqual(['INPUT_INVALID']);
  });

  test.each([
    'vault.example.com',
    'vault.example.com:8443/base',
    'http://vault.example.com/x',
    'https://v.example/?a=b',
  ])('the remedy for %s is an address that is accepted', (text) => {
    const [problem] = problemsIn(() => readUrl(text));
    const line = problem?.remedy.replace(/^url: /, '') ?? '';
    expect(problemsIn(() => readUrl(line))).toEqual([]);
  });
});

describe('a password in the address', () => {
  test.each([
    'https://user:hunter2@vault.example.com',
    'http://user:hunter2@vault.example.com',
    'https://user:hunter2@vault.example.com?x=1',
    'https://user:hunter2@',
    'ftp://user:hunter2@vault.example.com',
    'https:/user:hunter2@vault.example.com',
    'https:\\\\user:hunter2@vault.example.com',
    'user:hunter2@vault.example.com',
    '//user:hunter2@vault.example.com',
    'https://user:hun/hunter2@vault.example.com',
    'ftp://user:hun/hunter2@vault.example.com',
    'https://user:hunter2@vault example.com',
  ])('of %s is not repeated', (text) => {
    const [problem] = problemsIn(() => readUrl(text));
    expect(problem?.code).toBe('INPUT_INVALID');
    expect(`${problem?.message} ${problem?.remedy}`).not.toContain('hunter2');
  });
});
