import type { Secret } from '../../core/secret.js';
import { DOTENV_READERS, type DotenvReader, quotesFor } from './dotenv-readers.js';

/** An entry as the npm package dotenv reads it, with the lines that it takes up: from 0 on, both included. */
interface DotenvLine {
  readonly name: string;
  readonly value: Secret;
  readonly lines: readonly [number, number];
}

/** What readers get from an entry of a file. */
export interface DotenvReading {
  /** Why not all of them get the same value, and what to do; empty if they do. */
  readonly fault: string;
  /** What stands behind the `=`, without the quotes around it and a comment behind it. */
  readonly written: string;
}

/** A line in which some readers do not find the end of the value, from 0 on, and how to mend it. */
interface OpenLine {
  readonly line: number;
  readonly remedy: string;
}

const MARK = '\ufeff';
const WITHOUT_MARK = 'save the file without its byte order mark';
const APART = 'programs read this line in different ways';
/** No reader needs more. Node takes a second space behind `export` for a part of the name, and Node 20 a tab before it. */
const HEAD = /^ *(export )?([\w.-]+)=/;
const ANY_HEAD = /^\s*(?:export\s+)?[\w.-]+\s*[=:]/;
/** Behind a value without quotes, docker compose knows a comment by the space before it, and Node trims only spaces. */
const BEHIND_QUOTE = /^[ \t]*(?:[ \t]#[^\n]*)?$/;
const BEHIND_WORD = /^ *(?: #[^\n]*)?$/;
/** What a shell has read to its end, comments too. */
const CLOSED_IN_SHELL =
  /\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=^|[ \t\n])#[^\n]*/g;
/** Lines that Node 20 knows as empty or as a comment: it takes others without a `=` for a part of the next name. */
const NO_ENTRY = /^(?:#|$)/;

/** For each entry of a text of `NAME=value` lines, whether all readers of `dotenv-readers.ts` get the value that is given. */
export function dotenvReadings(text: string, entries: readonly DotenvLine[]): DotenvReading[] {
  const lines = text.split(/\r\n|\n|\r/);
  const hasOldEnds = /\r(?!\n)/.test(text);
  let next = 0;
  let open: OpenLine | undefined;
  /** What to mend so that Node 20 does not take lines before an entry for a part of its name; empty where it does not. */
  let nameFault = '';
  const goOn = (line: string, remedy: string): void => {
    nameFault = line.includes('=') ? '' : nameFault || (NO_ENTRY.test(line) ? '' : remedy);
  };
  return entries.map((entry) => {
    const [first, last] = entry.lines;
    for (; next < first; next += 1) {
      const line = lines[next] ?? '';
      if (open === undefined && staysOpen(line, nameFault !== ''))
        open = { line: next, remedy: 'remove what is no entry' };
      goOn(line, remedyForOther(line, next + 1));
    }
    const isShared = first < next;
    next = last + 1;
    const source = lines.slice(first, last + 1).join('\n');
    const written = writtenIn(source);
    const remedy = remedyFor(entry.name, source, written);
    const fault = nameFault || remedy;
    const reading = (fault: string): DotenvReading => ({ fault, written });
    if (open !== undefined)
      return reading(
        `programs differ in where line ${open.line + 1} ends, so in this one too: in line ${open.line + 1}, ${open.remedy}`,
      );
    const isAlike = !isShared && nameFault === '' && isReadAlike(entry, source);
    if (!isAlike && staysOpen(source)) open = { line: first, remedy };
    if (lines[first]?.includes('=')) nameFault = '';
    else for (const line of lines.slice(first, last + 1)) goOn(line, `in line ${first + 1}, ${remedy}`);
    if (hasOldEnds || (last > first && text.includes('\r')))
      return reading(`${APART}: save the file with LF as its line ends`);
    return reading(isAlike ? '' : `${APART}: ${fault}`);
  });
}

function isReadAlike({ name, value }: DotenvLine, source: string): boolean {
  const [head, exported, own] = HEAD.exec(source) ?? [];
  // The npm package and util.parseEnv lose this one.
  if (head === undefined || own !== name || name === '__proto__') return false;
  const text = value.reveal();
  const rest = source.slice(head.length);
  return quotesFor(readersOf(name), text).some((quote) => {
    const written = `${quote}${text}${quote}`;
    if (!rest.startsWith(written)) return false;
    const behind = rest.slice(written.length);
    if (quote !== '') return BEHIND_QUOTE.test(behind);
    // To some shells, `export` is a command like others, which gets names of files for a pattern. Node 22 misses it
    // before an empty value.
    if (exported !== undefined && (text === '' || /[*?[{]/.test(text))) return false;
    return text === '' ? behind === '' : BEHIND_WORD.test(behind);
  });
}

/** A shell has no variable of another name, so that no shell reads such a file. */
function readersOf(name: string): readonly DotenvReader[] {
  return /^[A-Za-z_]\w*$/.test(name) ? DOTENV_READERS : DOTENV_READERS.filter((reader) => reader !== 'sh');
}

/** Whether a reader goes on in the line after these, so that it finds other entries there, or reads no more of the file. */
function staysOpen(source: string, isInName = false): boolean {
  if (!isInName && NO_ENTRY.test(source)) return false;
  // Node 20 ends at a name without characters.
  if (/^\s*=/.test(source)) return true;
  // Node 22 goes on behind spaces in search of a value.
  if (/=[ \t]+$/.test(source)) return true;
  const [, quote = '', rest = ''] = /^[^=]*=[ \t]*(['"`])([\s\S]*)$/.exec(source) ?? [];
  // The npm package takes each quote behind a backslash for a part of the value, whatever stands before the two.
  if (quote !== '' && !rest.replaceAll(`\\${quote}`, '').includes(quote)) return true;
  const left = source.replaceAll(CLOSED_IN_SHELL, '');
  return /['"`]|\\$|<<|\$\{[^}]*$/.test(left) || left.split('(').length !== left.split(')').length;
}

/** What to write instead, which then moves. */
function remedyFor(name: string, source: string, written: string): string {
  if (name === '__proto__') return 'give the entry another name';
  const [quote = ''] = quotesFor(readersOf(name), written);
  if (quote === '') return 'write its value with secret put, and remove the line by hand';
  if (source.startsWith(MARK)) return WITHOUT_MARK;
  if (/^ *\t/.test(source)) return 'remove the tab before its name';
  if (!HEAD.test(source)) return `write it as ${name}=${quote}VALUE${quote}, without spaces around the =`;
  if (source.replace(HEAD, '').startsWith(`${quote}${written}${quote}#`)) return 'put a space before its #';
  return `put the value into ${quote === "'" ? 'single' : 'double'} quotes`;
}

/** What to do about a line of no entry, so that the name of the next one begins behind it. */
function remedyForOther(line: string, at: number): string {
  if (line.startsWith(MARK)) return WITHOUT_MARK;
  return /^[ \t]+#/.test(line)
    ? `in line ${at}, remove what is before the #`
    : `from line ${at} on, remove what is no entry`;
}

function writtenIn(source: string): string {
  const rest = source.replace(ANY_HEAD, '');
  const [, quote, inner] = /^\s*(['"`])([\s\S]*?)\1[ \t]*(?:#[^\n]*)?$/.exec(rest) ?? [];
  return quote === undefined ? rest.replace(/\s#[^\n]*$/, '').trim() : (inner ?? '');
}
