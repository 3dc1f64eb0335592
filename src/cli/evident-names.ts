import { statSync } from 'node:fs';
import { dirname, parse, resolve } from 'node:path';
import { printable } from '../core/printable.js';

/** What a password does not end with by chance. */
const ENDING =
  /\.(?:asc|cer|conf|crt|env|ini|json|key|p12|pem|pfx|properties|pub|pw|secret|token|toml|txt|xml|ya?ml)$/;
/** No sign that a path seldom has. */
const PATH = /^[\w./\\~ :+,@\u0080-\uffff-]+$/;
/** Words in capitals, with an underscore between two or one that says what a variable of a secret holds. */
const SEVERAL_WORDS = /^[A-Z]{2,12}\d{0,2}(?:_(?:[A-Z]{1,12}\d{0,2}|\d{1,2}))+$/;
const ONE_WORD = /^[A-Z]{0,12}(?:KEY|PASS|PASSWD|PASSWORD|PIN|PW|PWD|SECRET|TOKEN)$/;

/** Codes of a file that is not there. */
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

/**
 * The file that could not be read, as a message has it; undefined where the text may be the secret itself, given by mistake
 * in place of a file that holds it: no such file is there, and it does not look like a path.
 */
export function shownFile(file: string, code: string, directory: string): string | undefined {
  const isShown = !MISSING.includes(code) || (PATH.test(file) && isEvidentPath(file, directory));
  return isShown ? printable(file) : undefined;
}

function isEvidentPath(file: string, directory: string): boolean {
  if (ENDING.test(file)) return true;
  const folder = dirname(file);
  if (!/[\\/]/.test(file) || folder === parse(folder).root) return false;
  return statSync(resolve(directory, folder), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A variable that is not set, as a message has it; undefined where the text may be the secret itself. */
export function shownVariable(variable: string): string | undefined {
  return SEVERAL_WORDS.test(variable) || ONE_WORD.test(variable) ? variable : undefined;
}
