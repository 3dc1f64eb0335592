import { withoutControls } from '../printable.js';

/** A longer name makes no line that anyone would copy. */
const MAX_LENGTH = 1_000;

/**
 * A name as one word of a POSIX shell in a command that a message offers to copy: bare where a shell takes it so, in quotes,
 * or by `printf` where it has characters that nothing shows. A name that no such word can be is `NAME`, to be replaced.
 */
export function argument(name: string): string {
  if (/^[\w@%+=:,./-]+$/.test(name) && !name.includes('::') && name.length <= MAX_LENGTH) return name;
  // No argument can hold NUL, and `$(…)` drops the line ends behind its text.
  if (name.length > MAX_LENGTH || /\0|\n$/.test(name) || !name.isWellFormed()) return 'NAME';
  return withoutControls(name) === name ? quoted(name) : printed(name);
}

/** The same for a path, which Windows takes bare in its own spelling. */
export function pathArgument(path: string): string {
  return /^[A-Za-z]:\\[\w.~\\-]+$/.test(path) ? path : argument(path);
}

/** An option with a value, of which one that begins with "-" has to stand in the same word. */
export function optionArgument(option: string, value: string): string {
  return `--${option}${value.startsWith('-') ? '=' : ' '}${argument(value)}`;
}

/** A whole command with the name that it is about. One that begins with "-" comes last, behind `--`. */
export function commandFor(command: string, name: string, options = ''): string {
  const more = options === '' ? '' : ` ${options}`;
  const word = argument(name);
  return name.startsWith('-')
    ? `segura-secrets ${command}${more} -- ${word}`
    : `segura-secrets ${command} ${word}${more}`;
}

/** Two quotes between them keep apart what a CI system would read as one of its commands: `::` and `##`. */
function quoted(name: string): string {
  return `'${name
    .replaceAll("'", "'\\''")
    .replaceAll(/:(?=:)/g, ":''")
    .replaceAll(/#(?=#)/g, "#''")}'`;
}

/** Only letters, digits and plain signs stay as they are: the rest are the bytes of UTF-8 in octal, also a "-" in front. */
function printed(name: string): string {
  const bytes = [...new TextEncoder().encode(name)];
  const text = bytes.map((byte, at) => {
    const sign = String.fromCharCode(byte);
    const isPlain = /^[\w@+=,. /-]$/.test(sign) && (at > 0 || sign !== '-');
    return isPlain ? sign : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"$(printf '${text.join('')}')"`;
}
