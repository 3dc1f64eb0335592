import { expect, test } from 'vitest';
import {
  child,
  elementsAt,
  type Node,
  optionalTextAt,
  scalarAt,
  textAt,
} from '../../../../src/core/vault/json.js';
import { codesOf, problemsIn } from '../../fakes.js';

const node = (value: unknown): Node => ({ value, path: '$.secrets[0].data', endpoint: 'GET /x' });

test.each<[unknown, string | null]>([
  ['text', 'text'],
  ['', ''],
  [null, null],
  [true, 'true'],
  [0, '0'],
  [22, '22'],
  [9_007_199_254_740_991, '9007199254740991'],
])('%j is the text %j', (value, text) => {
  expect(scalarAt(node(value))).toBe(text);
});

test.each([1.5, 2 ** 53 + 2, 1e300, {}, [], undefined])(
  '%j is not text, and the error does not repeat it',
  (value) => {
    const problems = problemsIn(() => scalarAt(node(value)));
    expect(codesOf(problems)).toEqual(['REPLY_MALFORMED']);
    expect(problems[0]?.message).toMatch(/^GET \/x: \$\.secrets\[0\]\.data is /);
    expect(problems[0]?.message).not.toMatch(/1\.5|900719|e\+300/);
  },
);

test('the place of an error is a JSON path, whatever the key is', () => {
  const inner = child(child({ value: { 'a\n::b': [1] }, path: '$', endpoint: 'GET /x' }, 'a\n::b'), 0);
  expect(inner).toEqual({ value: 1, path: '$.a?: :b[0]', endpoint: 'GET /x' });
});

test('null is not text where text is required, and only a list has elements', () => {
  expect(codesOf(problemsIn(() => textAt(node(null))))).toEqual(['REPLY_MALFORMED']);
  expect(codesOf(problemsIn(() => elementsAt(node({}))))).toEqual(['REPLY_MALFORMED']);
});

test.each([
  ['2', '2'],
  [2, '2'],
  ['', undefined],
  [null, undefined],
  [{}, undefined],
  [false, undefined],
])('a version of %j is %j', (value, text) => {
  expect(optionalTextAt(node(value))).toBe(text);
});
