import { rootCertificates } from 'node:tls';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerData } from '../../../../src/core/custody/ledger-data.js';
import { seal } from '../../../../src/core/custody/seal.js';
import { openCarried, unseal } from '../../../../src/core/custody/unseal.js';
import { packLogin, unpackLogin } from '../../../../src/core/job/login/packed-secret.js';
import { Secret } from '../../../../src/core/secret.js';
import { leaseOf } from '../../../../src/core/vault/leases/lease-name.js';
import { codesOf, LEDGER_DATA, problemsIn, RUN } from '../../fakes.js';

const KEY = new Secret('client-secret-ção');
const DATA: LedgerData = {
  version: 1,
  leases: 'marked',
  ...LEDGER_DATA,
  custody: [{ credential: 'root@web-01', state: 'held', id: '94', prefix: 'api', sinceMs: 1 }],
  files: [{ path: '/tmp/ção\n', device: '1', inode: '2', folder: false }],
};
const FILE = { path: '/tmp/x', device: '1', inode: '2', folder: false };
const SEALED = seal(DATA, KEY);
const refused = (text: string, key = KEY): string[] => codesOf(problemsIn(() => unseal(text, key, RUN)));

test('a sealed ledger is one line that opens to the same ledger', () => {
  expect(SEALED).not.toMatch(/[\r\n]/);
  expect(unseal(SEALED, KEY, RUN)).toEqual(DATA);
});

test('a state without the mark of leases opens with their names of now, and with each credential as it was', () => {
  const [sinceMs, state] = [1, 'held'] as const;
  const [lease, credential] = ['lease:301:pod:d:n:app%2Fdb', 'lease:1:a:b:c:d'];
  const { leases: _, ...unmarked } = DATA;
  const known = { credential, state, id: '94', prefix: 'api', sinceMs } as const;
  const earlier = { ...unmarked, custody: [{ credential: lease, state, sinceMs }, known] };
  const opened = unseal(seal(earlier, KEY), KEY, RUN);
  expect(opened.custody).toEqual([{ credential: 'lease@@301:pod:d:n:app%2Fdb', state, sinceMs }, known]);
  expect(leaseOf(opened.custody[0]?.credential ?? '')).toMatchObject({ secretId: '301', identity: 'app/db' });
  const marked = { ...DATA, custody: [{ credential, state, sinceMs }] };
  expect(unseal(seal(marked, KEY), KEY, RUN)).toEqual(marked);
});

test('a change of any one character is rejected', () => {
  for (let at = 0; at < SEALED.length; at += 1) {
    const other = SEALED.charAt(at) === 'A' ? 'B' : 'A';
    expect(refused(SEALED.slice(0, at) + other + SEALED.slice(at + 1))).toEqual(['STATE_INVALID']);
    expect(refused(SEALED.slice(0, at) + SEALED.slice(at + 1))).toEqual(['STATE_INVALID']);
  }
});

test('one of another run of a job is rejected', () => {
  expect(codesOf(problemsIn(() => unseal(SEALED, KEY, 'us/it/2/1/build')))).toEqual(['STATE_INVALID']);
});

test('another client secret is rejected', () => {
  for (const key of ['', 'client-secret', 'client-secret-ção ', 'client-secret-cao']) {
    expect(refused(SEALED, new Secret(key))).toEqual(['STATE_INVALID']);
  }
});

test('a ledger that is sealed without a secret is rejected, since anyone can write one', () => {
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
])('%.30j is rejected', (text) => {
  expect(refused(text)).toEqual(['STATE_INVALID']);
});

test('any other text is rejected', () => {
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

  test('is rejected if any one character differs or is missing', () => {
    for (let at = 0; at < text.length; at += 1) {
      const other = text.charAt(at) === 'A' ? 'B' : 'A';
      expect(broken(text.slice(0, at) + other + text.slice(at + 1))).toEqual(['STATE_INVALID']);
      expect(broken(text.slice(0, at) + text.slice(at + 1))).toEqual(['STATE_INVALID']);
    }
  });

  test('is never confused with one that a key seals', () => {
    expect(broken(SEALED)).toEqual(['STATE_INVALID']);
    expect(refused(text)).toEqual(['STATE_INVALID']);
    expect(broken(seal({ ...CARRIED, version: 1 }, undefined))).toEqual(['STATE_INVALID']);
  });

  test('of any other form is rejected, even with the right checksum', () => {
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
      { ...CARRIED, login: undefined },
      { ...CARRIED, login: 'short' },
      { ...CARRIED, clientId: '' },
      ...[
        { url: '' },
        { url: 'javascript:alert(1)' },
        { url: 'http://vault.example.com' },
        { url: 'https://user@vault.example.com' },
        { url: 'https://vault.example.com?x' },
        ...['::', '', 'socks5://p:1080', 'http://u:%ZZ@p', 'http://%E4:%BD%A0@p'].map((proxy) => ({ proxy })),
        { caCertificates: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
        { runLabel: 'github\r\nX-Other: 1' },
        { runLabel: 'x'.repeat(401) },
        { tlsVerify: 'no' },
        { clientCertificate: { certificate: 'x', key: 'x' } },
      ].map((change) => ({ ...CARRIED, connection: { ...CARRIED.connection, ...change } })),
      ...[-1, 0, 0.5, 999, 1_500.5, 3_600_001, Number.MAX_VALUE].map((timeoutMs) => ({
        ...CARRIED,
        timeoutMs,
      })),
      ...[
        { credential: '' },
        { credential: '..' },
        { credential: '\ud800' },
        { credential: 'a@b@c' },
        { id: '../../iso' },
        { id: '' },
        { sinceMs: -1 },
        { sinceMs: 1e300 },
        { doubtedAtMs: 1e300 },
      ].map((change) => ({
        ...CARRIED,
        custody: [{ credential: '94', state: 'held', sinceMs: 1, ...change }],
      })),
      ...[
        { path: '' },
        { path: '/tmp/\0' },
        { device: '-1' },
        { inode: 'x' },
        { folder: true },
        { folder: true, path: '/home/user/segura-secrets-uses' },
        { folder: true, path: '/tmp/segura-secrets-Ab12Cd/below' },
      ].map((change) => ({ ...CARRIED, files: [{ ...FILE, ...change }] })),
      { ...CARRIED, trace: { ...FILE, path: '/tmp/segura-secrets-Ab12Cd', folder: true } },
      { ...CARRIED, caFile: { sha256: 'x', entry: { ...FILE, folder: true } } },
    ];
    for (const form of forms) expect(broken(seal(form as LedgerData, undefined))).toEqual(['STATE_INVALID']);
  });

  test('is accepted with every kind of connection and file that main writes', () => {
    const [ca = ''] = rootCertificates;
    const connection = {
      url: 'https://vault.example.com:8443/base',
      proxy: 'https://us%20er:p%40ss%3Aword@proxy.example.com:3128',
      noProxy: '10.0.*, ::1',
      caCertificates: `${ca}\n`,
      tlsVerify: false,
      runLabel: 'github; owner/repo; run 123/1',
    };
    const custody = [
      { credential: 'ação/1 x', state: 'again', id: '0'.repeat(20), doubtedAtMs: Date.now(), sinceMs: 1 },
    ];
    const files = [{ ...FILE, folder: true, path: 'C:\\temp\\segura-secrets-Ab12Cd' }, FILE];
    const full = { ...CARRIED, connection, custody, files, timeoutMs: 3_600_000, trace: FILE } as LedgerData;
    expect(openCarried(seal(full, undefined))).toEqual(full);
    const filesOnly = { ...full, custody: [], login: undefined };
    expect(broken(seal(filesOnly, undefined))).toEqual([]);
    const nowhere = { ...filesOnly, connection: { ...connection, url: '' } };
    expect(broken(seal(nowhere, undefined))).toEqual(['STATE_INVALID']);
    expect(broken(seal({ ...filesOnly, custody: full.custody }, undefined))).toEqual(['STATE_INVALID']);
  });

  test('of any text at all is rejected', () => {
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
