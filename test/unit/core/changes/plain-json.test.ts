import { expect, test } from 'vitest';
import { plainJson } from '../../../../src/core/changes/plain-json.js';

test.each([
  'plain',
  'é ü ß',
  'a\u007fb',
  '\u009b2J',
  '\u202e\u2066\u00ad',
  '\u2028\u2029',
  '\u{e0041}\u{1d173}',
  '##vso[task.setvariable variable=PATH]/tmp',
  '###[group]\\##',
  '\ud800',
  'пароль-密码-🔑',
])('JSON without active characters is read as the same value: %j', (text) => {
  const json = plainJson(JSON.stringify({ [text]: [text] }, null, 2));
  expect(JSON.parse(json)).toEqual({ [text]: [text] });
  expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##/u);
});
