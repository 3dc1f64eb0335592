import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { makeClientCertificates } from './client-certificates.js';
import { lacks } from './skips.js';

const folder = mkdtempSync(join(tmpdir(), 'client-certificates-'));
const made = makeClientCertificates(folder);
const { rsa, ec, chained, expired, future, foreign, keys, passphrase, ca } = made;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every form of a key fits the certificate, with the passphrase where it is encrypted', () => {
  for (const [{ certificate }, forms] of [
    [rsa, [rsa.key, keys.rsaPkcs1, keys.rsaPkcs1Encrypted, keys.rsaPkcs8Encrypted]],
    [ec, [ec.key, keys.ecSec1, keys.ecSec1Encrypted, keys.ecPkcs8Encrypted]],
  ] as const) {
    for (const { content: key } of forms) {
      const fits = new X509Certificate(certificate.content).checkPrivateKey(
        createPrivateKey({ key, passphrase }),
      );
      expect(fits).toBe(true);
    }
  }
  expect(keys.rsaPkcs1.content).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n(?!Proc-Type)/);
  expect(keys.rsaPkcs1Encrypted.content).toContain('Proc-Type: 4,ENCRYPTED');
  expect(keys.rsaPkcs8Encrypted.content).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  expect(keys.ecSec1.content).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
  expect(() => createPrivateKey({ key: keys.rsaPkcs8Encrypted.content, passphrase: 'wrong' })).toThrow();
});

describe.skipIf(lacks('openssl'))('openssl', () => {
  const verify = (path: string, ...more: string[]): string => {
    try {
      const args = ['verify', '-purpose', 'sslclient', '-CAfile', ca.path, ...more, path];
      return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch (error) {
      return String((error as { stderr: string }).stderr);
    }
  };

  test('accepts the good certificates and names the problem of the others', () => {
    for (const { certificate } of [rsa, ec]) expect(verify(certificate.path)).toMatch(/: OK$/);
    expect(verify(chained.certificate.path)).toContain('unable to get local issuer certificate');
    expect(verify(chained.certificate.path, '-untrusted', chained.certificate.path)).toMatch(/: OK$/);
    expect(verify(expired.certificate.path)).toContain('certificate has expired');
    expect(verify(future.certificate.path)).toContain('certificate is not yet valid');
    expect(verify(foreign.certificate.path)).toContain('unable to get local issuer certificate');
  });

  test('makes PKCS#12 that Node reads, and a legacy one that it does not', () => {
    const read = (pfx: Buffer, phrase: string) => createSecureContext({ pfx, passphrase: phrase });
    read(made.pkcs12('aes-256').content, passphrase);
    read(made.pkcs12('aes-256', ec).content, passphrase);
    read(made.pkcs12('no-passphrase').content, '');
    expect(() => read(made.pkcs12('aes-256').content, 'wrong')).toThrow('mac verify failure');
    expect(() => read(made.pkcs12('legacy').content, passphrase)).toThrow('Unsupported PKCS12 PFX data');
  });
});
