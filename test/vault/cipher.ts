import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import type { Authorization } from './data.js';
import type { Settings } from './options.js';

/** A documented value of `private_key` inside a success body. Source: docs.senhasegura.io v3-32, DSM methods. */
export const ENCRYPTION_FAILED = 'An error occurred while encrypting the text';

/** How sensitive values of one reply are written. */
export type Seal = (value: string) => string;

/** What a fault makes of the sensitive values of a reply, whatever the authorization says. */
export type SealFault = 'encrypted' | 'failed';

type Keys = ReturnType<typeof rsaKeys>;

/**
 * "Enable encryption of sensitive information": RSA-OAEP with SHA-1, standard base64. Each authorization has a key of
 * its own, made when it is needed; the private key is PKCS#8.
 */
export class Cipher {
  readonly #keys = new Map<string, Keys>();
  readonly #longValues: Settings['longEncryptedValues'];

  constructor(longValues: Settings['longEncryptedValues']) {
    this.#longValues = longValues;
  }

  sealFor({ clientId }: Authorization): Seal {
    const key = this.#of(clientId).publicKey;
    const longest = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - 42;
    return (value) => {
      const bytes = Buffer.from(value, 'utf8');
      if (bytes.length > longest && this.#longValues === 'fail') return ENCRYPTION_FAILED;
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const blocks: Buffer[] = [];
      do {
        const block = bytes.subarray(blocks.length * longest, (blocks.length + 1) * longest);
        blocks.push(publicEncrypt({ key, padding, oaepHash: 'sha1' }, block));
      } while (blocks.length * longest < bytes.length);
      return Buffer.concat(blocks).toString('base64');
    };
  }

  privateKey({ clientId }: Authorization): string {
    return this.#of(clientId).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  #of(clientId: string): Keys {
    const keys = this.#keys.get(clientId) ?? rsaKeys();
    this.#keys.set(clientId, keys);
    return keys;
  }
}

function rsaKeys() {
  return generateKeyPairSync('rsa', { modulusLength: 2_048 });
}
