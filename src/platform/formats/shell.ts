/** Text as one word of a POSIX shell, nothing in it expanded: between single quotes only a single quote is special. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same, bare where a shell takes it so. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuote(text);
}

/** `export NAME='…'`. */
export function exportLine({ name, value }: { readonly name: string; readonly value: string }): string {
  return `export ${name}=${shellQuote(value)}`;
}

/** A command that prints one line, whatever is in it. `echo` would read backslashes, and a leading dash. */
export function printLine(text: string): string {
  return `printf '%s\\n' ${shellQuote(text)}`;
}
