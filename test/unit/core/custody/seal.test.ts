import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerData } from '../../../../src/core/custody/ledger-data.js';
import { packLogin, unpackLogin } from '../../../../src/core/custody/login.js';
import { seal } from '../../../../src/core/custody/seal.js';
import { openCarried, unseal } from '../../../../src/core/custody/unseal.js';
import { Secret } from '../../../../src/core/secret.js';
import { codesOf, LEDGER_DATA, problemsIn, RUN } from '../../fakes.js';

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

describe('a state that carries its login', () => {
  const CARRIED: LedgerData = { ...DATA, version: 2, use: 'u1', login: 'x'.repeat(40) };
  const text = seal(CARRIED, undefined);
  const broken = (given: string): string[] => codesOf(problemsIn(() => openCarried(given)));

  test('opens to the same ledger, with no key', () => {
    expect(text).not.toMatch(/[\r\n]/);
    expect(openCarried(text)).toEqual(CARRIED);
  });

  test('is refused when any one character is another or missing', () => {
    for (let at = 0; at < text.length; at += 1) {
      const other = text.charAt(at) === 'A' ? 'B' : 'A';
      expect(broken(text.slice(0, at) + other + text.slice(at + 1))).toEqual(['STATE_INVALID']);
      expect(broken(text.slice(0, at) + text.slice(at + 1))).toEqual(['STATE_INVALID']);
    }
  });

  test('is never taken for one that is sealed with a key, nor the other way round', () => {
    expect(broken(SEALED)).toEqual(['STATE_INVALID']);
    expect(refused(text)).toEqual(['STATE_INVALID']);
    expect(broken(seal({ ...CARRIED, version: 1 }, undefined))).toEqual(['STATE_INVALID']);
  });

  test('of any other form is refused, though its sum is right', () => {
    const forms: unknown[] = [
      null,
      1,
      [],
      {},
      { ...CARRIED, custody: {} },
      { ...CARRIED, custody: [{ credential: 94, state: 'held', sinceMs: 1 }] },
      { ...CARRIED, custody: [{ credential: '94', state: 'mine', sinceMs: 1 }] },
      { ...CARRIED, custody: [{ credential: '94', state: 'held', sinceMs: 1, prefix: '../x' }] },
      { ...CARRIED, files: [null] },
      { ...CARRIED, files: [{ path: 1, device: '1', inode: '1', folder: false }] },
      { ...CARRIED, connection: { ...CARRIED.connection, url: 'no address' } },
      { ...CARRIED, connection: undefined },
      { ...CARRIED, login: 7 },
      { ...CARRIED, timeoutMs: '1' },
      { ...CARRIED, pamEndpoint: 'else' },
      { ...CARRIED, releaseFailure: 'never' },
    ];
    for (const form of forms) expect(broken(seal(form as LedgerData, undefined))).toEqual(['STATE_INVALID']);
  });

  test('of any text at all is refused', () => {
    void fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(broken(given)).toEqual(['STATE_INVALID']);
      }),
    );
  });
});

test('a login is packed in characters that nothing escapes, in another text each time', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (secret) => {
      const packed = packLogin(new Secret(secret));
      expect(packed).toMatch(/^[\w-]{26,}$/);
      expect(packLogin(new Secret(secret))).not.toBe(packed);
      expect(unpackLogin(packed).reveal()).toBe(Buffer.from(secret).toString());
    }),
  );
  expect(unpackLogin('').reveal()).toBe('');
});
