import { expect, test } from 'vitest';
import { settingOf, wantedOf } from '../../../../src/platform/azure/variables.js';

const write = { name: 'KEY', value: '/tmp/private/KEY', source: 'tls/KEY', env: true, output: true };
const OPTIONS = { multiline: 'file', outputs: false } as const;

test.each([
  ['needed', 'file'],
  ['asked', 'none'],
] as const)('a path of a file that was %s is a separate variable and not secret', (file, change) => {
  const [wanted] = wantedOf([{ ...write, file }], OPTIONS);
  if (wanted === undefined) throw new Error('no variable');
  expect(settingOf(wanted)).toMatchObject({ value: write.value, isSecret: false, change });
});

test('a value is a secret variable, as base64 if no variable can hold it', () => {
  const values = ['plain', 'two\nlines', 'a$(b)'];
  const wanted = wantedOf(
    values.map((value, index) => ({ ...write, name: `N${index}`, value })),
    OPTIONS,
  );
  expect(wanted.map(settingOf).map(({ value, isSecret, change }) => [value, isSecret, change])).toEqual([
    ['plain', true, 'none'],
    [Buffer.from('two\nlines').toString('base64'), true, 'base64'],
    [Buffer.from('a$(b)').toString('base64'), true, 'base64'],
  ]);
});
