import { type Assignment, asFile, type Format, lines, refuseWhere } from './format.js';

/**
 * `NAME=…` lines that `node --env-file` (`util.parseEnv`) and the npm package dotenv read alike.
 *
 * Neither knows an escape for a quote, so each value gets a quote that is not in it. The rules, found by feeding both:
 * a backslash before the closing quote leads dotenv on to the next one, whichever line it is in; between double quotes
 * both read `\n` as a line end, and dotenv `\r` too; both read CR as a line end, whatever is around it.
 */
export const DOTENV: Format = {
  refusals: (assignments) =>
    refuseWhere(
      assignments,
      (value) => written(value) === undefined,
      'cannot be written so that each reader of .env files reads it alike',
      (assignment) => `Use --format json. ${asFile(assignment)}`,
    ),
  render: (assignments) => lines(assignments.map(line)),
};

function line({ name, value }: Assignment): string {
  return `${name}=${written(value) ?? ''}`;
}

/** The value as it stands behind the `=`; undefined when there is no way. */
function written(value: string): string | undefined {
  if (/[\0\r]/.test(value)) return undefined;
  const quote = value.endsWith('\\') ? undefined : ["'", '"', '`'].find((mark) => isCarried(value, mark));
  if (quote !== undefined) return `${quote}${value}${quote}`;
  return isPlain(value) ? value : undefined;
}

function isCarried(value: string, quote: string): boolean {
  return !value.includes(quote) && !(quote === '"' && /\\[nr]/.test(value));
}

/** Without quotes: one line of ASCII, no space around it, no comment in it. */
function isPlain(value: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !/^['"`]|#/.test(value);
}
