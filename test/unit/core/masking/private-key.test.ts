import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { isPrivateKey } from '../../../../src/core/masking/private-key.js';
import { lacks } from '../../../support/skips.js';

const RSA = generateKeyPairSync('rsa', { modulusLength: 1024 });
const EC = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const ED = generateKeyPairSync('ed25519');
const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' };

const PEM = RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const lines = (text: string): string => (text.match(/.{1,64}/g) ?? []).join('\n');
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const kubeconfig = (key: string): string =>
  `apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    client-certificate-data: ${base64(rootCertificates[0] ?? '')}\n${key}`;

const DER: Record<string, Buffer> = {
  'PKCS #8 of RSA': RSA.privateKey.export({ type: 'pkcs8', format: 'der' }),
  'PKCS #1': RSA.privateKey.export({ type: 'pkcs1', format: 'der' }),
  'PKCS #8 of an elliptic curve': EC.privateKey.export({ type: 'pkcs8', format: 'der' }),
  'SEC 1': EC.privateKey.export({ type: 'sec1', format: 'der' }),
  'PKCS #8 of Ed25519': ED.privateKey.export({ type: 'pkcs8', format: 'der' }),
  'PKCS #8, encrypted': RSA.privateKey.export({ type: 'pkcs8', format: 'der', ...cipher }),
};
const jwk = (pair: typeof RSA): object => pair.privateKey.export({ format: 'jwk' });

const KEYS: Record<string, string> = {
  'PEM in one line of a form': PEM.replaceAll('\n', '%0A').replaceAll(' ', '+'),
  'a kubeconfig': kubeconfig(`    client-key-data: ${base64(PEM)}\n`),
  'a kubeconfig whose base64 is wrapped': kubeconfig(
    `    client-key-data: |\n${base64(PEM).replaceAll(/.{64}/g, '      $&\n')}\n`,
  ),
  'a kubeconfig in JSON': JSON.stringify({ users: [{ user: { 'client-key-data': base64(PEM) } }] }),
  'a kubeconfig as base64': base64(kubeconfig(`    client-key-data: ${base64(PEM)}\n`)),
  'a JWK of RSA': JSON.stringify(jwk(RSA)),
  'a JWK of an elliptic curve, laid out': JSON.stringify(jwk(EC), undefined, 2),
  'a set of JWKs': JSON.stringify({ keys: [jwk(ED)] }),
  'a JWK inside JSON': JSON.stringify({ jwk: JSON.stringify(jwk(EC)) }),
  'a JWK as base64url': Buffer.from(JSON.stringify(jwk(EC))).toString('base64url'),
  'a symmetric JWK': JSON.stringify({ kty: 'oct', k: randomBytes(32).toString('base64url') }),
  'a key of SSH2':
    '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56wAAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----',
  'a key of PuTTY': 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n',
  'an identity of age':
    '# created: 2026-01-01\nAGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ\n',
  'a configuration of WireGuard': `[Interface]\nPrivateKey = ${base64(randomBytes(32))}\n`,
  'a key of minisign': 'untrusted comment: minisign encrypted secret key\nRWRTY0Iy\n',
  'XML of .NET': '<RSAKeyValue><Modulus>AQ==</Modulus><D>AQ==</D></RSAKeyValue>',
  'a key store of Java': base64(Buffer.concat([Buffer.from('feedfeed00000002', 'hex'), randomBytes(90)])),
};

describe('a private key is known as', () => {
  test.each(Object.entries(KEYS))('%s', (_, text) => {
    expect(isPrivateKey(text)).toBe(true);
  });

  test.each(Object.entries(DER))(
    '%s in DER, as base64 of every kind, hex, and base64 of base64',
    (_, der) => {
      const forms = [
        der.toString('base64'),
        der.toString('base64url'),
        lines(der.toString('base64')),
        `${lines(der.toString('base64'))}\n`,
        der.toString('hex'),
        base64(der.toString('base64')),
      ];
      for (const form of forms) expect(isPrivateKey(form), form.slice(0, 40)).toBe(true);
    },
  );

  const inFolder = <T>(operation: (folder: string) => T): T => {
    const folder = mkdtempSync(join(tmpdir(), 'segura-key-'));
    try {
      return operation(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test.skipIf(lacks('ssh-keygen'))(
    'what ssh-keygen writes, without its PEM lines too (skipped without it)',
    () =>
      inFolder((folder) => {
        const path = join(folder, 'key');
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
        const text = readFileSync(path, 'utf8');
        expect([text, text.replaceAll(/-----.*-----/g, '')].map((each) => isPrivateKey(each))).toEqual([
          true,
          true,
        ]);
        expect(isPrivateKey(readFileSync(`${path}.pub`, 'utf8'))).toBe(false);
      }),
  );

  test.skipIf(lacks('openssl'))('what openssl writes as PKCS #12 (skipped without it)', () =>
    inFolder((folder) => {
      const at = (name: string): string => join(folder, name);
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-subj',
          '/CN=x',
          '-keyout',
          at('k'),
          '-out',
          at('c'),
        ],
        { stdio: 'ignore' },
      );
      execFileSync('openssl', [
        'pkcs12',
        '-export',
        '-inkey',
        at('k'),
        '-in',
        at('c'),
        '-passout',
        'pass:x',
        '-out',
        at('p'),
      ]);
      expect(isPrivateKey(readFileSync(at('p')).toString('base64'))).toBe(true);
      writeFileSync(at('d'), '');
      expect(isPrivateKey(readFileSync(at('c'), 'utf8'))).toBe(false);
    }),
  );
});

test('a public key, or any other text, is not a private key', () => {
  const spki = RSA.publicKey.export({ type: 'spki', format: 'der' });
  const certificate = (rootCertificates[0] ?? '').replaceAll(/-----.*-----|\s/g, '');
  const texts = [
    spki.toString('base64'),
    RSA.publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
    EC.publicKey.export({ type: 'spki', format: 'der' }).toString('hex'),
    certificate,
    rootCertificates[0] ?? '',
    base64(rootCertificates[0] ?? ''),
    kubeconfig(''),
    JSON.stringify(RSA.publicKey.export({ format: 'jwk' })),
    JSON.stringify({ keys: [EC.publicKey.export({ format: 'jwk' })] }),
    sign('sha256', Buffer.from('x'), EC.privateKey).toString('base64'),
    randomBytes(256).toString('base64'),
    'MAIN',
    'production',
    '',
    JSON.stringify({ d: 'a-long-description', kind: 'x' }),
    'https://vault.example.com/PRIVATE KEY',
    'the AGE-SECRET-KEY is elsewhere',
  ];
  for (const text of texts) expect(isPrivateKey(text), text.slice(0, 60)).toBe(false);
});
