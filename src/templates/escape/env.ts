import { scanEnv } from '../../inject/formats/env.js';
import { DOTENV_READERS, readersThatDiffer, writtenFor } from '../../platform/formats/dotenv-readers.js';
import { differs, type Escape, holeBroken, misplaced } from './faults.js';
import type { Hole, Holes } from './holes.js';

/** Files of `NAME=value` lines: a value is quoted so that all known readers take it alike. */
export const escapeEnv: Escape = (text, holes, { path }) => {
  const before = read(text, holes);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of scanEnv(text)) {
    const line = Math.max(at, text.lastIndexOf('\n', start - 1) + 1);
    parts.push(text.slice(at, line), holes.fill(text.slice(line, start), nameIn));
    parts.push(valueIn(text.slice(start, end), holes));
    at = end;
  }
  parts.push(text.slice(at));
  const next = parts.join('');
  if (JSON.stringify(read(next, holes)) !== JSON.stringify(before)) throw differs(path);
  return next;
};

function nameIn(hole: Hole): string {
  if (/^[A-Za-z_][\w.-]*$/.test(hole.value)) return hole.value;
  throw holeBroken(
    hole,
    'a name of a .env file is: letters, digits and "_", and no digit first.',
    'Name each variable in the template, and put one value behind it.',
  );
}

function inner(source: string): string {
  const written = source.replace(/^[ \t]+/, '');
  return /^(['"`])[\s\S]*\1$/.test(written) ? written.slice(1, -1) : written;
}

function valueIn(written: string, holes: Holes): string {
  const [first] = holes.in(written);
  if (first === undefined) return written;
  const isLiteral = written.trimStart().startsWith("'");
  if (!isLiteral && /[\\$`]/.test(inner(written))) {
    throw misplaced(
      first,
      'env',
      'puts a value beside a "$", a backslash or a backtick, which readers of .env files take differently.',
      'Put the value into a variable of its own, or write single quotes around all of it.',
    );
  }
  const value = holes.fill(inner(written), (hole) => hole.value);
  const quoted = writtenFor(DOTENV_READERS, value);
  if (quoted !== undefined) return quoted;
  throw holeBroken(
    first,
    `every reader of .env files has to read it alike: ${readersThatDiffer(DOTENV_READERS, value).join(', ')} would read another one.`,
    'Keep the value base64-encoded in the vault, or write "| base64" behind it.',
  );
}

/** What a reader gets, with the values. */
function read(text: string, holes: Holes): string[][] {
  return scanEnv(text).map(({ place, start, end }) => [
    holes.read(place),
    holes.read(inner(text.slice(start, end))),
  ]);
}
