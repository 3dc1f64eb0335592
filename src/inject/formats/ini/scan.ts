import { option, say } from '../../../core/text.js';
import { showPointer } from '../../pointer.js';
import { type LineEntry, LineFault } from '../../splice-lines.js';
import { readQuotes } from './quotes.js';

/** Whose rules count: Python's `ConfigParser`, PHP's `parse_ini_file`, or only what both take alike. */
export type IniReader = 'python' | 'php' | '';

/** The entries of a text, and the lines in which its sections begin. */
export interface ScannedIni {
  readonly entries: readonly LineEntry[];
  readonly headers: readonly { readonly section: string; readonly at: number }[];
}

const COMMENT = /^[ \t]*(?:[#;].*)?$/s;

/** The same text as its reader has it. Throws LineFault for what readers take differently. */
export function scanIni(text: string, reader: IniReader): ScannedIni {
  const entries: LineEntry[] = [];
  const headers: { section: string; at: number }[] = [];
  let canGoOn = false;
  let indent = 0;
  let hasComment = false;
  for (const { line, at } of linesOf(text)) {
    if (COMMENT.test(line)) {
      hasComment ||= /[#;]/.test(line);
      continue;
    }
    if (canGoOn && indentOf(line) > indent) {
      // Python takes a line that is indented deeper than its key for more of the value, PHP for the next key.
      if (reader === '') throw new LineFault('readers of INI files differ in what an indented line is', at);
      const last = entries.pop();
      if (last !== undefined)
        entries.push({ ...last, ...(hasComment ? COMMENTED : {}), end: at + trimmed(line).length });
      continue;
    }
    indent = indentOf(line);
    hasComment = false;
    const header = headerOf(line, at, reader);
    if (header !== undefined) headers.push({ section: header.section, at });
    // Behind a section, only PHP reads an entry.
    const skipped = header === undefined ? 0 : reader === 'php' ? header.length : line.length;
    const entry = entryOf({ line: line.slice(skipped), at: at + skipped }, headers.at(-1)?.section, reader);
    canGoOn = reader !== 'php' && entry !== undefined;
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, headers };
}

const COMMENTED = {
  fault: {
    what: 'whose value of several lines has a comment inside.',
    remedy: 'Move the comment out of the value.',
  },
};

/** PHP ends a section at the first bracket and reads on behind it, Python ends it at the last one and leaves out the rest. */
function headerOf(
  line: string,
  at: number,
  reader: IniReader,
): { readonly section: string; readonly length: number } | undefined {
  const pattern = reader === 'python' ? /^[ \t]*\[(.+)\]/s : /^[ \t]*\[([^\]]*)\]/;
  const [all, section] = pattern.exec(line) ?? [];
  if (all === undefined || section === undefined) return undefined;
  const rest = line.slice(all.length);
  const isComment = /^[ \t]*;/.test(rest);
  if (reader === '' && (rest.includes(']') || (rest.includes('=') && !isComment)))
    throw new LineFault('readers of INI files differ in what stands behind a section', at);
  if (reader === '' && (section !== section.trim() || /["'$;\\]/.test(section)))
    throw new LineFault('readers of INI files differ in what the name of a section is', at);
  return { section, length: all.length };
}

function entryOf(
  { line, at }: { readonly line: string; readonly at: number },
  section: string | undefined,
  reader: IniReader,
): LineEntry | undefined {
  const separator = reader === 'php' ? line.indexOf('=') : line.search(/[=:]/);
  if (separator === -1) return undefined;
  const key = trimmed(line.slice(indentOf(line), separator));
  const value = line.slice(separator + 1).replace(/^[ \t]+/, '');
  const start = at + line.length - value.length;
  const isUnclear = reader === '' && line[separator] === ':' && line.includes('=', separator);
  return {
    place: showPointer(section === undefined ? [key] : [section, key]),
    start,
    end: start + valueLength(value, start, reader),
    ...(isUnclear ? UNCLEAR : {}),
  };
}

const UNCLEAR = {
  fault: {
    what: 'but readers of INI files differ in whether ":" or "=" ends its name.',
    remedy: say`Say whose rules count, ini:python or ini:php, with ${option.injectFormat}.`,
  },
};

/** How much of a line is the value, before white space and what only some readers take for a comment. */
function valueLength(value: string, start: number, reader: IniReader): number {
  const bare = trimmed(value);
  if (reader === 'python') return bare.length;
  const { end, comment } = readQuotes(bare, start);
  if (end > 0 && /^[ \t]*(?:[;#].*)?$/s.test(bare.slice(end))) return end;
  if (comment === -1) return bare.length;
  if (reader === 'php') return trimmed(bare.slice(0, comment)).length;
  throw new LineFault('readers of INI files differ in whether ";" behind a value begins a comment', start);
}

export function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

function* linesOf(text: string): Generator<{ line: string; at: number }> {
  let at = 0;
  for (const part of text.split(/(\r\n|\r|\n)/)) {
    if (!/^[\r\n]/.test(part)) yield { line: part, at };
    at += part.length;
  }
}

/** Without the white space at its end that every reader leaves out. */
function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  return text.slice(0, end);
}
