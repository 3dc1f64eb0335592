import { isEncoded } from './lines/line-ends.js';
import { decoded } from './percent.js';

/** Shorter texts would hide ordinary words. */
const MIN_DECODED_LENGTH = 8;
/** Shorter runs of encoded characters are ordinary words, and a line end between them is a real one. */
const MIN_WRAPPED_LENGTH = 8;

export interface Pieces {
  /** Every text to hide. Only the decoded text of codes may have a line end in it. */
  readonly all: readonly string[];
  /** Those that consist only of encoded characters, which a tool may have wrapped. */
  readonly wrapped: readonly string[];
}

/**
 * The texts to search for, each once. Forms of several lines are split into their lines, as a log shows them.
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
 * Adds the decoded text of percent-encoded texts: any mix of characters and codes decodes to it.
 *
 * For the encoded form of a value, this is the value itself, except that a plus sign stays for a space. For a value that
 * contains something like a code, it is the output of some encoders. If that is the code of a line end, the output may be
 * in one line, where it is encoded again, or in several.
 */
function addDecoded(pieces: Set<string>): void {
  for (const piece of [...pieces]) {
    if (!piece.includes('%')) continue;
    const text = decoded(piece);
    for (const each of [text, ...text.split(/[\r\n]+/)]) {
      if (each.length >= MIN_DECODED_LENGTH && each.trim() !== '') pieces.add(each);
    }
  }
}

/** ASCII text, like most forms, already is its own bytes. */
function bytesOf(line: string): string {
  return Buffer.byteLength(line) === line.length ? line : Buffer.from(line).toString('latin1');
}

function isWrapped(piece: string): boolean {
  return piece.length >= MIN_WRAPPED_LENGTH && isEncoded(piece);
}
