import type { ErrorCode } from '../core/error-codes.js';
import { SeguraError } from '../core/errors.js';

/** Kinds of failure that a CI can act on, by exit code. Any other failure has 1, or 2 for a wrong command line. */
export const KINDS = {
  3: 'the vault could not be reached, took too long or failed; running it again may help',
  4: 'there was no identity token, or the vault rejected the login, the address or the permission',
  5: 'a secret, credential or field was not found, or is ambiguous',
  6: 'another client holds custody; running it later may help',
} as const;
type Kind = keyof typeof KINDS;

const KIND_OF: Partial<Record<ErrorCode, Kind>> = {
  VAULT_UNREACHABLE: 3,
  PROXY_FAILED: 3,
  TIMED_OUT: 3,
  RATE_LIMITED: 3,
  VAULT_FAILED: 3,
  IDENTITY_UNAVAILABLE: 4,
  CLIENT_CERTIFICATE_REJECTED: 4,
  TOKEN_REJECTED: 4,
  ACCESS_DENIED: 4,
  SECRET_NOT_FOUND: 5,
  FIELD_NOT_FOUND: 5,
  FIELD_NULL: 5,
  FIELD_AMBIGUOUS: 5,
  CREDENTIAL_NOT_FOUND: 5,
  ITEM_NOT_FOUND: 5,
  CUSTODY_HELD: 6,
};

/** Of several problems, one that a rerun cannot fix decides, and of those the most specific one. */
const ORDER = [4, 5, 1, 6, 3] as const;

/** The exit code for what a command failed with. */
export function exitCodeOf(problems: readonly SeguraError[]): number {
  const codes = problems.map(codeOf);
  return ORDER.find((code) => codes.includes(code)) ?? 1;
}

/** What kind of failure that is, in words; undefined for one that has no kind. */
export function kindOf(problems: readonly SeguraError[]): string | undefined {
  const code = exitCodeOf(problems);
  return code === 1 ? undefined : `${code}, ${KINDS[code as Kind]}`;
}

/** A failed release has the kind of its cause. */
function codeOf({ code, cause }: SeguraError): Kind | 1 {
  if (code === 'RELEASE_FAILED' && cause instanceof SeguraError) return codeOf(cause);
  return KIND_OF[code] ?? 1;
}
