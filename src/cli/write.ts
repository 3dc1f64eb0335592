import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { codeOf, SeguraError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { replaceFile } from '../platform/replace-file.js';

/** Resolves when all of `text` has left this process. Errors: FILE_REFUSED when nobody reads it. */
export async function writeTo(stream: Writable, text: string): Promise<void> {
  await new Promise<void>((done, fail) => {
    const broken = (error: Error): void => fail(notWritten('standard output', error));
    stream.once('error', broken);
    stream.write(text, (error) => {
      stream.off('error', broken);
      if (error) broken(error);
      else done();
    });
  });
}

/** Puts `text` into a file that only its owner can read, or behind what is in it. Errors: FILE_REFUSED. */
export function writeFile(path: string, text: string, how: 'replace' | 'append'): void {
  try {
    if (how === 'append') appendFileSync(path, (endsInLine(path) ? '' : '\n') + text, { mode: 0o600 });
    else replaceFile(path, text);
  } catch (error) {
    throw notWritten(printable(path), error);
  }
}

/** What is in the file already may lack its last line end. */
function endsInLine(path: string): boolean {
  return !existsSync(path) || /(?:^|\n)$/.test(readFileSync(path, 'utf8'));
}

function notWritten(what: string, error: unknown): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `${what[0]?.toUpperCase()}${what.slice(1)} could not be written (${codeOf(error)}).`,
    'Name a place where this user may write, or let the output be read to its end.',
  );
}
