import { createHash } from 'node:crypto';
import { MAX_BYTES } from '../inject/edit.js';
import { quotedJson } from '../inject/formats/json.js';
import { escapeValue } from '../inject/formats/properties.js';
import { NO_XML_CHARACTER } from '../inject/formats/xml-scan.js';
import { xmlAttribute } from '../inject/formats/xml-write.js';
import { quotedYaml } from '../inject/formats/yaml-text.js';
import { shellQuote } from '../platform/formats/shell.js';

/** One field of a secret or credential, as a `for` gets it. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** What filters know of the rendering that runs. */
export interface FilterState {
  /** The value of a request that a template makes itself. */
  fetched(kind: 'dsm' | 'pam', text: string): string | readonly Field[];
  /** Texts that are secret, each with the value that it was made of: a value itself, or what filters made of it. */
  readonly secrets: Map<string, string>;
}

/** A text that a filter cannot take: the sentence goes on behind "a value that". */
export class FilterFault extends Error {}

interface FilterSpec {
  /** How many arguments it takes, least and most. */
  readonly takes?: readonly [number, number];
  /** What it makes of a secret is none: no mask is needed. */
  readonly hides?: boolean;
  readonly run: (text: string, ...args: readonly unknown[]) => string;
}

/** Every filter but `secret` and `credential`, which have no text before them. */
const TEXTS: Readonly<Record<string, FilterSpec>> = {
  base64: { run: (text) => Buffer.from(text).toString('base64') },
  json: { run: quotedJson },
  yaml: { run: quotedYaml },
  xml: { run: asXml },
  shell: { run: asShell },
  url: { run: asUrl },
  properties: { run: escapeValue },
  sha256: { hides: true, run: (text) => createHash('sha256').update(text).digest('hex') },
  default: { takes: [1, 1], run: (text, other) => (text === '' ? textOf(other) : text) },
  upper: { run: (text) => text.toUpperCase() },
  lower: { run: (text) => text.toLowerCase() },
  indent: { takes: [0, 1], run: indented },
  raw: { run: (text) => text },
};

export const FILTERS: Readonly<Record<string, readonly [number, number]>> = {
  secret: [0, 0],
  credential: [0, 0],
  ...Object.fromEntries(Object.entries(TEXTS).map(([name, { takes = [0, 0] }]) => [name, takes])),
};

type Handler = (value: unknown, ...args: unknown[]) => unknown;

/** The filters for one rendering at a time. */
export function handlers(state: FilterState): [string, Handler][] {
  return [
    ['secret', (text) => state.fetched('dsm', String(text))],
    ['credential', (text) => state.fetched('pam', String(text))],
    ...Object.entries(TEXTS).map(([name, { run, hides = false }]): [string, Handler] => [
      name,
      (value, ...args) => {
        const text = textOf(value);
        const made = run(text, ...args);
        // A chain of them would double it again and again.
        if (made.length > MAX_BYTES) throw new FilterFault('becomes larger than a file may be');
        const origin = hides ? undefined : state.secrets.get(text);
        if (origin !== undefined && !state.secrets.has(made)) state.secrets.set(made, origin);
        return made;
      },
    ]),
  ];
}

/** What an output shows of a value: nothing for `nil` and `false` of an empty `default`. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') throw new FilterFault('is a list of fields or one of them, and no text');
  return String(value);
}

function asXml(text: string): string {
  if (NO_XML_CHARACTER.test(text)) throw new FilterFault('has a character that XML cannot hold');
  return xmlAttribute(text, '"', true).replaceAll("'", '&apos;');
}

function asShell(text: string): string {
  if (text.includes('\0')) throw new FilterFault('has a NUL character, which no shell can hold');
  return shellQuote(text);
}

/** RFC 3986, section 2.3: only unreserved characters stay. */
function asUrl(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Every line but the first gets spaces before it: the first stands where the output does. */
function indented(text: string, count: unknown = 2): string {
  const spaces = Number(count);
  if (!Number.isInteger(spaces) || spaces < 0 || spaces > 100)
    throw new FilterFault('is to be indented by something else than 0 to 100 spaces');
  return text.replaceAll(/\n(?=[^\r\n])/g, `\n${' '.repeat(spaces)}`);
}
