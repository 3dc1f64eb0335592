/** A format of configuration files, and for those that readers take differently, which reader counts. */
export interface Format {
  readonly name: FormatName;
  /** A reader of INI, or readers of `.env` files by commas; empty: what all known readers take alike. */
  readonly reader: string;
}

export const FORMAT_NAMES = ['yaml', 'json', 'xml', 'properties', 'env', 'ini', 'toml'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** A format with a list of readers behind `:` takes only these. */
export const READERS: Readonly<Partial<Record<FormatName, readonly string[]>>> = {
  ini: ['python', 'php'],
  env: ['sh', 'node', 'npm', 'python', 'compose'],
};

const ENDINGS: Readonly<Record<string, FormatName>> = {
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  jsonc: 'json',
  xml: 'xml',
  config: 'xml',
  csproj: 'xml',
  props: 'xml',
  properties: 'properties',
  env: 'env',
  ini: 'ini',
  toml: 'toml',
};

/** The format that the ending of a path says; `.env` and `.env.local` are env files. */
export function formatOfPath(path: string): Format | undefined {
  const name = /[^/\\]*$/.exec(path)?.[0].toLowerCase() ?? '';
  if (/^\.env(?:\.|$)/.test(name)) return { name: 'env', reader: '' };
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
  const format = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
  return format === undefined ? undefined : { name: format, reader: '' };
}

/** A format as a user writes it, `ini` or `ini:php`; undefined when there is none of that name. */
export function readFormat(text: string): Format | undefined {
  const [name = '', reader = '', ...more] = text.split(':');
  const format = FORMAT_NAMES.find((known) => known === name);
  if (format === undefined || more.length > 0 || (text.includes(':') && reader === '')) return undefined;
  const known = READERS[format] ?? [];
  const readers = reader === '' ? [] : reader.split(',');
  if (readers.some((each) => !known.includes(each)) || (format === 'ini' && readers.length > 1))
    return undefined;
  return { name: format, reader };
}
