import { inner, unicode } from './json.js';

/** How a program writes JSON that is safe inside HTML, as far as it does more than others. */
interface Writer {
  /** What it escapes for that, and whether in upper-case hex. */
  readonly markup: RegExp;
  readonly isUpper?: boolean;
  /** What it escapes besides, in lower-case hex. */
  readonly others: RegExp;
  /** Whether it writes a double quote as a code, and whether slashes may get a backslash. */
  readonly isPhp?: boolean;
}

const BEYOND_LATIN = /[\u0080-\uffff]/g;
const BEYOND_PRINTABLE = /[\u007f-\uffff]/g;
const LINE_ENDS = /[\u2028\u2029]/g;

const WRITERS: readonly Writer[] = [
  // PHP with JSON_HEX_TAG and the three like it: Symfony, Laravel.
  { markup: /[<>&']/g, isUpper: true, others: BEYOND_LATIN, isPhp: true },
  { markup: /[<>&']/g, isUpper: true, others: LINE_ENDS, isPhp: true },
  // Gson.
  { markup: /[<>&=']/g, others: LINE_ENDS },
  // Python: json_script of Django; tojson of Jinja.
  { markup: /[<>&]/g, isUpper: true, others: BEYOND_PRINTABLE },
  { markup: /[<>&']/g, others: BEYOND_PRINTABLE },
];

/** JSON as programs write it that put it into HTML, and each of them inside JSON once more. */
export function* htmlSafeJson(value: string): Generator<string> {
  if (!/[<>&='"]/.test(value)) return;
  const plain = inner(value);
  for (const { markup, isUpper = false, others, isPhp = false } of WRITERS) {
    const quoted = isPhp ? plain.replaceAll('\\"', '\\u0022') : plain;
    const safe = unicode(unicode(quoted, others), markup, isUpper);
    for (const form of isPhp ? [safe, safe.replaceAll('/', '\\/')] : [safe]) {
      yield form;
      yield inner(form);
    }
  }
}
