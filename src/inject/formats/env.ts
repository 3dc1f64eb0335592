import { say, setting, settings } from '../../core/text.js';
import {
  DOTENV_READERS,
  type DotenvReader,
  readersThatDiffer,
  writtenFor,
} from '../../platform/formats/dotenv-readers.js';
import { lineEndOf, type ReadyEdit, type Splicer, valueBroken } from '../edit.js';
import { type LineEntry, LineFault, newLine, spliceLines } from '../splice-lines.js';

/**
 * Files of `NAME=value` lines, by a scanner of our own: there is no standard. A value is written so that all `readers` take
 * it alike, those of `dotenv-readers.ts`.
 */
export async function openEnv(readers: readonly DotenvReader[] = DOTENV_READERS): Promise<Splicer> {
  return spliceLines({
    scan: scanEnv,
    write: (edit) => written(edit, readers),
    read: (written) => (/^(['"`])[\s\S]*\1$/.test(written) ? written.slice(1, -1) : written),
    create: (text, edit, written) => newLine(text, `${edit.place.text}=${written}`, lineEndOf(text)),
  });
}

/** A shell takes it for a part of the value, the others for a comment. */
const GLUED = {
  what: 'whose value readers end differently, because a # touches it.',
  remedy: 'Move the comment out of the value.',
};

/** In a value that no quotes begin, a `#` behind white space begins a comment. */
const ASSIGNMENT = /^([ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=)([ \t]*)(?:(['"`])|([^\r\n]*))/;

export function scanEnv(text: string): LineEntry[] {
  const entries: LineEntry[] = [];
  for (let at = 0; at < text.length; at = lineAfter(text, at)) {
    const line = ASSIGNMENT.exec(text.slice(at, lineAfter(text, at)));
    if (line === null) continue;
    const [, head = '', name = '', gap = '', quote, bare = ''] = line;
    // A shell runs what stands behind `NAME= `: the gap belongs to the value, and goes with it.
    const start = at + head.length;
    if (quote === undefined) {
      const value = withoutComment(bare);
      const length = value === '' ? 0 : gap.length + value.length;
      const isGlued = gap === '' && bare.startsWith('#');
      entries.push({ place: name, start, end: start + length, ...(isGlued ? { fault: GLUED } : {}) });
      continue;
    }
    const end = closingQuote(text, start + gap.length, quote);
    if (!/^[ \t]*(?:#.*)?$/.test(text.slice(end + 1, lineAfter(text, end)).trimEnd()))
      throw new LineFault('readers of .env files differ in what stands behind a closing quote', end);
    const isGlued = text[end + 1] === '#';
    entries.push({ place: name, start, end: end + 1, ...(isGlued ? { fault: GLUED } : {}) });
    at = end;
  }
  return entries;
}

/** By index: a pattern for white space at the end takes a time that grows with its square. */
function withoutComment(bare: string): string {
  const comment = bare.search(/(?:^|[ \t])#/);
  let end = comment === -1 ? bare.length : comment;
  while (end > 0 && (bare[end - 1] === ' ' || bare[end - 1] === '\t')) end -= 1;
  return bare.slice(0, end);
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

/** Readers differ in what a backslash before a quote is, and in what a quote without its twin is. */
function closingQuote(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && quote === '"') at += 1;
    else if (char === '\\' && text.charAt(at + 1) === quote)
      throw new LineFault('readers of .env files differ in what a backslash before this quote is', at);
    else if (char === quote) return at;
  }
  throw new LineFault('a quote is never closed', start);
}

function written(edit: ReadyEdit, readers: readonly DotenvReader[]): string {
  const text = writtenFor(readers, edit.value);
  if (text !== undefined) return text;
  const differing = readersThatDiffer(readers, edit.value);
  const able = readers.filter((reader) => writtenFor([reader], edit.value) !== undefined);
  throw valueBroken(
    edit,
    `every reader of .env files has to read it alike: ${differing.join(', ')} would read another one.`,
    able.length === 0
      ? 'Keep the value base64-encoded in the vault, or put it into a file of its own.'
      : say`Say which reader counts: ${settings('inside', setting('injectFormat', `${edit.place.path}=env:${able[0]}`))}`,
  );
}
