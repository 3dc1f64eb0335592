/** Line width of coreutils, Python, Perl and MIME; a wrapped line is on its own in a log. */
const LINE_LENGTH = 76;
/** Those of openssl and of Ruby, which know only the standard alphabet. */
const OTHER_LINE_LENGTHS = [64, 60];

/**
 * base64 of bytes that stand alone, whole and in lines, standard and URL-safe.
 *
 * Without padding, where it is long enough so: what is left then is `=`. It stands for that of the bytes and a newline
 * too: a newline begins with the bits that base64 fills up with, so the one is the beginning of the other.
 */
export function base64Forms(bytes: Buffer, minLength: number): string[] {
  return formsInLines(bytes, LINE_LENGTH, minLength).flatMap(urlSafeToo);
}

/** The same in the shorter lines that some programs make; none when they make none. */
export function base64InOtherLines(bytes: Buffer, minLength: number): string[] {
  return OTHER_LINE_LENGTHS.flatMap((lineLength) => formsInLines(bytes, lineLength, minLength).slice(1));
}

/** The whole text, then its lines. */
function formsInLines(bytes: Buffer, lineLength: number, minLength: number): string[] {
  const encoded = bytes.toString('base64');
  const lines = [encoded, ...wrap(encoded, lineLength)];
  const isShort = withoutPadding(lines.at(-1) ?? '').length < minLength;
  const withNewline = isShort ? Buffer.concat([bytes, NEWLINE]).toString('base64') : '';
  return [...lines, withNewline, ...wrap(withNewline, lineLength)].map((text) => {
    const bare = withoutPadding(text);
    return bare.length < minLength ? text : bare;
  });
}

const NEWLINE = Buffer.from('\n');

/** The characters that are certain in the base64 of a longer text with these bytes at offset 0, 1 or 2 of three. */
export function alignedBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
    // In the quanta that the value shares with its neighbours, only some characters depend on the value alone.
    const start = offset === 0 ? 0 : offset + 1;
    const end = Math.floor(whole.length / 3) * 4 + (whole.length % 3);
    return urlSafeToo(whole.toString('base64').slice(start, end));
  });
}

export function withoutPadding(encoded: string): string {
  return encoded.replace(/=+$/, '');
}

export function urlSafeToo(encoded: string): string[] {
  return [encoded, encoded.replaceAll('+', '-').replaceAll('/', '_')];
}

/** The lines of a text that a tool wraps; none when it fits into one. */
export function wrap(text: string, lineLength: number): string[] {
  const lines: string[] = [];
  if (text.length <= lineLength) return lines;
  for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength));
  return lines;
}
