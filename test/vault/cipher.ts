import { constants, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto';
import { LONG_VALUES_FAIL_TO_ENCRYPT } from './assumptions.js';

/** A documented value of `private_key` inside a success body. Source: docs.senhasegura.io v3-32, DSM methods. */
export const ENCRYPTION_FAILED = 'An error occurred while encrypting the text';

/** How sensitive values of one reply are written. */
export type Seal = (value: string) => string;

/**
 * "Enable encryption of sensitive information": RSA-OAEP with SHA-1, standard base64; the private key is PKCS#8.
 */
export class Cipher {
  #keys: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

  seal(value: string): string {
    const key = this.#pair().publicKey;
    const bytes = Buffer.from(value, 'utf8');
    const longest = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - 42;
    if (bytes.length > longest && LONG_VALUES_FAIL_TO_ENCRYPT) return ENCRYPTION_FAILED;
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return publicEncrypt({ key, padding, oaepHash: 'sha1' }, bytes).toString('base64');
  }

  privateKey(): string {
    return this.#pair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  #pair(): { publicKey: KeyObject; privateKey: KeyObject } {
    this.#keys ??= generateKeyPairSync('rsa', { modulusLength: 2_048 });
    return this.#keys;
  }
}
