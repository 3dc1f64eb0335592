import { isCredentialName } from '../../credential-name.js';
import { printable } from '../../printable.js';

/** Where the name of a lease begins. No credential has a name with two "@": see isCredentialName. */
export const LEASE_MARK = 'lease@@';

/** What is held may be a credential, or a lease by a name that nameOfLease made. Anyone could have written it. */
export function isLease(name: string): boolean {
  return /^lease@@\d+\*?(?::[^:@]+){4}$/.test(name);
}

/** The name of a credential or of a lease. */
export function isHeldName(name: string): boolean {
  return isCredentialName(name) || isLease(name);
}

/** True for all leases of one pod but that of one secret. */
export function isOfOthers(name: string): boolean {
  return isLease(name) && /^\D+\d+\*/.test(name);
}

/** What is held, in a list of names. */
export function heldName(name: string): string {
  if (!isLease(name)) return printable(name);
  const what = isOfOthers(name) ? 'what the vault provisioned beside' : 'the lease of';
  return `${what} ${printable(decoded(name.replace(/.*:/s, '')))}`;
}

/** What is held, in a sentence: `custody of 94`. */
export function heldAs(name: string): string {
  return `${isLease(name) ? '' : 'custody of '}${heldName(name)}`;
}

/** The text as it is where it cannot be decoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
