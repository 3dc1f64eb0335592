import { SeguraError } from '../../core/errors.js';
import type { Write } from '../../core/ports.js';

/** One value on its way into a text. Values are well-formed Unicode; names are legal, and no two are the same. */
export type Assignment = Pick<Write, 'name' | 'value' | 'source' | 'unmasked'>;

/** A text that carries assignments to a shell, a program or a CI system. */
export interface Format {
  /** Why these cannot be written in this format: every problem at once. */
  check(assignments: readonly Assignment[]): SeguraError[];
  /**
   * The text, ending in a newline; empty for no assignments, unless the format has a text for nothing.
   *
   * `masks`: every text to mask, longest first, for a format whose CI system has a command for masks.
   */
  render(assignments: readonly Assignment[], masks: readonly string[]): string;
}

/** One problem for each assignment of which `isBroken` is true; `what` follows "The value of postgres/PASSWORD". */
export function brokenWhere(
  assignments: readonly Assignment[],
  isBroken: (value: string) => boolean,
  what: string,
  remedyFor: (assignment: Assignment) => string = asFile,
): SeguraError[] {
  return assignments
    .filter(({ value }) => isBroken(value))
    .map(
      (assignment) =>
        new SeguraError(
          'VALUE_BROKEN',
          `The value of ${assignment.source} for ${assignment.name} ${what}.`,
          remedyFor(assignment),
        ),
    );
}

/** The remedy that carries any value, wherever it is used. */
export function asFile({ name, source }: Assignment): string {
  return `Ask for a file, with "segura-secrets export": ${source} > path:${name}`;
}

/** Refuses NUL, which no environment variable can hold. */
export function checkNul(assignments: readonly Assignment[]): SeguraError[] {
  return brokenWhere(assignments, (value) => value.includes('\0'), 'holds a NUL character');
}

/** The UTF-16 unit of a character, as four hexadecimal digits. */
export function hexOf(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, '0');
}

/** Each line ended by a newline. */
export function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
