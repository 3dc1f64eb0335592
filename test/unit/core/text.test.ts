import { expect, test } from 'vitest';
import { inputName, optionKey } from '../../../src/core/input-names.js';
import {
  ACTION_WORDS,
  bare,
  joined,
  lineOf,
  ofOutputs,
  option,
  placeText,
  plain,
  render,
  say,
  settings,
  subject,
  type Text,
  word,
} from '../../../src/core/text.js';

test.each<[Text, string]>([
  [say`plain ${'text'} and ${4}`, 'plain text and 4'],
  [option.custodyWait, '"custody-wait"'],
  [say`${subject('url')} is empty.`, 'Input "url" is empty.'],
  [say`${bare('tlsVerify')} is false`, 'tls-verify is false'],
  [say`${lineOf(2, 'secrets')} has`, 'Line 2 of "secrets" has'],
  [settings('whole', { key: 'deadline', value: '60' }), 'deadline: "60"'],
  [settings('whole', { key: 'opaque', value: 'file:"a b",X' }), 'opaque: "file:\\"a b\\",X"'],
  [say`at ${settings('value', { key: 'pamEndpoint', value: 'coe' })}.`, 'at pam-endpoint "coe".'],
  [
    say`or ${settings('set', { key: 'pamEndpoint', value: 'auto', isBare: true })}.`,
    'or set pam-endpoint: auto.',
  ],
  [
    say`${settings('Set', { key: 'custodyWait', value: '60' }, { key: 'deadline', value: '120' })} to wait`,
    'Set custody-wait: "60" and deadline: "120" to wait',
  ],
  [
    placeText({ name: 'A', kind: 'name', content: 'path', env: true, output: true }, 'a private file'),
    'a private file',
  ],
  [say`Use it${ofOutputs(say`, or ${option.proxy}`)}.`, 'Use it, or "proxy".'],
  [joined([option.system, 'a', option.application], ' and '), '"system" and a and "application"'],
])('%j is %s in the words of action.yml', (text, expected) => {
  expect(plain(text)).toBe(expected);
});

test("a user's text that looks like a term is not changed", () => {
  const own = 'Input "client-id" of the runner > env:X, Line 2 of "secrets"';
  const all = { ...ACTION_WORDS, word: () => '?', option: () => '?', line: () => '?' };
  expect(render(say`${word('the runner')}: ${own}`, all)).toBe(`?: ${own}`);
});

test('an input and the option of a library name each other', () => {
  expect(optionKey('min-mask-length')).toBe('minMaskLength');
  expect(inputName('minMaskLength')).toBe('min-mask-length');
  expect([optionKey('url'), inputName('url')]).toEqual(['url', 'url']);
});
