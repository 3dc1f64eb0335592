/** How the writers of HTML and XML write the two quotes; as they are in text of XML. */
const QUOTES: readonly (readonly [double: string, single: string])[] = [
  ['"', "'"],
  ['&quot;', "'"],
  ['&quot;', '&apos;'],
  ['&quot;', '&#39;'],
  ['&quot;', '&#039;'],
  ['&quot;', '&#x27;'],
  ['&#34;', '&#39;'],
];

/** Entities as the writers of HTML and XML choose them. */
export function* entityForms(value: string): Generator<string> {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  let last = text;
  for (const [double, single] of QUOTES) {
    last = text.replaceAll('"', double).replaceAll("'", single);
    yield last;
  }
  // Go's encoding/xml keeps the white space of a text by its numbers, and no other control characters.
  const spaces = { '\t': '&#x9;', '\n': '&#xA;', '\r': '&#xD;' };
  yield last.replaceAll(/[\0-\x1f\x7f-\x9f]/g, (char) => spaces[char as '\t'] ?? goControl(char));
}

/** Quotes doubled, as SQL, YAML, PowerShell, CSV and VB do. */
export function doubledForms(value: string): string[] {
  return [value.replaceAll("'", "''"), value.replaceAll('"', '""')];
}

function goControl(char: string): string {
  return char < ' ' ? '\ufffd' : char;
}
