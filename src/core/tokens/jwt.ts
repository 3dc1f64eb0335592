import { printableUpTo } from '../printable.js';
import { Secret } from '../secret.js';

/** The registered claims of a token, as far as it has them. Times are in seconds since 1970. */
export interface Claims {
  readonly iss: string | undefined;
  /** One audience, or several: a token is meant for each of them. Empty where the token names none. */
  readonly aud: readonly string[];
  readonly sub: string | undefined;
  readonly exp: number | undefined;
  readonly nbf: number | undefined;
  readonly iat: number | undefined;
}

/** A claim is shown up to this length: the subject of a job may hold the names of a repository and of a branch. */
const MAX_SHOWN = 600;
/** A shorter part of a token is not secret, and would mask ordinary words. */
const MIN_PART_CHARACTERS = 8;

/**
 * The claims of a JSON Web Token, undefined for a text that is none.
 *
 * No signature is verified: this is for messages and for the time of the next request only, never for a decision about trust.
 *
 * Source: RFC 7519 section 4.1; RFC 7515 section 3.1 for the three parts.
 */
export function readClaims(token: Secret): Claims | undefined {
  const parts = token.reveal().split('.');
  const claims = parts.length === 3 ? objectOf(parts[1] ?? '') : undefined;
  if (claims === undefined || objectOf(parts[0] ?? '') === undefined) return undefined;
  const text = (name: string): string | undefined => {
    const value = claims[name];
    return typeof value === 'string' ? value : undefined;
  };
  const time = (name: string): number | undefined => {
    const value = claims[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  const aud = claims['aud'];
  return {
    iss: text('iss'),
    aud: (Array.isArray(aud) ? aud : [aud]).filter((each) => typeof each === 'string'),
    sub: text('sub'),
    exp: time('exp'),
    nbf: time('nbf'),
    iat: time('iat'),
  };
}

/** What has to be hidden of a token: itself, and the parts of a JWT, since debug logs split it at its dots. */
export function tokenSecrets(token: Secret): Secret[] {
  const parts = readClaims(token) === undefined ? [] : token.reveal().split('.');
  return [
    token,
    ...parts.filter((part) => part.length >= MIN_PART_CHARACTERS).map((part) => new Secret(part)),
  ];
}

/** Issuer, audience and subject, for an administrator to copy: `iss "…", aud "…", sub "…"`. Never the token. */
export function claimsText(claims: Claims | undefined): string {
  if (claims === undefined) return 'no claims that can be read (it is not a JWT)';
  const { iss, aud, sub } = claims;
  const shown = (value: string | undefined): string =>
    value === undefined ? 'missing' : `"${printableUpTo(MAX_SHOWN, value)}"`;
  return `iss ${shown(iss)}, aud ${aud.length === 0 ? 'missing' : aud.slice(0, 10).map(shown).join(' and ')}, sub ${shown(sub)}`;
}

/** A time of a claim as a log shows it: `2026-11-27 23:25:18 UTC`. */
export function timeText(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime())
    ? 'a time that no calendar has'
    : `${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

function objectOf(part: string): Record<string, unknown> | undefined {
  if (!/^[\w-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
