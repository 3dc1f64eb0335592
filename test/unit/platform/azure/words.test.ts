import { expect, test } from 'vitest';
import { SeguraError } from '../../../../src/core/errors.js';
import {
  bare,
  option,
  placeText,
  render,
  say,
  settings,
  subject,
  type Text,
  word,
} from '../../../../src/core/text.js';
import { asShown, nodeProblem } from '../../../../src/platform/azure/messages.js';
import { azureWords } from '../../../../src/platform/azure/words.js';

const localize = (key: string, ...parts: readonly string[]): string => [key, ...parts].join(' ');

test.each<[Text, string]>([
  [say`${subject('caCertificate')} is damaged.`, 'Input "caCertificate" is damaged.'],
  [settings('whole', { key: 'pamEndpoint', value: 'auto', isBare: true }), 'pamEndpoint: auto'],
  [say`${bare('tlsVerify')} is false: anyone`, 'tlsVerify is false: anyone'],
  [say`${settings('Set', { key: 'custodyWait', value: '60' })} to wait`, 'Set custodyWait: "60" to wait'],
  [
    say`Check ${option.clientId} and ${option.clientSecret}, and that it allows ${word('this runner')}.`,
    'Check "clientId" and "clientSecret", and that it allows this agent.',
  ],
  [say`Add ${word('the runner')}'s address`, "Add the agent's address"],
  ['The value of client-secret/x is short', 'The value of client-secret/x is short'],
  [
    say`${word('Create it in an earlier step: run:')} mkdir -p "the runner"`,
    'Create it in an earlier step: script: mkdir -p "the runner"',
  ],
  [say`try another ${option.pamEndpoint}.`, 'try another "pamEndpoint".'],
  [
    say`cannot be read by name at ${settings('value', { key: 'pamEndpoint', value: 'coe' })}.`,
    'cannot be read by name at pamEndpoint "coe".',
  ],
  [
    say`Ask for its number, or ${settings('set', { key: 'pamEndpoint', value: 'auto', isBare: true })}.`,
    'Ask for its number, or set pamEndpoint: auto.',
  ],
  [
    say`a/b is shorter than 4 characters and ${word('is not masked: it can show in logs')}. Use`,
    'a/b is shorter than 4 characters and gets no mask from the task: outside secret variables, it can show in logs. Use',
  ],
])('says %j as %s', (text, expected) => {
  expect(render(text, azureWords())).toBe(expected);
});

test.each([
  [{ name: 'A', kind: 'name', content: 'value', env: true, output: true }, 'secret variable'],
  [{ name: 'A', kind: 'name', content: 'value', env: true, output: false }, 'secret variable'],
  [{ name: 'A', kind: 'name', content: 'value', env: false, output: true }, 'secret output variable'],
  [{ name: 'A', kind: 'name', content: 'path', env: true, output: true }, 'private file, path as variable'],
  [{ name: 'A', kind: 'name', content: 'path', env: true, output: false }, 'private file, path as variable'],
  [
    { name: 'A', kind: 'name', content: 'path', env: false, output: true },
    'private file, path as output variable',
  ],
  [{ name: 'f', kind: 'file', content: 'value', env: false, output: false }, 'file'],
  [{ name: 'k', kind: 'name', content: 'value', env: true, output: false }, 'variable'],
  [{ name: 'K', kind: 'name', content: 'value', env: false, output: true }, 'output variable'],
  [{ name: 'K', kind: 'file', content: 'value', env: false, output: false }, 'file'],
] as const)('reports %j as %s', (place, expected) => {
  expect(render(placeText(place, ''), azureWords(new Set(['K'])))).toBe(expected);
});

test.each([
  'REQUEST_INVALID',
  'SECRET_NOT_FOUND',
  'FIELD_NULL',
  'CREDENTIAL_NOT_FOUND',
  'FILE_REFUSED',
  'NAME_INVALID',
  'TLS_UNTRUSTED',
  'VALUE_BROKEN',
] as const)("leaves the user's own text in %s as it is", (code) => {
  const text = 'the vault shows no secret "client-id" to this runner';
  expect(asShown(new SeguraError(code, text, `Did you mean ${text}?`), localize)).toEqual({
    message: text,
    remedy: `Did you mean ${text}?`,
  });
});

test.each(['url', 'clientId', 'clientSecret'] as const)(
  'offers a service connection if %s is empty',
  (about) => {
    const problem = new SeguraError('INPUT_MISSING', say`${subject(about)} is empty.`, 'Set it.', { about });
    expect(asShown(problem, localize)).toEqual({
      message: `Input "${about}" is empty.`,
      remedy: `ConnectionMissingRemedy ${about}`,
    });
  },
);

test('rejects a Node that is older than 20', () => {
  expect(nodeProblem('16.20.2', localize)?.message).toBe('NodeTooOld 16.20.2');
  expect(nodeProblem('20.0.0', localize)).toBeUndefined();
  expect(nodeProblem('24.10.0', localize)).toBeUndefined();
});
