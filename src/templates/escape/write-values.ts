import { SeguraError } from '../../core/errors.js';
import { MAX_DEPTH } from '../../inject/edit.js';
import { formatOfPath } from '../../inject/format.js';
import { LineFault } from '../../inject/splice-lines.js';
import { type Escape, misplaced, type Shown, type TargetFormat } from './faults.js';
import type { Holes } from './holes.js';

/** The filters that write a whole value of a format. */
const OWN: Readonly<Record<TargetFormat, readonly string[]>> = {
  json: ['json'],
  yaml: ['yaml', 'json'],
  xml: ['xml'],
  properties: ['properties'],
  env: [],
  sh: ['shell'],
  text: [],
};

/** The format of a path; `app.json.liquid` is one of JSON. */
export function targetFormat(path: string): TargetFormat {
  const name = path.replace(/\.liquid$/i, '');
  if (/\.(?:sh|bash)$/i.test(name)) return 'sh';
  const format = formatOfPath(name)?.name;
  return format === undefined || format === 'ini' || format === 'toml' ? 'text' : format;
}

/** Whether what a filter wrote is a whole value of a format. */
export function isOwn(format: TargetFormat, filter: string | undefined): boolean {
  return filter !== undefined && OWN[format].includes(filter);
}

/** Names that a format takes begin with a letter. */
export function hasNames(format: TargetFormat): boolean {
  return ['properties', 'env', 'sh'].includes(format);
}

/**
 * The text of a target. Errors: DOCUMENT_REFUSED for what is not of its format; TEMPLATE_INVALID for an output where no
 * value can stand; VALUE_BROKEN for a value that its place cannot hold.
 */
export async function writeValues(
  format: TargetFormat,
  text: string,
  holes: Holes,
  {
    template,
    target,
    placeAt,
  }: { readonly template: string; readonly target: string } & Pick<Shown, 'placeAt'>,
): Promise<string> {
  if (format === 'text') return text;
  const path = `${target}, as ${template} makes it,`;
  const done = await open(format);
  try {
    const next = done(text, holes, { path, placeAt });
    const [left] = holes.left;
    if (left !== undefined) throw misplaced(left, format);
    return next;
  } catch (error) {
    throw refused(error, path, template);
  }
}

async function open(format: Exclude<TargetFormat, 'text'>): Promise<Escape> {
  switch (format) {
    case 'json':
      return (await import(/* webpackMode: "eager" */ './json.js')).openJsonEscape();
    case 'yaml':
      return (await import(/* webpackMode: "eager" */ './yaml.js')).openYamlEscape();
    case 'xml':
      return (await import(/* webpackMode: "eager" */ './xml.js')).openXmlEscape();
    case 'properties':
      return (await import(/* webpackMode: "eager" */ './properties.js')).escapeProperties;
    case 'env':
      return (await import(/* webpackMode: "eager" */ './env.js')).escapeEnv;
    case 'sh':
      return (await import(/* webpackMode: "eager" */ './sh.js')).escapeSh;
  }
}

function refused(error: unknown, path: string, template: string): unknown {
  const remedy = `Correct ${template}.`;
  const make = (what: string): SeguraError =>
    new SeguraError('DOCUMENT_REFUSED', `The file ${path} ${what}`, remedy, { cause: error });
  if (error instanceof RangeError) return make(`is nested deeper than ${MAX_DEPTH} levels.`);
  if (error instanceof LineFault) return make(`cannot be read: ${error.message}.`);
  if (error instanceof SeguraError && error.code === 'DOCUMENT_REFUSED')
    return new SeguraError(error.code, error.messageText, remedy, { cause: error });
  return error;
}
