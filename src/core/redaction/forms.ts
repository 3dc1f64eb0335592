import { isEncodedByte } from './line-ends.js';

/** Shorter runs of encoded characters are ordinary words, which a line end really divides. */
const LEAST_WRAPPED_LENGTH = 8;

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
  const all = [...pieces].sort();
  return { all, wrapped: all.filter(isWrapped) };
}

/** Text of ASCII is its own bytes already, as most forms are. */
function bytesOf(line: string): string {
  return Buffer.byteLength(line) === line.length ? line : Buffer.from(line).toString('latin1');
}

function isWrapped(piece: string): boolean {
  if (piece.length < LEAST_WRAPPED_LENGTH) return false;
  for (let at = 0; at < piece.length; at += 1) if (!isEncodedByte(piece.charCodeAt(at))) return false;
  return true;
}
