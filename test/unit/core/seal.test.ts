import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerData } from '../../../src/core/ledger.js';
import { seal } from '../../../src/core/seal.js';
import { Secret } from '../../../src/core/secret.js';
import { unseal } from '../../../src/core/unseal.js';
import { codesOf, LEDGER_DATA, problemsIn, RUN } from '../fakes.js';

const KEY = new Secret('client-secret-ção');
const DATA: LedgerData = {
  version: 1,
  ...LEDGER_DATA,
  custody: [{ credential: 'root@web-01', state: 'held', id: '94', prefix: 'api', sinceMs: 1 }],
  files: [{ path: '/tmp/ção\n', device: '1', inode: '2', folder: false }],
};
const SEALED = seal(DATA, KEY);
const refused = (text: string, key = KEY): string[] => codesOf(problemsIn(() => unseal(text, key, RUN)));

test('a sealed ledger is one line that opens to the same ledger', () => {
  expect(SEALED).not.toMatch(/[\r\n]/);
  expect(unseal(SEALED, KEY, RUN)).toEqual(DATA);
});

test('a change of any one character is refused', () => {
  for (let at = 0; at < SEALED.length; at += 1) {
    const other = SEALED.charAt(at) === 'A' ? 'B' : 'A';
    expect(refused(SEALED.slice(0, at) + other + SEALED.slice(at + 1))).toEqual(['STATE_INVALID']);
    expect(refused(SEALED.slice(0, at) + SEALED.slice(at + 1))).toEqual(['STATE_INVALID']);
  }
});

test('one of another run of a job is refused', () => {
  expect(codesOf(problemsIn(() => unseal(SEALED, KEY, 'us/it/2/1/build')))).toEqual(['STATE_INVALID']);
});

test('another client secret is refused', () => {
  for (const key of ['', 'client-secret', 'client-secret-ção ', 'client-secret-cao']) {
    expect(refused(SEALED, new Secret(key))).toEqual(['STATE_INVALID']);
  }
});

test('a ledger sealed with no secret at all is refused, since anybody can write one', () => {
  expect(refused(seal(DATA, new Secret('')), new Secret(''))).toEqual(['STATE_INVALID']);
});

test.each([
  '',
  '.',
  'x',
  '{}',
  `.${JSON.stringify(DATA)}`,
  `${SEALED}\n`,
  ` ${SEALED}`,
  SEALED.replace('.', '..'),
])('%.30j is refused', (text) => {
  expect(refused(text)).toEqual(['STATE_INVALID']);
});

test('any other text is refused', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(refused(text)).toEqual(['STATE_INVALID']);
    }),
  );
});
