import { describe, expect, test } from 'vitest';
import {
  accountName,
  openAccount,
  sealAccount,
  type UseRecord,
} from '../../../../src/core/custody/account.js';
import { Secret } from '../../../../src/core/secret.js';
import { CLIENT_ID, CLIENT_SECRET, LEDGER_DATA } from '../../fakes.js';

const SECRET = new Secret(CLIENT_SECRET);
const RECORDS: UseRecord[] = [
  { use: 'a', state: 'running', claims: [{ credential: 'root@web', id: '95', isHeld: true, sinceMs: 1 }] },
];

describe('the name of an account', () => {
  const name = accountName(LEDGER_DATA, SECRET);
  const at = (url: string): string =>
    accountName({ ...LEDGER_DATA, connection: { ...LEDGER_DATA.connection, url } }, SECRET);

  test('is one for a run, a vault, a client id and its secret', () => {
    expect(name).toMatch(/^[0-9a-f]{32}$/);
    expect(at('https://VAULT.example.com:443/base')).toBe(name);
    expect(at('https://vault.example.org')).not.toBe(name);
    expect(accountName({ ...LEDGER_DATA, run: 'other' }, SECRET)).not.toBe(name);
    expect(accountName({ ...LEDGER_DATA, tracking: 'github_1' }, SECRET)).not.toBe(name);
    expect(accountName({ ...LEDGER_DATA, clientId: 'other' }, SECRET)).not.toBe(name);
    expect(accountName(LEDGER_DATA, new Secret('other'))).not.toBe(name);
  });

  test('does not show the client id', () => {
    expect(name).not.toContain(CLIENT_ID.slice(0, 8));
  });
});

describe('an account', () => {
  const text = sealAccount(RECORDS, 'n', SECRET);

  test('opens only with the client secret, and only by its own name', () => {
    expect(openAccount(text, 'n', SECRET)).toEqual(RECORDS);
    expect(openAccount(text, 'm', SECRET)).toBeUndefined();
    expect(openAccount(text, 'n', new Secret('other'))).toBeUndefined();
    expect(text).not.toContain(CLIENT_SECRET);
  });

  test('is rejected if any one character differs', () => {
    for (let at = 0; at < text.length; at += 1) {
      const other = text.charAt(at) === '!' ? '?' : '!';
      expect(openAccount(text.slice(0, at) + other + text.slice(at + 1), 'n', SECRET)).toBeUndefined();
    }
    for (const given of ['', '.', 'x', '.[]', '[]']) expect(openAccount(given, 'n', SECRET)).toBeUndefined();
  });
});

test('an account of another form is rejected, even if it was sealed with the client secret', () => {
  const [record] = RECORDS;
  const claim = { credential: '94', isHeld: true, sinceMs: 1 };
  const forms: unknown[] = [
    null,
    {},
    [null],
    [{ ...record, state: 'mine' }],
    [{ ...record, claims: {} }],
    ...[{ credential: '..' }, { id: '../x' }, { isHeld: 1 }, { sinceMs: '1' }].map((change) => [
      { ...record, claims: [{ ...claim, ...change }] },
    ]),
  ];
  for (const form of forms)
    expect(openAccount(sealAccount(form as UseRecord[], 'n', SECRET), 'n', SECRET)).toBeUndefined();
});
