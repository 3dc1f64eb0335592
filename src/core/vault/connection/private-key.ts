import type { KeyObject } from 'node:crypto';
import { codeOf, SeguraError } from '../../errors.js';
import { say, type Text } from '../../text.js';

/** The options of a private key, as a message names them. */
export interface KeyNames {
  /** As the first words of a sentence. */
  readonly subject: Text;
  readonly key: Text;
  readonly passphrase: Text;
}

const BLOCK = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----[\s\S]*?-----END \1-----/;
const IS_ENCRYPTED = /^-----BEGIN ENCRYPTED |^Proc-Type: *4,ENCRYPTED/m;

/** The first private key of a PEM text, as it stands there; undefined for a text without one. */
export function privateKeyBlock(pem: string): string | undefined {
  return BLOCK.exec(pem)?.[0];
}

/**
 * The first private key of a PEM text: PKCS#8, PKCS#1 or SEC 1, each with or without a passphrase.
 *
 * Errors: INPUT_INVALID, with separate messages for a missing or wrong passphrase, for a text that is not a private key, and
 * for a key that OpenSSL cannot read.
 */
export function readPrivateKey(pem: string, passphrase: string, names: KeyNames): KeyObject {
  const block = privateKeyBlock(pem);
  if (block === undefined) throw noKey(pem, names);
  if (block.includes('BEGIN OPENSSH PRIVATE KEY')) throw ofOpenSsh(names);
  const isEncrypted = IS_ENCRYPTED.test(block);
  if (isEncrypted && passphrase === '') {
    throw problem(
      say`${names.subject} is encrypted with a passphrase, and ${names.passphrase} is empty.`,
      say`Set ${names.passphrase}.`,
    );
  }
  // Not imported: it takes time to load, and most give no key.
  const { createPrivateKey } = process.getBuiltinModule('node:crypto');
  try {
    return createPrivateKey({ key: block, ...(isEncrypted ? { passphrase } : {}) });
  } catch (error) {
    throw unreadable(codeOf(error), isEncrypted, names);
  }
}

function unreadable(code: string, isEncrypted: boolean, { subject, key, passphrase }: KeyNames): SeguraError {
  if (isEncrypted && code === 'ERR_OSSL_EVP_UNSUPPORTED') {
    return problem(
      say`${subject} is encrypted with an old cipher that OpenSSL 3 does not read.`,
      'Encrypt it again: openssl pkcs8 -topk8 -provider legacy -provider default -in old.pem -out key.pem',
    );
  }
  if (isEncrypted) {
    return problem(
      say`${passphrase} does not decrypt ${key}.`,
      'Check the passphrase. On your own machine this asks for it: openssl pkey -noout -in key.pem',
    );
  }
  return problem(
    say`${subject} holds a private key that cannot be read (${code}).`,
    'Copy the file again, from its first line to its last.',
  );
}

function noKey(pem: string, { subject }: KeyNames): SeguraError {
  const kind = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1] ?? '';
  const what = kind.endsWith('PUBLIC KEY')
    ? 'is a public key'
    : kind.endsWith('CERTIFICATE')
      ? 'is a certificate'
      : kind.endsWith('PRIVATE KEY')
        ? 'is an incomplete private key'
        : 'holds no private key in PEM';
  return problem(
    say`${subject} ${what}.`,
    'Give the private key as PEM. It begins with -----BEGIN PRIVATE KEY-----, or has another word before PRIVATE.',
  );
}

function ofOpenSsh({ subject }: KeyNames): SeguraError {
  return problem(
    say`${subject} is a private key in the format of OpenSSH, not in PEM.`,
    'Convert a copy of it: ssh-keygen -p -m PKCS8 -f copy-of-key',
  );
}

function problem(message: Text, remedy: Text): SeguraError {
  return new SeguraError('INPUT_INVALID', message, remedy);
}
