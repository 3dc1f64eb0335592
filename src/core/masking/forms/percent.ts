/** How a program percent-encodes: which characters it leaves as they are, besides letters and digits. */
interface Encoder {
  readonly raw: string;
  /** Whether a space becomes a plus sign. */
  readonly plus?: boolean;
  /** Whether its hex digits are met in lower case too. */
  readonly lower?: boolean;
  /** Whether tabs and line ends are left out; in a path backslashes become slashes too. */
  readonly part?: 'path' | 'query';
}

/** `test/unit/core/masking/encoders.test.ts` runs the programs. */
const ENCODERS: readonly Encoder[] = [
  // RFC 3986: curl, jq, .NET's EscapeDataString, PHP's rawurlencode; with a plus sign Go's QueryEscape, Python's quote_plus.
  { raw: '-_.~', lower: true },
  { raw: '-_.~', plus: true, lower: true },
  // Python's quote, which leaves slashes.
  { raw: '-_.~/', lower: true },
  { raw: '-_.~/', plus: true, lower: true },
  // encodeURIComponent, encodeURI.
  { raw: "-_.~!*'()", lower: true },
  { raw: "-_.~!*'();/?:@&=+$,#", lower: true },
  // Forms: URLSearchParams, Java's URLEncoder, Ruby's encode_www_form; PHP's urlencode; .NET's WebUtility and HttpUtility.
  { raw: '*-._', plus: true, lower: true },
  { raw: '-_.', plus: true },
  { raw: '-_.!*()', plus: true, lower: true },
  // Go: UserPassword, PathEscape, a path.
  { raw: '-_.~$&+,;=' },
  { raw: '-_.~$&+:=@' },
  { raw: '-_.~$&+,/:;=@' },
  // WHATWG: user info; a path, newer and older; a query. A percent sign stays as it is.
  { raw: "!$%&'()*+,-._~" },
  { raw: "!$%&'()*+,-./:;=@[\\]|_~", part: 'path' },
  { raw: "!$%&'()*+,-./:;=@[\\]^|_~", part: 'path' },
  { raw: '!$%&()*+,-./:;=?@[\\]^_`{|}~', part: 'query' },
];

/** Every way in which these encoders write a value that no two write alike, each made when it is asked for. */
export function* percentForms(value: string): Generator<string> {
  const text = value.toWellFormed();
  const special = [...new Set(text.match(/[ -/:-@[-`{-~]/g))];
  const different = new Map<string, Encoder>();
  for (const encoder of ENCODERS) {
    const kept = special.filter((char) => encoder.raw.includes(char)).join('');
    const hasPlus = special.includes(' ') && encoder.plus === true;
    const key = `${kept} ${hasPlus} ${partOf(text, encoder) === text ? '' : encoder.part}`;
    const same = different.get(key);
    different.set(key, { ...encoder, lower: same?.lower === true || encoder.lower === true });
  }
  for (const encoder of different.values()) yield* encode(text, encoder);
}

export function encodeRfc3986(text: string): string {
  const component = encodeURIComponent(text.toWellFormed());
  return component.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function partOf(text: string, { part }: Encoder): string {
  const joined = part === undefined ? text : text.replaceAll(/[\t\r\n]/g, '');
  return part === 'path' ? joined.replaceAll('\\', '/') : joined;
}

function* encode(value: string, encoder: Encoder): Generator<string> {
  const { raw, plus = false, lower = false } = encoder;
  const text = partOf(value, encoder);
  const codes = new Map<string, string>(plus ? [[' ', '+']] : []);
  const codeOf = (char: string): string => {
    const code = codes.get(char) ?? codesOf(char);
    codes.set(char, code);
    return code;
  };
  const others = othersThan(raw);
  yield text.replaceAll(others, codeOf);
  if (!lower) return;
  for (const [char, code] of codes) codes.set(char, code.toLowerCase());
  yield text.replaceAll(others, codeOf);
}

/** The codes of the bytes of a character in UTF-8. */
function codesOf(char: string): string {
  const code = char.charCodeAt(0);
  // Most are ASCII, and a buffer for each takes ten times as long.
  if (code < 0x80) return `%${code < 0x10 ? '0' : ''}${code.toString(16).toUpperCase()}`;
  return Buffer.from(char).toString('hex').toUpperCase().replaceAll(/../g, '%$&');
}

const known = new Map<string, RegExp>();

/** Characters other than letters, digits and those in `raw`. */
function othersThan(raw: string): RegExp {
  const others = known.get(raw) ?? new RegExp(`[^A-Za-z0-9${raw.replaceAll(/[\]\\^-]/g, '\\$&')}]`, 'gu');
  known.set(raw, others);
  return others;
}
