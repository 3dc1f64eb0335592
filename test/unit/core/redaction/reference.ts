import { Redaction, Redactor } from '../../../../src/core/redaction/redaction.js';

const MASK = Buffer.from('***');
const ENCODED = /^[A-Za-z0-9+/_=-]$/;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What the redaction means, written for reading: slow, of whole streams, and sharing no code with what it tests.
 *
 * `upTo`: only what comes out for so many bytes. */
export function redactSlowly(forms: Iterable<string>, stream: Buffer, upTo = stream.length): Buffer {
  return hide(stream, stretchesOf(piecesOf(forms), stream), upTo);
}

/** How many of the last bytes of a stream must be held because a form may still go on. */
export function heldSlowly(forms: Iterable<string>, stream: Buffer): number {
  const pieces = piecesOf(forms);
  const { bytes, offsets } = withoutSoftLineEnds(stream, true);
  const plainText = withoutCodes(stream, true);
  const isOpen = (piece: Buffer, rest: Buffer): boolean =>
    rest.length > 0 && rest.length < piece.length && piece.subarray(0, rest.length).equals(rest);
  const longest = Math.max(...pieces.map(({ length }) => length));
  const opens = (some: readonly Buffer[], of: Buffer): number => {
    for (let start = Math.max(0, of.length - longest); start < of.length; start += 1) {
      const rest = of.subarray(start);
      if (some.some((piece) => piece[0] === rest[0] && isOpen(piece, rest))) return start;
    }
    return of.length;
  };
  const openPlace = plainText.offsets[opens(pieces, plainText.bytes)] ?? plainText.end;
  const plain = opens(pieces, stream);
  const joined = opens(pieces.filter(isWrapped), bytes);
  return stream.length - Math.min(plain, offsets[joined] ?? stream.length, openPlace);
}

function piecesOf(forms: Iterable<string>): Buffer[] {
  const lines = [...forms].flatMap((form) => form.split(/[\r\n]/)).filter((line) => line.trim() !== '');
  const pieces = new Set(lines.map((line) => Buffer.from(line).toString('latin1')));
  for (const piece of [...pieces]) {
    const text = withoutCodes(Buffer.from(piece, 'latin1'), false).bytes.toString('latin1');
    for (const each of [text, ...text.split(/[\r\n]/)]) {
      if (each.length >= 8 && each.trim() !== '') pieces.add(each);
    }
  }
  return [...pieces].map((piece) => Buffer.from(piece, 'latin1'));
}

/** The stream with every percent code read; `end`: where it stops, which is before what may become a code. */
function withoutCodes(stream: Buffer, isOpen: boolean): { bytes: Buffer; offsets: number[]; end: number } {
  const text = stream.toString('latin1');
  const end = isOpen ? text.length - (/%[0-9a-f]?$/i.exec(text)?.[0].length ?? 0) : text.length;
  const offsets: number[] = [];
  const bytes: number[] = [];
  for (let at = 0; at < end; at += 1) {
    const code = /^%([0-9a-f]{2})/i.exec(text.slice(at, Math.min(end, at + 3)))?.[1];
    offsets.push(at);
    bytes.push(code === undefined ? (stream[at] ?? 0) : Number.parseInt(code, 16));
    if (code !== undefined) at += 2;
  }
  return { bytes: Buffer.from(bytes), offsets, end };
}

function isWrapped(piece: Buffer): boolean {
  return piece.length >= 8 && [...piece].every(isEncoded);
}

function isEncoded(byte: number | undefined): boolean {
  return byte !== undefined && ENCODED.test(String.fromCharCode(byte));
}

function stretchesOf(pieces: readonly Buffer[], stream: Buffer): Stretch[] {
  const { bytes, offsets } = withoutSoftLineEnds(stream, false);
  const read = withoutCodes(stream, false);
  return pieces.flatMap((piece) => {
    const plain = [
      ...placesOf(piece, stream).map((start) => ({ start, end: start + piece.length })),
      ...placesOf(piece, read.bytes).map((start) => ({
        start: read.offsets[start] ?? 0,
        end: read.offsets[start + piece.length] ?? stream.length,
      })),
    ];
    if (!isWrapped(piece)) return plain;
    const wrapped = placesOf(piece, bytes).map((start) => ({
      start: offsets[start] ?? 0,
      end: (offsets[start + piece.length - 1] ?? 0) + 1,
    }));
    return [...plain, ...wrapped];
  });
}

function placesOf(piece: Buffer, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(piece); at !== -1; at = bytes.indexOf(piece, at + 1)) places.push(at);
  return places;
}

/** `isOpen`: a carriage return at the very end may be half of one. */
function withoutSoftLineEnds(stream: Buffer, isOpen: boolean): { bytes: Buffer; offsets: number[] } {
  const offsets: number[] = [];
  let run = 0;
  for (let at = 0; at < stream.length; at += 1) {
    const rest = stream.subarray(at, at + 2).toString('latin1');
    const lineEnd = /^\r?\n/.exec(rest)?.[0] ?? (isOpen && rest === '\r' ? rest : '');
    if (lineEnd !== '' && run >= 16) {
      const prefix = /^[ \t>|#*]{0,64}/.exec(
        stream.subarray(at + lineEnd.length, at + lineEnd.length + 64).toString('latin1'),
      )?.[0];
      at += lineEnd.length + (lineEnd === '\r' ? 0 : (prefix?.length ?? 0)) - 1;
      run = 0;
      continue;
    }
    offsets.push(at);
    run = isEncoded(stream[at]) ? run + 1 : 0;
  }
  return { bytes: Buffer.from(offsets.map((offset) => stream[offset] ?? 0)), offsets };
}

function hide(stream: Buffer, stretches: readonly Stretch[], upTo: number): Buffer {
  const depths = new Int32Array(stream.length + 1);
  const isHidden = new Uint8Array(stream.length);
  for (const { start, end } of stretches) {
    depths[start] = (depths[start] ?? 0) + 1;
    depths[end] = (depths[end] ?? 0) - 1;
  }
  let depth = 0;
  for (let at = 0; at < stream.length; at += 1) {
    depth += depths[at] ?? 0;
    isHidden[at] = depth > 0 ? 1 : 0;
  }
  const parts: Buffer[] = [];
  for (let at = 0; at < upTo; at += 1) {
    if (isHidden[at] === 0) parts.push(stream.subarray(at, at + 1));
    else if (at === 0 || isHidden[at - 1] === 0) parts.push(MASK);
  }
  return Buffer.concat(parts);
}

/** The output for a stream that comes in the given chunks. */
export function redact(forms: Iterable<string> | Redaction, chunks: readonly Buffer[]): Buffer {
  const redactor = new Redactor(forms instanceof Redaction ? forms : new Redaction(forms));
  const parts = chunks.map((chunk) => {
    // The memory of a chunk is used again once its parts are written.
    const memory = Buffer.from(chunk);
    const passed = Buffer.concat(redactor.push(memory));
    memory.fill('~');
    return passed;
  });
  return Buffer.concat([...parts, ...redactor.end()]);
}

/** A stream cut into chunks of the given lengths, over and over. */
export function cut(stream: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? stream.length);
    chunks.push(stream.subarray(at, at + length));
    at += length;
  }
  return chunks;
}
