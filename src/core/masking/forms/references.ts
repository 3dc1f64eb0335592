import { entityName } from './entity-names.js';

const BEYOND_ASCII = /[\u0080-\u{10ffff}]/gu;
const LATIN_AND_RARE = /[\u00a0-\u00ff\u{10000}-\u{10ffff}]/gu;
const RARE_TOO = /[\u00a0-\u{10ffff}]/gu;

/** Characters beyond ASCII as HTML and XML refer to them, by number or by name. */
export function* referenceForms(value: string): Generator<string> {
  if (/^[\0-\x7f]*$/.test(value)) return;
  const wellFormed = value.toWellFormed();
  const text = wellFormed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const double = text.replaceAll('"', '&quot;');
  // Python: encode with xmlcharrefreplace; ElementTree.
  yield wellFormed.replaceAll(BEYOND_ASCII, decimal);
  yield text.replaceAll(BEYOND_ASCII, decimal);
  // .NET's HtmlEncode, and Mono's.
  const dotnet = double.replaceAll("'", '&#39;');
  yield dotnet.replaceAll(LATIN_AND_RARE, decimal);
  yield dotnet.replaceAll(RARE_TOO, decimal);
  // Ruby's encode with `xml:`, for text and, older and newer, for attributes.
  yield text.replaceAll(BEYOND_ASCII, hex);
  yield double.replaceAll(BEYOND_ASCII, hex);
  yield double.replaceAll("'", '&apos;').replaceAll(BEYOND_ASCII, hex);
  // PHP's htmlentities.
  const named = (quoted: string): string => quoted.replaceAll(BEYOND_ASCII, name);
  yield named(text);
  yield named(double);
  yield named(double.replaceAll("'", '&#039;'));
}

function decimal(char: string): string {
  return `&#${char.codePointAt(0)};`;
}

function hex(char: string): string {
  return `&#x${char.codePointAt(0)?.toString(16).toUpperCase()};`;
}

function name(char: string): string {
  const known = entityName(char);
  return known === undefined ? char : `&${known};`;
}
