import { SeguraError, throwIfAny } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import type { ProcessContext } from '../process.js';

/** Errors (together, as Problems): INPUT_INVALID for each variable and argument that a command would get changed. */
export function rejectUnreadable(world: Pick<ProcessContext, 'unreadable' | 'arguments'>): void {
  const { variables, words } = world.unreadable();
  const first = world.arguments.indexOf('--') + 1;
  throwIfAny([
    ...variables.map((name) =>
      invalid(
        `The variable ${printable(name.toString())} of the environment`,
        `Leave it out: env -u ${wordOf(name)} segura-secrets exec …`,
      ),
    ),
    ...words.map((at) => invalid(placeOf(at, first), 'Put it into a script, and let exec run that script.')),
  ]);
}

/** The same for the arguments of a command that runs no other: a name would be another one. */
export function rejectUnreadableWords(world: Pick<ProcessContext, 'unreadable' | 'arguments'>): void {
  // Node writes U+FFFD for such bytes.
  if (!world.arguments.some((text) => text.includes('\ufffd'))) return;
  const words = world.unreadable().words;
  throwIfAny(
    words.map((at) =>
      invalid(`Argument ${at + 1} of segura-secrets`, 'Write it in UTF-8, as the vault has it.'),
    ),
  );
}

/** A name as a shell reads it; printf is how every shell can say a byte. */
function wordOf(name: Buffer): string {
  if (/^[\w.%@+:-]+$/.test(name.toString())) return name.toString();
  const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
  const told = [...name].map((byte) =>
    /\w/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : octal(byte),
  );
  return `"$(printf '${told.join('')}')"`;
}

function placeOf(at: number, first: number): string {
  if (at < first) return `Argument ${at + 1} of segura-secrets`;
  return at === first ? 'The name of the command' : `Argument ${at - first} of the command`;
}

function invalid(what: string, remedy: string): SeguraError {
  return new SeguraError(
    'INPUT_INVALID',
    `${what} has bytes that are not UTF-8, and Node cannot pass them on unchanged.`,
    remedy,
  );
}
