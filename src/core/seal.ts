import { createHmac } from 'node:crypto';
import type { LedgerData } from './ledger.js';
import type { Secret } from './secret.js';

/** Separates this use of the client secret from any other that a vault or a later version may make of it. */
const PURPOSE = 'segura-secrets ledger v1\n';

/** The ledger as one line of text with an HMAC-SHA-256 keyed by the client secret in front. */
export function seal(data: LedgerData, key: Secret): string {
  const text = JSON.stringify(data);
  return `${mac(text, key)}.${text}`;
}

/** Proves that whoever made `text` had the client secret. */
export function mac(text: string, key: Secret): string {
  return createHmac('sha256', key.reveal()).update(PURPOSE).update(text).digest('base64url');
}
