/** Bytes of a form that are looked for at once. */
export const ANCHOR_BYTES = 8;

/** Line ends with the prefixes after them that are looked for in short forms; a longer indent ends as the longest here. */
const LINE_ENDS = ['\n', '\r\n'].flatMap((lineEnd) =>
  ['', ' ', '  ', '   ', '    ', '      ', '        ', '\t', '> '].map((prefix) => lineEnd + prefix),
);

/**
 * Texts of which at least one is whole in the stream, wherever a soft line end divides the first bytes of a wrapped form.
 *
 * Soft line ends are at least 16 characters apart, so the first 8 or the next 8 characters are whole. In a form of less than
 * 16, both the first 8 and the last 8 may be divided. Then the search includes the form with the line end in it.
 */
export function anchorsOf(form: string): string[] {
  if (form.length >= 2 * ANCHOR_BYTES) return [form.slice(ANCHOR_BYTES, 2 * ANCHOR_BYTES)];
  const anchors = new Set(form.length > ANCHOR_BYTES ? [form.slice(-ANCHOR_BYTES)] : []);
  for (let at = form.length - ANCHOR_BYTES + 1; at < ANCHOR_BYTES; at += 1) {
    for (const lineEnd of LINE_ENDS) {
      anchors.add(`${form.slice(0, at)}${lineEnd}${form.slice(at)}`.slice(-ANCHOR_BYTES));
    }
  }
  return [...anchors];
}
