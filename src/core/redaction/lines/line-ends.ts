export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;

/** A line of encoded text is longer than this. Most words are not. */
export const MIN_WRAPPED_LINE = 16;

const ENCODED = new Uint8Array(256);
for (const char of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-')) {
  ENCODED[char] = 1;
}

/** A line may begin with so many characters of an indent or a quotation. */
export const MAX_PREFIX = 64;

const PREFIX = new Uint8Array(256);
for (const char of Buffer.from(' \t>|#*')) PREFIX[char] = 1;

/** Where the indent or the quotation marks that begin at `at` end, at `limit` at the latest. */
export function prefixEnd(bytes: Uint8Array, at: number, limit: number): number {
  const most = Math.min(limit, bytes.length);
  let end = at;
  while (end < most && PREFIX[bytes[end] as number] === 1) end += 1;
  return end;
}

/** Where the indent or the quotation marks before `at` begin. */
export function prefixStart(bytes: Uint8Array, at: number): number {
  const least = Math.max(0, at - MAX_PREFIX);
  let start = at;
  while (start > least && PREFIX[bytes[start - 1] as number] === 1) start -= 1;
  return start;
}

/** Whether all of a text is of base64, of base64url or of hex. */
export function isEncoded(text: string): boolean {
  return /^[A-Za-z0-9+/_=-]*$/.test(text);
}

/** Whether the byte is of base64, of base64url or of hex. */
export function isEncodedByte(byte: number | undefined): boolean {
  return byte !== undefined && ENCODED[byte] === 1;
}

/** Whether at least 16 encoded characters stand right before `at`; `before` of them before the first byte. */
export function isAfterEncoded(bytes: Uint8Array, at: number, before: number): boolean {
  if (at < MIN_WRAPPED_LINE) return encodedRunBefore(bytes, at, before, MIN_WRAPPED_LINE) >= MIN_WRAPPED_LINE;
  // Without a decision for each: every line of a log comes through here.
  let every = 1;
  for (let from = at - MIN_WRAPPED_LINE; from < at; from += 1)
    every &= ENCODED[bytes[from] as number] as number;
  return every === 1;
}

/** How many encoded characters stand right before `at`, counted up to `most`; `before` more stand before the first. */
export function encodedRunBefore(bytes: Uint8Array, at: number, before: number, most: number): number {
  let from = at;
  while (from > 0 && at - from < most && isEncodedByte(bytes[from - 1])) from -= 1;
  return from === 0 ? Math.min(most, at + before) : at - from;
}

/** Where the encoded characters that begin at `at` end, at `limit` at the latest. */
export function encodedRunEnd(bytes: Uint8Array, at: number, limit: number): number {
  let end = at;
  while (end < limit && isEncodedByte(bytes[end])) end += 1;
  return end;
}
