import { randomUUID } from 'node:crypto';
import { type Assignment, brokenWhere, checkNul, type Format } from './format.js';

/**
 * `NAME<<DELIMITER` blocks for `>> "$GITHUB_ENV"`.
 *
 * Source: actions/runner, FileCommandManager.cs: the value ends before the line end that precedes the delimiter, and on
 * Windows a CR before that LF is part of it.
 */
export const GITHUB_ENV: Format = {
  check: (assignments) => [
    ...checkNul(assignments),
    ...brokenWhere(
      assignments,
      (value) => value.endsWith('\r'),
      'ends with a carriage return, which a runner on Windows treats as part of the line end',
    ),
  ],
  render: (assignments) => assignments.map(block).join(''),
};

function block({ name, value }: Assignment): string {
  const delimiter = delimiterFor(value);
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

/** Random, so no value can contain it and end its block. */
function delimiterFor(value: string): string {
  const delimiter = `ghadelimiter_${randomUUID()}`;
  return value.includes(delimiter) ? delimiterFor(value) : delimiter;
}

/** The workflow command that makes a runner hide a text from then on, each of its lines too. */
export function addMask(text: string): string {
  return `::add-mask::${text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`;
}
