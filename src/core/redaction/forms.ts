import { isEncoded } from './lines/line-ends.js';
import { decoded } from './percent.js';

/** Shorter texts would hide ordinary words. */
const MIN_DECODED_LENGTH = 8;
/** Shorter runs of encoded characters are ordinary words, which a line end really divides. */
const MIN_WRAPPED_LENGTH = 8;

export interface Pieces {
  /** Every text to hide, none with a line end in it. */
  readonly all: readonly string[];
  /** Those of encoded characters alone, which a tool may have wrapped. */
  readonly wrapped: readonly string[];
}

/**
 * The texts to search for, each once: forms of several lines stand as their lines, as a log shows them.
 *
 * One character is one byte of UTF-8 (latin1), so that comparing texts compares bytes.
 */
export function piecesOf(forms: Iterable<string>): Pieces {
  const pieces = new Set<string>();
  for (const form of forms) {
    for (const line of form.split(/[\r\n]+/)) {
      if (line.trim() !== '') pieces.add(bytesOf(line));
    }
  }
  addDecoded(pieces);
  const all = [...pieces].sort();
  return { all, wrapped: all.filter(isWrapped) };
}

/**
 * Adds to percent-encoded texts what they read as: any mix of characters and codes reads as that.
 *
 * Of the encoded form of a value that is the value itself, but for a space that is a plus sign; of a value with something
 * like a code in it, it is what some encoders make of it.
 */
function addDecoded(pieces: Set<string>): void {
  for (const piece of [...pieces]) {
    if (!piece.includes('%')) continue;
    const text = decoded(piece);
    if (text.length >= MIN_DECODED_LENGTH && !/[\r\n]/.test(text)) pieces.add(text);
  }
}

/** Text of ASCII is its own bytes already, as most forms are. */
function bytesOf(line: string): string {
  return Buffer.byteLength(line) === line.length ? line : Buffer.from(line).toString('latin1');
}

function isWrapped(piece: string): boolean {
  return piece.length >= MIN_WRAPPED_LENGTH && isEncoded(piece);
}
