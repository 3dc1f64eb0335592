import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueAuthority, issueClient, type Pair, pair } from '../vault/certificate.js';

/** One text of PEM (or the bytes of PKCS#12), and the file that holds it. */
export interface Stored<Content = string> {
  readonly content: Content;
  readonly path: string;
}

export interface ClientCertificate {
  /** PEM, with the certificate of an intermediate CA behind it where there is one. */
  readonly certificate: Stored;
  /** PKCS#8 PEM, not encrypted. */
  readonly key: Stored;
  /** SHA-1 and SHA-256, as Node and openssl write them: `AB:CD:…`. */
  readonly fingerprint: string;
  readonly fingerprint256: string;
}

/** PKCS#12: `legacy` is what Windows and Java exported for years (RC2-40 and 3DES), which OpenSSL 3 does not read. */
export type Pkcs12Kind = 'aes-256' | 'legacy' | 'no-passphrase';

export interface ClientCertificates {
  /** What a server trusts in order to accept all but `foreign`. */
  readonly ca: Stored;
  readonly rsa: ClientCertificate;
  readonly ec: ClientCertificate;
  /** Signed by an intermediate CA, whose certificate is behind the leaf. */
  readonly chained: ClientCertificate;
  /** Ended thirty days ago. */
  readonly expired: ClientCertificate;
  /** Begins in thirty days. */
  readonly future: ClientCertificate;
  /** Signed by a CA that the server does not trust. */
  readonly foreign: ClientCertificate;
  /** Opens each encrypted key and each PKCS#12 but `no-passphrase`. */
  readonly passphrase: string;
  /** Other forms of the key of `rsa` and `ec`. */
  readonly keys: {
    readonly rsaPkcs1: Stored;
    readonly rsaPkcs1Encrypted: Stored;
    readonly rsaPkcs8Encrypted: Stored;
    readonly ecSec1: Stored;
    readonly ecSec1Encrypted: Stored;
    readonly ecPkcs8Encrypted: Stored;
  };
  /** Certificate, key and CA of `rsa` (or another) in one file. Needs the program openssl. */
  pkcs12(kind: Pkcs12Kind, of?: ClientCertificate): Stored<Buffer>;
}

const DAY_MS = 86_400_000;
const CIPHER = 'aes-256-cbc';

/** A CA and client certificates of every kind, in files of `folder` and as text. Keys are fresh. */
export function makeClientCertificates(folder: string): ClientCertificates {
  mkdirSync(folder, { recursive: true });
  const passphrase = 'correct horse "battery" stäple';
  const authority = pair('Client CA of the tests');
  const intermediate = pair('Intermediate client CA of the tests');
  const foreignAuthority = pair('Foreign CA of the tests');
  const subjects = { rsa: rsaPair('ci-rsa'), ec: pair('ci-ec'), chained: pair('ci-chained') };

  const store = (name: string, content: string): Stored => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return { content, path };
  };
  const client = (name: string, subject: Pair, more: Partial<Issue> = {}): ClientCertificate => {
    const { issuer = authority, fromDays = -1, toDays = 365, behind = '' } = more;
    const leaf = issueClient({ subject, issuer, from: inDays(fromDays), to: inDays(toDays) });
    const { fingerprint, fingerprint256 } = new X509Certificate(leaf);
    return {
      certificate: store(`${name}.crt`, leaf + behind),
      key: store(`${name}.key`, exported(subject, 'pkcs8')),
      fingerprint,
      fingerprint256,
    };
  };
  const key = (name: string, subject: Pair, type: KeyForm, encrypted?: 'encrypted'): Stored =>
    store(name, exported(subject, type, encrypted && passphrase));

  const ca = store('ca.crt', issueAuthority(authority));
  const rsa = client('rsa', subjects.rsa);
  return {
    ca,
    rsa,
    ec: client('ec', subjects.ec),
    chained: client('chained', subjects.chained, {
      issuer: intermediate,
      behind: issueAuthority(intermediate, authority),
    }),
    expired: client('expired', pair('ci-expired'), { fromDays: -60, toDays: -30 }),
    future: client('future', pair('ci-future'), { fromDays: 30, toDays: 60 }),
    foreign: client('foreign', pair('ci-foreign'), { issuer: foreignAuthority }),
    passphrase,
    keys: {
      rsaPkcs1: key('rsa-pkcs1.key', subjects.rsa, 'pkcs1'),
      rsaPkcs1Encrypted: key('rsa-pkcs1-encrypted.key', subjects.rsa, 'pkcs1', 'encrypted'),
      rsaPkcs8Encrypted: key('rsa-pkcs8-encrypted.key', subjects.rsa, 'pkcs8', 'encrypted'),
      ecSec1: key('ec-sec1.key', subjects.ec, 'sec1'),
      ecSec1Encrypted: key('ec-sec1-encrypted.key', subjects.ec, 'sec1', 'encrypted'),
      ecPkcs8Encrypted: key('ec-pkcs8-encrypted.key', subjects.ec, 'pkcs8', 'encrypted'),
    },
    pkcs12: (kind, of = rsa) => {
      const path = join(folder, `${kind}.p12`);
      const content = packed(kind, { of, ca, passphrase, path });
      return { content, path };
    },
  };
}

interface Issue {
  readonly issuer: Pair;
  readonly fromDays: number;
  readonly toDays: number;
  readonly behind: string;
}

type KeyForm = 'pkcs1' | 'pkcs8' | 'sec1';

function exported({ privateKey }: Pair, type: KeyForm, passphrase?: string): string {
  const encryption = passphrase === undefined ? {} : { cipher: CIPHER, passphrase };
  return privateKey.export({ type, format: 'pem', ...encryption }).toString();
}

function rsaPair(name: string): Pair {
  return { name, ...generateKeyPairSync('rsa', { modulusLength: 2_048 }) };
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

const PKCS12_OPTIONS: Readonly<Record<Pkcs12Kind, string[]>> = {
  'aes-256': ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256'],
  legacy: ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-RC2-40', '-macalg', 'sha1'],
  'no-passphrase': [],
};

interface Parts {
  readonly of: ClientCertificate;
  readonly ca: Stored;
  readonly passphrase: string;
  readonly path: string;
}

function packed(kind: Pkcs12Kind, { of, ca, passphrase, path }: Parts): Buffer {
  const files = ['-inkey', of.key.path, '-in', of.certificate.path, '-certfile', ca.path, '-out', path];
  execFileSync(
    'openssl',
    ['pkcs12', '-export', ...PKCS12_OPTIONS[kind], ...files, '-passout', 'env:PKCS12_PASSPHRASE'],
    {
      env: { ...process.env, PKCS12_PASSPHRASE: kind === 'no-passphrase' ? '' : passphrase },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return readFileSync(path);
}
