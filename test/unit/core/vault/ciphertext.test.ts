import { constants, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { looksEncrypted } from '../../../../src/core/vault/ciphertext.js';

/** What a vault would send: a password, encrypted for a key of that many bits. */
function blockOf(modulusLength: number): Buffer {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key: publicKey, padding }, Buffer.from('password'));
}

const wrap = (text: string, width: number, end: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);

describe.each([1_024, 2_048, 3_072, 4_096])('a block of RSA with %i bits looks encrypted', (bits) => {
  const block = blockOf(bits);
  const text = block.toString('base64');
  const url = block.toString('base64url');

  test.each(
    Object.entries({
      'as it is': text,
      'with a line end': `${text}\n`,
      'with a line end of Windows': `${text}\r\n`,
      'in lines of 64': wrap(text, 64, '\n'),
      'in lines of 76, as MIME has them': `${wrap(text, 76, '\r\n')}\r\n`,
      'in lines with an indent': `  ${wrap(text, 64, '\n  ')}`,
      'without padding': text.replace(/=+$/, ''),
      'in the alphabet of URLs': url,
      'in the alphabet of URLs, padded and in lines': wrap(url.padEnd(text.length, '='), 64, '\n'),
    }),
  )('%s', (_, value) => {
    expect(looksEncrypted(value)).toBe(true);
  });
});

test('other values do not', () => {
  const text = Buffer.alloc(256, 7).toString('base64');
  for (const value of [
    '',
    'password',
    randomBytes(255).toString('base64'),
    randomBytes(64).toString('base64'),
    randomBytes(128).toString('hex'),
    // As many characters as base64 of 384 bytes.
    randomBytes(256).toString('hex'),
    `${text.slice(0, 300)} ${text.slice(300)}`,
    `${text.slice(0, -3)}B==`,
    `-${text.slice(1, 100)}/${text.slice(101)}`,
    `user:${text}`,
  ])
    expect(looksEncrypted(value), value.slice(0, 40)).toBe(false);
});
