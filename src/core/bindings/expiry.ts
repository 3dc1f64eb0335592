import { printable } from '../printable.js';
import type { FoundField } from '../requests/found-field.js';
import { quote } from '../requests/tokens.js';

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;
/** The clocks that are furthest behind UTC. */
const MAX_BEHIND_MS = 12 * 3_600_000;

/** The warning about the expiry of a secret or credential; undefined if it is in the future or unknown. */
export function expiryWarning(found: FoundField, nowMs: number): string | undefined {
  const text = found.expires?.trim() ?? '';
  const time = timeOf(text);
  if (time === undefined || time.ms > nowMs) return undefined;
  const { origin } = found;
  const name = printable(quote(origin.kind === 'pam' ? origin.credential : (origin.identity ?? '*')));
  const date = printable(text);
  // Without an offset, it is local time of the vault, and no reply says in which time zone.
  if (time.isZoned || time.ms + MAX_BEHIND_MS <= nowMs)
    return `${name} has expired (${date}): change it or its date in the vault.`;
  return `${name} has expired or expires within hours (${date}, by the clock of the vault): change it or its date there.`;
}

function timeOf(text: string): { ms: number; isZoned: boolean } | undefined {
  const [, year, month, day, hour = '23', minute = '59', second = '00', zone] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const offset =
    zone === undefined || zone.toUpperCase() === 'Z' ? 'Z' : zone.replace(/(\d\d):?(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(ms) ? undefined : { ms, isZoned: zone !== undefined };
}
