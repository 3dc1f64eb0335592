import { RSA_CIPHERTEXT_BYTES } from './assumptions.js';
import type { Found } from './lookup.js';
import { maskForms, pairForms } from './masks.js';
import { isMetadata } from './metadata.js';
import type { Platform } from './ports.js';
import type { Secret } from './secret.js';

/** A proxy may have a password shorter than this, and masking it would hide half of every log. */
const LEAST_OWN_LENGTH = 4;

/** Hides values on a platform, each form once, and tells of what it leaves readable. */
export class Masking {
  readonly #platform: Pick<Platform, 'mask' | 'warning' | 'hidesBesides'>;
  readonly #minLength: number;
  readonly #maskMetadata: boolean;
  readonly #masked = new Set<string>();
  readonly #told = new Set<string>();
  readonly #done = new Set<string>();

  constructor(
    platform: Pick<Platform, 'mask' | 'warning' | 'hidesBesides'>,
    minLength: number,
    maskMetadata: boolean,
  ) {
    this.#platform = platform;
    this.#minLength = minLength;
    this.#maskMetadata = maskMetadata;
  }

  /** Hides a credential of the run itself: client secret, token, signature, proxy password. */
  own(secret: Secret, user?: string): void {
    const value = secret.reveal();
    if (value !== '' && value.length < LEAST_OWN_LENGTH) {
      this.#tell(
        'A credential of our own (client secret or proxy password) is shorter than 4 characters and is not masked.',
      );
    }
    this.#mask(maskForms(value, LEAST_OWN_LENGTH, this.#platform.hidesBesides));
    if (user !== undefined) this.#mask(pairForms(user, value));
  }

  found(found: Found): void {
    const value = found.value.reveal();
    if (isMetadata(found.field) && !this.#maskMetadata) return;
    const key = JSON.stringify([value, found.user]);
    if (this.#done.has(key)) return;
    if (value.trim().length < this.#minLength) {
      if (value !== '')
        this.#warn(
          found,
          `is shorter than ${this.#minLength} characters and is not masked: it can show in logs. Use a longer secret, or lower "min-mask-length".`,
        );
      return;
    }
    this.#done.add(key);
    const forms = maskForms(value, this.#minLength, this.#platform.hidesBesides);
    if (forms.length === 0) {
      this.#warn(
        found,
        'has only white space or lines too short to mask, and is not masked: it can show in logs.',
      );
    }
    this.#mask(forms);
    if (found.user !== undefined) this.#mask(pairForms(found.user, value));
    if (looksEncrypted(value)) {
      this.#warn(
        found,
        'looks encrypted. If so, turn off "Enable encryption of sensitive information" of the authorization in the vault: there is no key here to decrypt it.',
      );
    }
  }

  #mask(forms: readonly string[]): void {
    for (const form of forms) {
      if (this.#masked.has(form)) continue;
      this.#masked.add(form);
      this.#platform.mask(form);
    }
  }

  #warn(found: Found, what: string): void {
    this.#tell(`The value of ${found.source} ${what}`);
  }

  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#platform.warning(message);
  }
}

function looksEncrypted(value: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
  const bytes = Buffer.from(value, 'base64');
  return RSA_CIPHERTEXT_BYTES.some((length) => length === bytes.length) && bytes.toString('base64') === value;
}
