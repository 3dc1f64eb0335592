import { createHash, createHmac } from 'node:crypto';
import type { Secret } from '../secret.js';
import type { LedgerData } from './ledger-data.js';

/** Separates this use of the client secret from any other that a vault or a later version may make of it. */
const PURPOSE = 'segura-secrets ledger v1\n';
/** For a state that carries its own login, so that the two kinds are never confused. */
const PURPOSE_CARRIED = 'segura-secrets state v2\n';

/**
 * The ledger as one line of text. With a `key`, the line begins with an HMAC-SHA-256: the author of the text had the key.
 * Without one, it begins with a SHA-256: the text is complete and of this version. More cannot be shown to a reader who
 * has nothing but the text.
 */
export function seal(data: LedgerData, key: Secret | undefined): string {
  const text = JSON.stringify(data);
  return `${mac(text, key)}.${text}`;
}

export function mac(text: string, key: Secret | undefined): string {
  if (key === undefined) return createHash('sha256').update(PURPOSE_CARRIED).update(text).digest('base64url');
  return createHmac('sha256', key.reveal()).update(PURPOSE).update(text).digest('base64url');
}
