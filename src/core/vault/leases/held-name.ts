import { printable } from '../../printable.js';

/** What is held may be a credential, or a lease by a name that nameOfLease made. Anyone could have written it. */
export function isLease(name: string): boolean {
  return /^lease:\d+(?::[^:@]+){4}$/.test(name);
}

/** What is held, in a list of names. */
export function heldName(name: string): string {
  return isLease(name) ? `the lease of ${printable(decoded(name.replace(/.*:/s, '')))}` : printable(name);
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
