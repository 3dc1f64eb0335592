import { englishName } from '../credential-name.js';
import type { FoundField } from '../requests/found-field.js';
import type { Source } from '../requests/request.js';
import { isPrivateKey } from './private-key.js';

/** Why a value is masked even if `unmasked` names it; undefined if `unmasked` applies. */
export function whyMasked(found: FoundField): string | undefined {
  if (isPassword(found.origin)) return PASSWORD;
  return isPrivateKey(found.value.reveal()) ? PRIVATE_KEY : undefined;
}

export function isPassword({ kind, field }: Source): boolean {
  return kind === 'pam' && field !== undefined && englishName(field) === 'password';
}

export const PASSWORD = 'the password of a PAM credential';

export const PRIVATE_KEY = 'a private key';
