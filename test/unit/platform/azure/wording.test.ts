import { expect, test } from 'vitest';
import { SeguraError } from '../../../../src/core/errors.js';
import { asShown, nodeRefusal } from '../../../../src/platform/azure/messages.js';
import { inAzurePlaces, inAzureWords, taskName } from '../../../../src/platform/azure/wording.js';

const localize = (key: string, ...parts: readonly string[]): string => [key, ...parts].join(' ');

test('names inputs as the task does', () => {
  expect(taskName('client-secret')).toBe('clientSecret');
  expect(taskName('min-mask-length')).toBe('minMaskLength');
  expect(taskName('url')).toBe('url');
});

test.each([
  ['Input "ca-certificate" is damaged.', 'Input "caCertificate" is damaged.'],
  ['pam-endpoint: auto', 'pamEndpoint: auto'],
  ['tls-verify is false: anybody', 'tlsVerify is false: anybody'],
  ['Set custody-wait: "60" to wait', 'Set custodyWait: "60" to wait'],
  [
    'Check "client-id" and "client-secret", and that it allows this runner.',
    'Check "clientId" and "clientSecret", and that it allows this agent.',
  ],
  ['The value of client-secret/x is short', 'The value of client-secret/x is short'],
  ['Make it in a step before: run: mkdir -p "x"', 'Make it in a step before: script: mkdir -p "x"'],
  [
    'The value of a/b is shorter than 4 characters and is not masked: it can show in logs. Use',
    'The value of a/b is shorter than 4 characters and gets no mask of the task: where it is in no secret variable, it can show in logs. Use',
  ],
])('says %s as %s', (text, expected) => {
  expect(inAzureWords(text)).toBe(expected);
});

test.each([
  [
    'A: ready, from a/b, as output and environment; version 2',
    'A: ready, from a/b, as secret variable; version 2',
  ],
  ['A: ready, from a/b, as environment', 'A: ready, from a/b, as secret variable'],
  ['A: ready, from a/b, as output', 'A: ready, from a/b, as secret output variable'],
  [
    'A: ready, from a/b, as private file, path as output and environment',
    'A: ready, from a/b, as private file, path as variable',
  ],
  ['f: ready, from a/b, as file', 'f: ready, from a/b, as file'],
  ['A: ready, from as output/b, as environment', 'A: ready, from as output/b, as secret variable'],
  [
    'A: ready, from a/b, as private file, path as environment',
    'A: ready, from a/b, as private file, path as variable',
  ],
  [
    'A: ready, from a/b, as private file, path as output',
    'A: ready, from a/b, as private file, path as output variable',
  ],
  ['k: ready, from a/b, as environment', 'k: ready, from a/b, as variable'],
  ['K: ready, from a/b, as output', 'K: ready, from a/b, as output variable'],
  ['K: ready, from a/b, as file', 'K: ready, from a/b, as file'],
])('tells %s as %s', (line, expected) => {
  expect(inAzurePlaces(line, new Set(['K']))).toBe(expected);
});

test("leaves the user's own text in a problem about requests and names as it is", () => {
  const problem = new SeguraError('NAME_INVALID', 'asks for the name "client-id", which', 'Use client_id');
  expect(asShown(problem, localize)).toEqual({
    message: 'asks for the name "client-id", which',
    remedy: 'Use client_id',
  });
});

test.each([
  'SECRET_NOT_FOUND',
  'FIELD_NULL',
  'CREDENTIAL_NOT_FOUND',
  'FILE_REFUSED',
  'VALUE_BROKEN',
] as const)("leaves the user's own text in %s as it is", (code) => {
  const text = 'the vault shows no secret "client-id" to this runner';
  expect(asShown(new SeguraError(code, text, `Did you mean ${text}?`), localize)).toEqual({
    message: text,
    remedy: `Did you mean ${text}?`,
  });
});

test.each([
  [
    'FILE_REFUSED',
    'Make it in a step before: run: mkdir -p "the runner"',
    'Make it in a step before: script: mkdir -p "the runner"',
  ],
  ['FIELD_NULL', 'Check it, and try another "pam-endpoint".', 'Check it, and try another "pamEndpoint".'],
  [
    'CREDENTIAL_NOT_FOUND',
    'Ask for its number, or set pam-endpoint: auto.',
    'Ask for its number, or set pamEndpoint: auto.',
  ],
  ['TLS_UNTRUSTED', 'Give the CA as "ca-certificate".', 'Give the CA as "caCertificate".'],
] as const)("says the core's own sentence as the task does in %s", (code, remedy, expected) => {
  expect(asShown(new SeguraError(code, 'x', remedy), localize).remedy).toBe(expected);
});

test('refuses a Node that is older than 20', () => {
  expect(nodeRefusal('16.20.2', localize)?.message).toBe('NodeTooOld 16.20.2');
  expect(nodeRefusal('20.0.0', localize)).toBeUndefined();
  expect(nodeRefusal('24.10.0', localize)).toBeUndefined();
});
