/**
 * The forms of a secret value that a log can show. GitHub masks the plain value and some of its encodings; every form
 * here is one that its encoders miss, or that another platform's do (see docs/ARCHITECTURE.md).
 */

/** Shorter derived forms would hide ordinary words. */
const LEAST_DERIVED_LENGTH = 8;
/** A document of more leaves is data, not credentials: past these, leaves are masked as they are. */
const MOST_LEAVES_DERIVED = 500;
/** Line width of `base64` of coreutils; a wrapped line stands alone in a log. */
const BASE64_LINE_LENGTH = 76;
/** Line width of `xxd -p`. */
const HEX_LINE_LENGTH = 60;

/**
 * Every form of `value` to mask, longest first: the value, each of its lines, its encodings, the leaves of a JSON value.
 *
 * A log is masked line by line, and GitHub masks each line of a mask by itself, however short. So a text of several
 * lines stands for them only when each is long enough; else those that are stand for it. Empty when the value is shorter
 * than `minLength`, or all its lines are: masking it would hide too much else.
 */
export function maskForms(value: string, minLength: number): string[] {
  if (value.length < minLength || value.trim() === '') return [];
  const forms = new Set<string>();
  const leaves = jsonLeaves(value);
  const least = Math.max(minLength, LEAST_DERIVED_LENGTH);
  for (const text of [value, ...leaves]) for (const form of linesOf(text, minLength)) forms.add(form);
  for (const text of [value, ...leaves.slice(0, MOST_LEAVES_DERIVED)]) {
    for (const form of derivedForms(text, least)) forms.add(form);
  }
  return sorted(forms);
}

/** Forms of a pair that travel together, as in HTTP Basic; the plain password is masked already. */
export function pairForms(user: string, password: string): string[] {
  return password === ''
    ? []
    : sorted(new Set(base64Forms(Buffer.from(`${user}:${password}`)).filter(isLongEnough)));
}

function sorted(forms: ReadonlySet<string>): string[] {
  return [...forms].sort((a, b) => b.length - a.length);
}

function isLongEnough(form: string): boolean {
  return form.length >= LEAST_DERIVED_LENGTH;
}

/** A text by its lines, each of at least `minLength`, and as a whole when none of them is shorter. */
function linesOf(text: string, minLength: number): string[] {
  const all = text.split(/[\r\n]+/).flatMap((line) => [line, line.trim()]);
  const lines = all.filter((line) => line.trim() !== '');
  // A platform trims each line of a mask, and would mask what is left of it.
  const long = lines.filter((line) => line.trim().length >= minLength);
  return long.length === lines.length ? [text, ...long] : long;
}

function derivedForms(value: string, minLength: number): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const forms = [
    ...base64Forms(bytes),
    ...base64Forms(Buffer.from(`${value}\n`)),
    ...base64Forms(Buffer.from(value, 'utf16le')),
    ...alignedBase64(bytes),
    hex,
    hex.toUpperCase(),
    ...wrap(hex, HEX_LINE_LENGTH),
    ...percentForms(value),
    ...jsonForms(value),
    xmlForm(value),
    ...shellForms(value),
  ];
  const others = forms.filter((form) => form !== value);
  return others.flatMap((form) => linesOf(form, minLength)).filter((form) => form.length >= minLength);
}

/** Padded, unpadded and URL-safe, and in lines of 76. */
function base64Forms(bytes: Buffer): string[] {
  const padded = bytes.toString('base64');
  const plain = padded.replace(/=+$/, '');
  const forms = [
    padded,
    plain,
    bytes.toString('base64url'),
    padded.replaceAll('+', '-').replaceAll('/', '_'),
  ];
  return [...forms, ...wrap(padded, BASE64_LINE_LENGTH)];
}

/** The lines of a text that a tool wraps; none when it fits into one. */
function wrap(text: string, lineLength: number): string[] {
  return text.length > lineLength ? (text.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? []) : [];
}

/** What is sure to stand in the base64 of a longer text that holds the value at offset 0, 1 or 2 of three bytes. */
function alignedBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
    // Of the quanta that mix with the neighbours, only some characters are the value's alone.
    const start = offset === 0 ? 0 : offset + 1;
    const end = Math.floor(whole.length / 3) * 4 + (whole.length % 3);
    const sure = whole.toString('base64').slice(start, end);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Percent-encodings as browsers, forms and RFC 3986 write them, with the hex digits in either case. */
function percentForms(value: string): string[] {
  const component = encodeURIComponent(value.toWellFormed());
  const strict = component.replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const path = strict.replaceAll('%2F', '/');
  const plus = [strict, path].map((text) => text.replaceAll('%20', '+'));
  const forms = [component, strict, path, ...plus, form, encodeURI(value.toWellFormed())];
  return forms.flatMap((text) => [text, text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/** JSON as JavaScript, Python, Go and .NET escape it, and each of them inside JSON once more. */
function jsonForms(value: string): string[] {
  const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
  const unicode = (text: string, pattern: RegExp): string =>
    text.replaceAll(pattern, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const plain = inner(value);
  const go = unicode(plain, /[<>&\u2028\u2029]/g);
  const python = unicode(plain, /[\u007f-\uffff]/g);
  const dotnet = unicode(plain.replaceAll('\\"', '\\u0022'), /[<>&'+`\u007f-\uffff]/g);
  const dotnetUpper = dotnet.replaceAll(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
  const slashes = plain.replaceAll('/', '\\/');
  const forms = [plain, go, python, dotnet, dotnetUpper, slashes];
  return [...forms, ...forms.map(inner)];
}

function xmlForm(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x1b': '\\E',
};

/** As `printf %q`, `${x@Q}`, `set -x` and `export -p` of bash print it, in a UTF-8 and in the C locale, and as dash and ash do. */
function shellForms(value: string): string[] {
  const single = value.replaceAll("'", "'\\''");
  const ansi = value.replaceAll(/[\\'\p{Cc}]/gu, (char) => ANSI_ESCAPES[char] ?? octal(char));
  const escaped = value
    .replaceAll(/[^A-Za-z0-9_@%+=:,./\-~#\u0080-\u{10ffff}]/gu, '\\$&')
    .replace(/^[~#]/, '\\$&');
  return [
    single,
    value.replaceAll("'", `'"'"'`),
    value.replaceAll(/["$`\\]/g, '\\$&'),
    ansi,
    ansi.replaceAll(/[\u0080-\u{10ffff}]/gu, octal),
    escaped,
    escaped.replaceAll(',', '\\,'),
  ];
}

function octal(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** A text or a number of JSON as it is written, and the colon that makes a text a name. */
const JSON_TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The text and number leaves of a value that is a JSON object or list, of 8 characters or more. */
function jsonLeaves(value: string): string[] {
  if (!/^\s*[{[]/.test(value) || !isJson(value)) return [];
  const leaves: string[] = [];
  for (const [token, text, colon] of value.matchAll(JSON_TOKEN)) {
    // A number is masked with the digits it is written with.
    if (colon === undefined) leaves.push(text === undefined ? token : JSON.parse(token));
  }
  return leaves.filter((leaf) => isLongEnough(leaf) && leaf.trim() !== '');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
