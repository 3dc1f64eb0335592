import { joined, say, setting, settings } from '../../core/text.js';
import { lineEndOf, placeRefused, type ReadyEdit, type Splice, type Splicer, valueBroken } from '../edit.js';
import { readPointer, showPointer } from '../pointer.js';
import { newLine, spliceLines } from '../splice-lines.js';
import { type IniReader, indentOf, scanIni } from './ini/scan.js';

/** INI files, by a scanner of our own: each program has its own rules, and a library that keeps comments there is none. */
export async function openIni(reader: IniReader = ''): Promise<Splicer> {
  return spliceLines({
    scan: (text) => scanIni(text, reader).entries,
    write: (edit, old) => {
      refuseName(edit);
      return written(edit, old, reader);
    },
    read: (written) => read(written, reader),
    create: (text, edit, written) => creating(text, edit, written, reader),
  });
}

const PYTHON_SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
/** What every reader takes as it is; `none` and its like are no texts to PHP. */
const PLAIN = /^[A-Za-z0-9_./@+,-][A-Za-z0-9_./@+,:-]*$/;
/** One line, with nothing at its ends that `str.strip` takes away. */
const PYTHON_LINE = new RegExp(`^(?![${PYTHON_SPACE}])[^\\r\\n\\0]*(?<![${PYTHON_SPACE}])$`);
const PHP_WORD = /^(?:yes|no|true|false|on|off|none|null)$/i;
/** PHP reads the name of a constant, such as E_ALL, as its value. */
const PHP_CONSTANT = /^(?:_*[A-Z][A-Z0-9]*_[A-Z0-9_]*|[A-Z]{1,7})$/;

function written(edit: ReadyEdit, old: string | undefined, reader: IniReader): string {
  const text = writtenBy(edit.value, old, reader);
  if (text !== undefined) return text;
  const able = (['python', 'php'] as const).filter((each) => writtenBy(edit.value, old, each) !== undefined);
  throw valueBroken(
    edit,
    reader === '' ? 'readers of INI files differ in what they make of it.' : 'an INI file cannot hold it.',
    able.length === 0 || reader !== ''
      ? 'Keep the value base64-encoded in the vault, or put it into a file of its own.'
      : say`Say whose rules count: ${joined(
          able.map((each) => settings('inside', setting('injectFormat', `${edit.place.path}=ini:${each}`))),
          ' or ',
        )}`,
  );
}

function writtenBy(value: string, old: string | undefined, reader: IniReader): string | undefined {
  if (reader === 'python') {
    return PYTHON_LINE.test(value) ? value.replaceAll('%', '%%') : undefined;
  }
  const isQuotable = !/["\\$\r\n\0]/.test(value);
  if (reader === 'php') return isQuotable ? `"${value}"` : undefined;
  if (old?.startsWith('"')) return isQuotable && !/[%;#']/.test(value) ? `"${value}"` : undefined;
  return PLAIN.test(value) && !PHP_WORD.test(value) && !PHP_CONSTANT.test(value) ? value : undefined;
}

function read(written: string, reader: IniReader): string {
  if (reader === 'python') return written.replaceAll('%%', '%');
  return /^".*"$/s.test(written) ? written.slice(1, -1) : written;
}

function refuseName(edit: ReadyEdit): void {
  const { keys } = readPointer(edit.place.text);
  const isLegal = keys.every((key) => key !== '' && key.trim() === key && !/[\r\n=:[\]]|^[#;]/.test(key));
  if (!isLegal && edit.place.create)
    throw placeRefused(edit, 'which has a name that INI cannot hold.', 'Use another name.');
}

function creating(text: string, edit: ReadyEdit, written: string, reader: IniReader): Splice {
  const [first = '', second] = readPointer(edit.place.text).keys;
  const [section, key] = second === undefined ? [undefined, first] : [first, second];
  const eol = lineEndOf(text);
  const line = `${key}${/^[^\r\n]*[^\s=:][=:][^\s]/m.test(text) ? '=' : ' = '}${written}`;
  const { entries, headers } = scanIni(text, reader);
  if (section === undefined) return { start: 0, end: 0, text: `${line}${eol}` };
  const last = entries.filter(({ place }) => place.startsWith(`${showPointer([section])}/`)).at(-1);
  if (last !== undefined) {
    const begin =
      Math.max(text.lastIndexOf('\n', last.start - 1), text.lastIndexOf('\r', last.start - 1)) + 1;
    const indent = text.slice(begin, begin + indentOf(text.slice(begin, last.start)));
    return newLine(text, `${indent}${line}`, eol, last.end);
  }
  const header = headers.find((each) => each.section === section);
  if (header !== undefined) return newLine(text, line, eol, header.at);
  const gap = text === '' || /(?:^|\n)\r?\n$/.test(text) ? '' : eol;
  return newLine(text, `${gap}[${section}]${eol}${line}`, eol);
}
