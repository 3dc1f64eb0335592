import { execFileSync } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { plain } from '../../../../src/core/text.js';
import { type GivenCertificate, readClientCertificate } from '../../../../src/http/tls/client-certificate.js';
import { makeClientCertificates } from '../../../support/client-certificates.js';
import { lacks } from '../../../support/skips.js';
import { issueCertificates } from '../../../vault/certificate.js';
import { problemsIn } from '../../fakes.js';

const folder = mkdtempSync(join(tmpdir(), 'client-certificate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const made = makeClientCertificates(folder);
const { rsa, ec, chained, expired, future, keys, passphrase } = made;
const lacksOpenssl = lacks('openssl');
const NOW_MS = Date.now();
const DAY_MS = 86_400_000;

function reading(given: Partial<GivenCertificate>, nowMs = NOW_MS) {
  const whole = { certificate: '', key: '', passphrase: '', ...given };
  return readClientCertificate(whole, (path) => readFileSync(path), { nowMs });
}

/** Code, message and remedy of its problem. None of them contains a part of a key. */
function faultOf(given: Partial<GivenCertificate>, nowMs = NOW_MS): string {
  const [{ code, message, remedy } = { code: '', message: '', remedy: '' }] = problemsIn(() =>
    reading(given, nowMs),
  );
  const told = `${code} ${message} ${remedy}`;
  for (const secret of [passphrase, ...keyLines()]) expect(told).not.toContain(secret);
  return told;
}

const keyLines = (): string[] =>
  [rsa.key, ec.key].flatMap(({ content }) =>
    content.split('\n').filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line)),
  );
const base64 = (content: string | Buffer): string => Buffer.from(content).toString('base64');
const PEM = { certificate: rsa.certificate.content, key: rsa.key.content };

test('empty inputs give no certificate', () => {
  expect(reading({})).toBeUndefined();
});

describe('a certificate and its key', () => {
  test.each<[string, Partial<GivenCertificate>]>([
    ['as text', PEM],
    [
      'as one line',
      { certificate: PEM.certificate.replaceAll('\n', '\\n'), key: PEM.key.replaceAll('\n', '\\n') },
    ],
    ['as base64', { certificate: base64(PEM.certificate), key: base64(PEM.key) }],
    [
      'as base64 in lines',
      { certificate: base64(PEM.certificate).replaceAll(/(.{76})/g, '$1\n'), key: base64(PEM.key) },
    ],
    ['as paths', { certificate: rsa.certificate.path, key: rsa.key.path }],
    ['in one text', { certificate: PEM.key + PEM.certificate }],
    ['as DER in base64', { certificate: base64(new X509Certificate(PEM.certificate).raw), key: PEM.key }],
  ])('%s are read', (_, given) => {
    const { clientCertificate, warnings, description } = reading(given) ?? { warnings: ['none'] };
    expect(clientCertificate).toEqual({ certificate: PEM.certificate, key: PEM.key });
    expect(warnings).toEqual([]);
    expect(description).toContain(`SHA-1 ${rsa.fingerprint}, SHA-256 ${rsa.fingerprint256}`);
  });

  test('keep the chain, the own certificate first, in whatever order the file has them', () => {
    const blocks = chained.certificate.content.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g) ?? [];
    expect(blocks).toHaveLength(2);
    const key = chained.key.content;
    for (const certificate of [blocks.join(''), [...blocks].reverse().join('')])
      expect(reading({ certificate, key })?.clientCertificate).toMatchObject({
        certificate: blocks.join(''),
      });
  });

  test.each([
    ['rsaPkcs1', rsa],
    ['rsaPkcs1Encrypted', rsa],
    ['rsaPkcs8Encrypted', rsa],
    ['ecSec1', ec],
    ['ecSec1Encrypted', ec],
    ['ecPkcs8Encrypted', ec],
  ] as const)('may have the form %s', (form, of) => {
    const given = { certificate: of.certificate.content, key: keys[form].content };
    const isEncrypted = form.endsWith('Encrypted');
    expect(reading({ ...given, passphrase: isEncrypted ? passphrase : '' })?.clientCertificate).toMatchObject(
      {
        key: keys[form].content,
      },
    );
    if (!isEncrypted) return;
    expect(faultOf(given)).toMatch(
      /^INPUT_INVALID .*encrypted with a passphrase, and "client-key-passphrase" is empty/,
    );
    expect(faultOf({ ...given, passphrase: 'wrong' })).toMatch(
      /"client-key-passphrase" does not decrypt "client-key"/,
    );
  });
});

describe('is rejected before anything is sent', () => {
  test.each<[string, Partial<GivenCertificate>, RegExp]>([
    [
      'a key of another type, for which Node sends no certificate',
      { ...PEM, key: ec.key.content },
      /"client-key" is not the key of "client-certificate" \(the key is of type ec, the certificate's of rsa\)/,
    ],
    [
      'a key of the same type',
      { certificate: ec.certificate.content, key: chained.key.content },
      /is not the key of .* \(both are of type ec\)/,
    ],
    [
      'a certificate without a key',
      { certificate: PEM.certificate },
      /holds no private key, and "client-key" is empty/,
    ],
    [
      'a key without a certificate',
      { key: PEM.key },
      /"client-key" is set, but "client-certificate" is empty/,
    ],
    [
      'a passphrase without a certificate',
      { passphrase },
      /"client-key-passphrase" is set, but "client-certificate" is empty/,
    ],
    ['a key in place of the certificate', { certificate: PEM.key, key: PEM.key }, /holds no certificate/],
    [
      'a certificate in place of the key',
      { ...PEM, key: PEM.certificate },
      /Input "client-key" is a certificate/,
    ],
    [
      'a chain that is damaged',
      {
        ...PEM,
        certificate: `${PEM.certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      },
      /certificate 2 of 2 cannot be read/,
    ],
    [
      'a path where nothing is',
      { ...PEM, key: join(folder, 'gone.key') },
      /Input "client-key" is neither PEM.*\(ENOENT\)/,
    ],
    [
      'a key that lost its first line',
      { ...PEM, key: PEM.key.slice(28) },
      /Input "client-key" is neither PEM/,
    ],
    [
      'base64 of something else',
      {
        ...PEM,
        certificate: base64(Buffer.concat([Buffer.from('308203e8', 'hex'), randomBytes(1_000)])),
        key: '',
      },
      /neither PEM nor a PKCS#12 file that can be read/,
    ],
  ])('%s', (_, given, words) => {
    const told = faultOf(given);
    expect(told).toMatch(/^INPUT_INVALID /);
    expect(told).toMatch(words);
  });

  test('one that expired, and one that is not yet valid, with their days and that of the clock', () => {
    const today = new Date(NOW_MS).toISOString().slice(0, 10);
    const pair = ({ certificate, key }: typeof expired) => ({
      certificate: certificate.content,
      key: key.content,
    });
    expect(faultOf(pair(expired))).toMatch(/\(CN=ci-expired\) expired on \d{4}-\d\d-\d\d\./);
    expect(faultOf(pair(future))).toMatch(/\(CN=ci-future\) is valid only from \d{4}-\d\d-\d\d\./);
    expect(faultOf(pair(expired))).toContain(`The clock of this machine says ${today}.`);
  });
});

test('one that ends in under 14 days is accepted with a warning', () => {
  const end = Date.parse(new X509Certificate(PEM.certificate).validTo);
  const warnings = (days: number) => reading(PEM, end - days * DAY_MS - 1_000)?.warnings.map(plain);
  expect(warnings(14)).toEqual([]);
  expect(warnings(13)?.[0]).toMatch(/\(CN=ci-rsa\) expires on \d{4}-\d\d-\d\d, in 13 days/);
});

test('one that is made for servers only is accepted with a warning', () => {
  const { chain, key } = issueCertificates('valid', 'localhost');
  const warnings = reading({ certificate: chain, key })?.warnings.map(plain);
  expect(warnings).toEqual([expect.stringContaining('not issued for TLS client authentication')]);
});

describe.skipIf(lacksOpenssl)('PKCS#12', () => {
  const modern = () => made.pkcs12('aes-256');

  test.each<[string, () => string]>([
    ['as base64', () => base64(modern().content)],
    ['as base64 in lines', () => base64(modern().content).replaceAll(/(.{64})/g, '$1\n')],
    ['as a path', () => modern().path],
    [
      'as the path of its base64',
      () => {
        const path = join(folder, 'client.p12.base64');
        writeFileSync(path, `${base64(modern().content)}\n`);
        return path;
      },
    ],
  ])('is read %s, with its fingerprints', (_, certificate) => {
    const read = reading({ certificate: certificate(), passphrase });
    expect(read?.clientCertificate).toEqual({
      pfx: base64(readFileSync(join(folder, 'aes-256.p12'))),
      passphrase,
    });
    expect(read?.description).toContain(`SHA-1 ${rsa.fingerprint}, SHA-256 ${rsa.fingerprint256}`);
  });

  test('may have no passphrase, or the key of an elliptic curve', () => {
    const bare = made.pkcs12('no-passphrase', ec);
    expect(reading({ certificate: bare.path })?.description).toContain(ec.fingerprint256);
  });

  test('of the past is rejected with the command that converts it, whose result is read', () => {
    const old = made.pkcs12('legacy');
    const told = faultOf({ certificate: old.path, passphrase });
    expect(told).toMatch(
      /^INPUT_INVALID .*old cipher.*openssl pkcs12 -legacy -in old\.p12 -out client\.pem$/,
    );
    const converted = join(folder, 'client.pem');
    const pass = ['-passin', 'env:PASS', '-passout', 'env:PASS'];
    execFileSync('openssl', ['pkcs12', '-legacy', '-in', old.path, '-out', converted, ...pass], {
      env: { ...process.env, PASS: passphrase },
      stdio: 'pipe',
    });
    const read = reading({ certificate: converted, passphrase });
    expect(read?.clientCertificate).toHaveProperty('certificate');
    expect(read?.description).toContain(rsa.fingerprint256);
  });

  test('with a wrong or missing passphrase, a separate key, or no own key is rejected', () => {
    const certificate = modern().path;
    expect(faultOf({ certificate, passphrase: 'wrong' })).toMatch(
      /"client-key-passphrase" does not open "client-certificate"/,
    );
    expect(faultOf({ certificate })).toMatch(
      /PKCS#12 file with a passphrase, and "client-key-passphrase" is empty/,
    );
    expect(faultOf({ certificate, key: PEM.key, passphrase })).toMatch(
      /has its own key, but "client-key" is also set/,
    );
    const keyless = join(folder, 'keyless.p12');
    execFileSync(
      'openssl',
      ['pkcs12', '-export', '-nokeys', '-in', rsa.certificate.path, '-out', keyless, '-passout', 'pass:'],
      { stdio: 'pipe' },
    );
    expect(faultOf({ certificate: keyless })).toMatch(/PKCS#12 file without a private key/);
    const bare = join(folder, 'bare.p12');
    execFileSync(
      'openssl',
      ['pkcs12', '-export', '-nocerts', '-inkey', rsa.key.path, '-out', bare, '-passout', 'pass:'],
      { stdio: 'pipe' },
    );
    expect(faultOf({ certificate: bare })).toMatch(/PKCS#12 file without a certificate for its key/);
  });
});
