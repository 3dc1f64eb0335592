import type { KeyObject, X509Certificate } from 'node:crypto';
import { SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { option, say, subject, type Text } from '../../core/text.js';
import { splitCertificates } from '../../core/vault/connection/certificate-blocks.js';
import type { ClientCertificate } from '../../core/vault/connection/connection.js';
import { type ReadFile, readGiven } from '../../core/vault/connection/given-file.js';
import { privateKeyBlock, readPrivateKey } from '../../core/vault/connection/private-key.js';
import { openPkcs12 } from './pkcs12.js';

/** A client certificate from the inputs. A part that is not set is empty. */
export interface GivenCertificate {
  /** PEM text, base64 of PEM or of PKCS#12, or the path of a file. */
  readonly certificate: string;
  /** PEM text, base64 of PEM, or the path of a file; not needed if `certificate` also contains the key. */
  readonly key: string;
  readonly passphrase: string;
}

/** By which clock a certificate is judged. */
export interface JudgedAt {
  readonly nowMs: number;
  /** True to release custody: a certificate that is not valid now is shown all the same, with a warning. */
  readonly isForRelease?: boolean;
}

export interface ReadCertificate {
  readonly clientCertificate: ClientCertificate;
  /** Subject, expiry date and both fingerprints, for the log: the administrator of the vault compares one of them. */
  readonly description: string;
  readonly warnings: readonly Text[];
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
const NAME = subject('clientCertificate');

/**
 * The client certificate from the inputs, checked before anything is sent; undefined if none is set.
 *
 * If the key is of a different type than the certificate, Node silently sends no certificate. So the pair is checked here.
 * Errors: INPUT_INVALID.
 */
export function readClientCertificate(
  given: GivenCertificate,
  readFile: ReadFile,
  at: JudgedAt,
): ReadCertificate | undefined {
  const { certificate, key, passphrase } = given;
  if (certificate === '') {
    if (key === '' && passphrase === '') return undefined;
    const named = key === '' ? option.clientKeyPassphrase : option.clientKey;
    throw problem(
      say`${named} is set, but ${option.clientCertificate} is empty.`,
      say`Set ${option.clientCertificate}.`,
    );
  }
  const bytes = readGiven(certificate, NAME, readFile);
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  const ofPassphrase = passphrase === '' ? {} : { passphrase };
  const chain = bytes.includes('-----BEGIN')
    ? chainOf(bytes.toString(), X509Certificate)
    : derOf(bytes, X509Certificate);
  if (chain === undefined) {
    if (key !== '') {
      throw problem(
        say`${NAME} is a PKCS#12 file, which has its own key, but ${option.clientKey} is also set.`,
        say`Leave ${option.clientKey} out.`,
      );
    }
    const own = openPkcs12(bytes, passphrase);
    return { clientCertificate: { pfx: bytes.toString('base64'), ...ofPassphrase }, ...judged(own, at) };
  }
  const pem = key === '' ? bytes.toString() : readGiven(key, subject('clientKey'), readFile).toString();
  const block = privateKeyBlock(pem);
  if (key === '' && block === undefined) {
    throw problem(
      say`${NAME} holds no private key, and ${option.clientKey} is empty.`,
      say`Set ${option.clientKey} to the private key of the certificate.`,
    );
  }
  const privateKey = readPrivateKey(pem, passphrase, {
    subject: subject(key === '' ? 'clientCertificate' : 'clientKey'),
    key: key === '' ? option.clientCertificate : option.clientKey,
    passphrase: option.clientKeyPassphrase,
  });
  const own = chain.find((each) => each.checkPrivateKey(privateKey));
  if (own === undefined) throw otherKey(chain[0], privateKey);
  // The client's own certificate must come first in the handshake, whatever the order in the file.
  const ordered = [own, ...chain.filter((each) => each !== own)];
  return {
    clientCertificate: { certificate: ordered.map(String).join(''), key: `${block}\n`, ...ofPassphrase },
    ...judged(own, at),
  };
}

type Certificates = typeof X509Certificate;

function chainOf(pem: string, Certificate: Certificates): X509Certificate[] {
  const blocks = splitCertificates(pem);
  if (blocks.length === 0) {
    throw problem(
      say`${NAME} holds no certificate.`,
      'It must contain -----BEGIN CERTIFICATE-----. A certificate request or a key does not work here.',
    );
  }
  return blocks.map((block, index) => {
    try {
      return new Certificate(block);
    } catch {
      throw problem(
        say`${NAME}: certificate ${index + 1} of ${blocks.length} cannot be read.`,
        'Export it again as PEM: first the certificate of the client, then those that signed it.',
      );
    }
  });
}

/** A certificate that is not in PEM; undefined if the bytes are not a certificate. */
function derOf(bytes: Buffer, Certificate: Certificates): X509Certificate[] | undefined {
  try {
    return [new Certificate(bytes)];
  } catch {
    return undefined;
  }
}

/** Errors: INPUT_INVALID, for a certificate that is not valid at this time, unless it is for a release. */
function judged(
  own: X509Certificate,
  { nowMs, isForRelease = false }: JudgedAt,
): Omit<ReadCertificate, 'clientCertificate'> {
  const name = printable(own.subject.replaceAll('\n', ', ')) || 'without a subject';
  const fromMs = Date.parse(own.validFrom);
  const toMs = Date.parse(own.validTo);
  const warnings: Text[] = [];
  const isOver = nowMs > toMs;
  if (isOver || nowMs < fromMs) {
    const when = isOver ? `expired on ${dayOf(toMs)}` : `is valid only from ${dayOf(fromMs)}`;
    const what = say`${NAME} (${name}) ${when}. The clock of this machine says ${dayOf(nowMs)}.`;
    if (!isForRelease) throw problem(what, 'Give a certificate that is valid.');
    warnings.push(say`${what} It is still sent, to release custody: the vault decides.`);
  }
  const daysLeft = Math.floor((toMs - nowMs) / DAY_MS);
  if (daysLeft >= 0 && daysLeft < SOON_DAYS)
    warnings.push(
      say`${NAME} (${name}) expires on ${dayOf(toMs)}, in ${daysLeft} days. Replace it before then.`,
    );
  const { keyUsage } = own as { keyUsage: readonly string[] | undefined };
  if (keyUsage !== undefined && !keyUsage.includes(CLIENT_AUTHENTICATION))
    warnings.push(
      say`${NAME} (${name}) is not issued for TLS client authentication: many servers reject it.`,
    );
  return {
    description: `Client certificate ${name}, valid until ${dayOf(toMs)}, SHA-1 ${own.fingerprint}, SHA-256 ${own.fingerprint256}`,
    warnings,
  };
}

function dayOf(ms: number): string {
  return Number.isNaN(ms) ? 'an unknown day' : new Date(ms).toISOString().slice(0, 10);
}

function otherKey(first: X509Certificate | undefined, key: KeyObject): SeguraError {
  const wanted = first?.publicKey.asymmetricKeyType ?? 'unknown';
  const given = key.asymmetricKeyType ?? 'unknown';
  const types =
    wanted === given
      ? `both are of type ${given}`
      : `the key is of type ${given}, the certificate's of ${wanted}`;
  return problem(
    say`${option.clientKey} is not the key of ${option.clientCertificate} (${types}).`,
    'Use the key that belongs to the certificate. For a pair, these two commands print the same: openssl x509 -noout -pubkey -in certificate.pem; openssl pkey -pubout -in key.pem',
  );
}

function problem(message: Text, remedy: Text): SeguraError {
  return new SeguraError('INPUT_INVALID', message, remedy);
}
