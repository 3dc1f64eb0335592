import { RSA_CIPHERTEXT_BYTES } from '../assumptions.js';

/**
 * The bytes of a text that is base64 as a whole; undefined for any other. In lines, without padding, and in the alphabet of
 * URLs it is the same text. Hex digits, of which a base64 text of that length never only consists, are hex.
 */
export function base64Bytes(value: string): Buffer | undefined {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  const [, text = ''] = /^([A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.exec(lines.join('')) ?? [];
  if (/^[0-9a-f]+$/i.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const isWhole = bytes.toString('base64url') === text.replaceAll('+', '-').replaceAll('/', '_');
  return isWhole && bytes.length > 0 ? bytes : undefined;
}

/** Base64 of exactly an RSA block: no flag of a reply says that a value is encrypted. */
export function looksEncrypted(value: string): boolean {
  const length = base64Bytes(value)?.length;
  return RSA_CIPHERTEXT_BYTES.some((bytes) => bytes === length);
}
