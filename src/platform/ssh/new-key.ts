import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { StringReader, string, uint32 } from './wire.js';

/** A pair of keys as texts. */
export interface KeyPairTexts {
  /** In the form of OpenSSH, without a passphrase, with LF. */
  readonly privateKey: string;
  /** `ssh-ed25519 BASE64 COMMENT`. */
  readonly publicKey: string;
}

const KIND = 'ssh-ed25519';
const MAGIC = Buffer.from('openssh-key-v1\0');
const BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----';
const END = '-----END OPENSSH PRIVATE KEY-----';
/** Of a key without a passphrase. */
const BLOCK = 8;
const LINE = /.{1,70}/g;

/**
 * A new pair of Ed25519 keys.
 *
 * Source: PROTOCOL.key of OpenSSH; RFC 8709 section 4 for the public half.
 */
export function makeEd25519(comment: string): KeyPairTexts {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const kind = Buffer.from(KIND);
  const blob = Buffer.concat([string(kind), string(point)]);
  const check = randomBytes(4);
  const inner = Buffer.concat([
    check,
    check,
    ...[string(kind), string(point), string(Buffer.concat([seed, point])), string(Buffer.from(comment))],
  ]);
  const padding = Buffer.from(Array.from({ length: -inner.length & (BLOCK - 1) }, (_, index) => index + 1));
  const none = string(Buffer.from('none'));
  const whole = Buffer.concat([
    MAGIC,
    ...[
      none,
      none,
      string(Buffer.alloc(0)),
      uint32(1),
      string(blob),
      string(Buffer.concat([inner, padding])),
    ],
  ]);
  const lines = whole.toString('base64').match(LINE) ?? [];
  return {
    privateKey: `${[BEGIN, ...lines, END].join('\n')}\n`,
    publicKey: `${KIND} ${blob.toString('base64')} ${comment}`,
  };
}

/** The public half that a private key in the form of OpenSSH carries in clear, as `KIND BASE64`; undefined for another form. */
export function publicHalf(privateKey: string): string | undefined {
  const body = new RegExp(`${BEGIN}([\\s\\S]+?)${END}`).exec(privateKey)?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  try {
    const reader = new StringReader(bytes.subarray(MAGIC.length));
    // The cipher, the function of the passphrase, and its options.
    for (let skipped = 0; skipped < 3; skipped += 1) reader.string();
    if (reader.number() !== 1) return undefined;
    const blob = reader.string();
    return `${new StringReader(blob).string().toString('latin1')} ${blob.toString('base64')}`;
  } catch {
    return undefined;
  }
}
