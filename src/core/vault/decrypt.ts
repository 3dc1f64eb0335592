import type { KeyObject } from 'node:crypto';
import { MAX_RSA_BLOCKS } from '../assumptions.js';
import { SeguraError } from '../errors.js';
import { Secret } from '../secret.js';
import { option, say, subject } from '../text.js';
import { base64Bytes, looksEncrypted } from './ciphertext.js';
import { type ReadFile, readGiven } from './connection/given-file.js';
import { readPrivateKey } from './connection/private-key.js';
import { type Decrypt, EncryptedSecret } from './field.js';

/** The private key of an authorization that encrypts its values. */
export interface DecryptionKey {
  /** As it was given, or as its file holds it. */
  readonly pem: string;
  /** Bytes of its modulus, and so of one block of ciphertext. */
  readonly blockBytes: number;
  /** The plain bytes of one block; undefined when it is none for this key. */
  decrypt(block: Uint8Array): Buffer | undefined;
}

export type DecryptedField =
  /** It does not look encrypted. */
  | { readonly kind: 'clear' }
  | { readonly kind: 'decrypted'; readonly value: string }
  /** It has the form of a ciphertext, and this key does not decrypt it. */
  | { readonly kind: 'undecodable' }
  /** It was decrypted, to bytes that are not UTF-8. */
  | { readonly kind: 'not-text' };

/**
 * The key that an input gives as PEM, as base64 of PEM, or as the path of a file.
 *
 * Shape: RSA, in PKCS#8 or PKCS#1, each with or without a passphrase; `passphrase` is empty for none.
 * Errors: INPUT_INVALID. Source: protocol.md 11; the vault hands out PKCS#8.
 */
export function readDecryptionKey(input: string, passphrase: string, readFile: ReadFile): DecryptionKey {
  const name = subject('decryptionKey');
  const pem = readGiven(input, name, readFile).toString();
  const key = readPrivateKey(pem, passphrase, {
    subject: name,
    key: option.decryptionKey,
    passphrase: option.decryptionKeyPassphrase,
  });
  if (key.asymmetricKeyType !== 'rsa') {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${name} is a key of type ${key.asymmetricKeyType ?? 'unknown'}, but values are encrypted with RSA.`,
      'Download the private key of the authorization in the vault.',
    );
  }
  return { pem, blockBytes: Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8), decrypt: by(key) };
}

function by(key: KeyObject): DecryptionKey['decrypt'] {
  return (block) => {
    const { constants, privateDecrypt } = process.getBuiltinModule('node:crypto');
    try {
      return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, block);
    } catch {
      // A wrong key, a wrong hash and a text that is not a ciphertext fail in the same way.
      return undefined;
    }
  };
}

/**
 * A value of a reply, decrypted if it is a ciphertext: base64 of one or more whole RSA blocks.
 *
 * Source: RSA-OAEP with SHA-1 (RFC 8017 section 7.1), as independent programs decrypt it. That several blocks follow each
 * other in one text is an assumption.
 */
export function decryptField(text: string, key: DecryptionKey): DecryptedField {
  const bytes = base64Bytes(text);
  const blocks = (bytes?.length ?? 0) / key.blockBytes;
  if (bytes === undefined || !Number.isInteger(blocks) || blocks > MAX_RSA_BLOCKS)
    // A block of another length is one for another key.
    return { kind: looksEncrypted(text) ? 'undecodable' : 'clear' };
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += key.blockBytes) {
    const part = key.decrypt(bytes.subarray(at, at + key.blockBytes));
    if (part === undefined) return { kind: 'undecodable' };
    parts.push(part);
  }
  try {
    // Together: a character may begin in one block and end in the next.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { kind: 'decrypted', value: decoder.decode(Buffer.concat(parts)) };
  } catch {
    return { kind: 'not-text' };
  }
}

/** The reader of a client whose authorization encrypts values. */
export function decryptWith(key: DecryptionKey): Decrypt {
  return (text, where) => {
    const field = decryptField(text, key);
    switch (field.kind) {
      case 'clear':
        return new Secret(text);
      case 'decrypted':
        return new EncryptedSecret(field.value, 'decrypted');
      case 'undecodable':
        return new EncryptedSecret(text, 'undecodable');
      case 'not-text':
        throw new SeguraError(
          'VALUE_BROKEN',
          `${where} is encrypted, and what it decrypts to is not UTF-8 text.`,
          'Check the value in the vault: bytes that are not text must be stored as base64.',
        );
    }
  };
}
