import { expect, test } from 'vitest';
import { type Destination, readDestination } from '../../../../src/core/requests/destination.js';
import { readLine } from '../../../../src/core/requests/tokens.js';
import { codesOf, problemsIn } from '../../fakes.js';

const read = (text: string, wildcard = false): Destination =>
  readDestination(readLine(text, 'Line 1'), { source: 'a/b', wildcard, where: 'Line 1' });

test.each<[string, boolean, Destination]>([
  ['NAME', false, { kind: 'plain', name: 'NAME', wildcard: false }],
  ['_n1', false, { kind: 'plain', name: '_n1', wildcard: false }],
  ['PREFIX_*', true, { kind: 'plain', name: 'PREFIX_', wildcard: true }],
  ['*', true, { kind: 'plain', name: '', wildcard: true }],
  ['env:NAME', false, { kind: 'env', name: 'NAME', wildcard: false }],
  ['env:P_*', true, { kind: 'env', name: 'P_', wildcard: true }],
  ['output:my-name', false, { kind: 'output', name: 'my-name', wildcard: false }],
  ['path:KEY_FILE', false, { kind: 'path', name: 'KEY_FILE', wildcard: false }],
  ['path:P_*', true, { kind: 'path', name: 'P_', wildcard: true }],
  ['file:/tmp/pw', false, { kind: 'file', path: '/tmp/pw' }],
  ['file:~/.pgpass', false, { kind: 'file', path: '~/.pgpass' }],
  ['file:C:\\keys\\k', false, { kind: 'file', path: 'C:\\keys\\k' }],
  ['file:"x>y, #1"', false, { kind: 'file', path: 'x>y, #1' }],
  ['file:star*', false, { kind: 'file', path: 'star*' }],
])('%s is a destination (of many fields: %s)', (text, wildcard, destination) => {
  expect(read(text, wildcard)).toEqual(destination);
});

test.each([
  ['', false, 'REQUEST_INVALID'],
  ['""', false, 'REQUEST_INVALID'],
  ['env:', false, 'REQUEST_INVALID'],
  ['secret:X', false, 'REQUEST_INVALID'],
  ['Env:X', false, 'REQUEST_INVALID'],
  ['X', true, 'REQUEST_INVALID'],
  ['X_*', false, 'REQUEST_INVALID'],
  ['file:x', true, 'REQUEST_INVALID'],
  ['"X_*"', true, 'REQUEST_INVALID'],
  ['"X_*"', false, 'NAME_INVALID'],
  ['my-name', false, 'NAME_INVALID'],
  ['env:my-name', false, 'NAME_INVALID'],
  ['path:my-name', false, 'NAME_INVALID'],
  ['output:-x', false, 'NAME_INVALID'],
  ['1X', false, 'NAME_INVALID'],
  ['ção', false, 'NAME_INVALID'],
  ['"A=B"', false, 'NAME_INVALID'],
  ['"A<<B"', false, 'NAME_INVALID'],
  ['"a:b"', false, 'NAME_INVALID'],
])('%s is rejected (of many fields: %s) as %s', (text, wildcard, code) => {
  expect(codesOf(problemsIn(() => read(text, wildcard)))).toEqual([code]);
});
