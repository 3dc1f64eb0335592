import { documentRefused, MAX_DEPTH } from './edit.js';

/**
 * The most lines, commas, opening brackets and tags that a document of each format may have. A parser makes about one node
 * for each, of 200 bytes to 4 KB as measured: this keeps it under a gigabyte, where Node would end with no error of ours.
 */
export const MAX_PARTS = { yaml: 500_000, json: 2_000_000, toml: 250_000, xml: 500_000 } as const;

/**
 * Refuses, before any parser sees it, a text that would take it minutes or all memory. In YAML and TOML, brackets are
 * counted wherever they are, in texts too. Throws DOCUMENT_REFUSED, or a RangeError for brackets that are nested too deep.
 */
export function refuseVast(text: string, path: string, format: keyof typeof MAX_PARTS): void {
  let parts = 0;
  let open = 0;
  for (const [char] of text.matchAll(/[\n,<[\]{}]/g)) {
    if (char === ']' || char === '}') open = Math.max(0, open - 1);
    else parts += 1;
    if (char === '[' || char === '{') open += 1;
    if (open > MAX_DEPTH && (format === 'yaml' || format === 'toml')) throw new RangeError('too deep');
    if (parts > MAX_PARTS[format])
      throw documentRefused(
        path,
        `has more than ${MAX_PARTS[format]} lines, commas, brackets and tags.`,
        'Split the file.',
      );
  }
}
