import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, der, explicit, implicit, integer, octets, oid, sequence, time, utf8, yes } from './der.js';
import type { TlsMode } from './options.js';

export interface Certificates {
  /** PEM of the CA; in 'self-signed' it signs nothing. */
  readonly ca: string;
  /** PEM of what the server sends. */
  readonly chain: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** A name with its keys. The keys of one that issues are on P-256. */
export interface Pair {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Wish {
  readonly subject: Pair;
  readonly issuer: Pair;
  readonly from: Date;
  readonly to: Date;
}

/** A fresh CA and leaf (ECDSA P-256), the leaf right or wrong as asked. */
export function issueCertificates(mode: Exclude<TlsMode, 'off'>, host: string): Certificates {
  const authority = pair('Embedded Vault Test CA');
  const leaf = pair('Embedded Vault');
  const now = Date.now();
  const names =
    mode === 'wrong-host' ? ['elsewhere.invalid'] : [...new Set([host, '127.0.0.1', '::1', 'localhost'])];
  const validity =
    mode === 'expired'
      ? { from: new Date(now - 60 * DAY_MS), to: new Date(now - 30 * DAY_MS) }
      : { from: new Date(now - DAY_MS), to: new Date(now + 365 * DAY_MS) };
  const certificate = issue({
    subject: leaf,
    issuer: mode === 'self-signed' ? leaf : authority,
    ...validity,
    extensions: [
      extension('2.5.29.15', bits(Buffer.from([0x80]), 7), 'critical'), // digitalSignature
      extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))), // serverAuth
      extension('2.5.29.17', sequence(...names.map(alternativeName))),
    ],
  });
  return {
    ca: issueAuthority(authority),
    chain: certificate,
    key: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** PEM of a certificate of a CA, good for ten years; self-signed, or signed by another CA. */
export function issueAuthority(subject: Pair, issuer: Pair = subject): string {
  return issue({
    subject,
    issuer,
    from: new Date(Date.now() - DAY_MS),
    to: new Date(Date.now() + 3_650 * DAY_MS),
    extensions: [
      extension('2.5.29.19', sequence(yes()), 'critical'), // a CA
      extension('2.5.29.15', bits(Buffer.from([0x06]), 1), 'critical'), // keyCertSign, cRLSign
    ],
  });
}

/** PEM of a certificate for TLS clients. */
export function issueClient(wish: Wish): string {
  return issue({
    ...wish,
    extensions: [
      extension('2.5.29.15', bits(Buffer.from([0x80]), 7), 'critical'), // digitalSignature
      extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.2'))), // clientAuth
    ],
  });
}

export function pair(name: string): Pair {
  return { name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

function issue(wish: Wish & { readonly extensions: Buffer[] }): string {
  const { subject, issuer } = wish;
  const identifiers = [
    extension('2.5.29.14', octets(keyIdentifier(subject))),
    extension('2.5.29.35', sequence(implicit(0, keyIdentifier(issuer)))),
  ];
  const signed = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    ECDSA_SHA256,
    distinguishedName(issuer.name),
    sequence(time(wish.from), time(wish.to)),
    distinguishedName(subject.name),
    publicKeyInfo(subject),
    explicit(3, sequence(...wish.extensions, ...identifiers)),
  );
  const certificate = sequence(signed, ECDSA_SHA256, bits(sign('sha256', signed, issuer.privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function publicKeyInfo({ publicKey }: Pair): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function keyIdentifier(key: Pair): Buffer {
  return createHash('sha1').update(publicKeyInfo(key)).digest();
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('2.5.4.3'), utf8(commonName))));
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(oid(id), ...(critical === undefined ? [] : [yes()]), octets(value));
}

function alternativeName(name: string): Buffer {
  switch (isIP(name)) {
    case 4:
      return implicit(7, Buffer.from(name.split('.').map(Number)));
    case 6:
      return implicit(7, ipv6(name));
    default:
      return implicit(2, Buffer.from(name, 'ascii'));
  }
}

function ipv6(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter((part) => part !== '');
  const after = tail.split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const words = [...before, ...zeros, ...after].map((part) => Number.parseInt(part, 16));
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}
