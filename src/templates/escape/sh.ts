import type { SeguraError } from '../../core/errors.js';
import { shellQuote } from '../../platform/formats/shell.js';
import { type Escape, holeBroken, misplaced } from './faults.js';
import type { Hole } from './holes.js';
import type { Quoting } from './sh/levels.js';
import { doubtOf, quotingOf } from './sh/quoting.js';

/** A shell script: a value is one text outside of quotes, between single ones and between double ones. */
export const escapeSh: Escape = (text, holes, { placeAt }) => {
  const markAt = (at: number): number => holes.startsAt(text, at);
  const quotings = quotingOf(text, markAt);
  let index = 0;
  return holes.fill(text, (hole) => {
    const quoting = quotings[index] ?? 'nowhere';
    index += 1;
    if (hole.value.includes('\0'))
      throw holeBroken(
        hole,
        'a shell can hold no NUL character.',
        'Keep the value base64-encoded in the vault.',
      );
    if (quoting === 'nowhere') {
      const { at, what } = doubtOf(text, markAt);
      throw inDoubt(hole, `${placeAt(at)} has ${what}`);
    }
    return written(hole, quoting);
  });
};

/** In the same script, no place is known. */
function inDoubt(hole: Hole, doubt: string): SeguraError {
  return misplaced(
    hole,
    'sh',
    `puts a value into a shell script with quotes that are never closed, or that shells read differently, where it cannot be quoted. ${doubt}: the doubt begins there.`,
    'Put VALUE={{ … }} into a template of its own, such as values.sh; load that with ". ./values.sh", and use "$VALUE" here.',
  );
}

function written(hole: Hole, quoting: Exclude<Quoting, 'nowhere'>): string {
  // Between quotes, what a filter wrote is text too: a command in a text.
  const inner = hole.literal ?? hole.value;
  if (quoting === 'bare') return hole.literal ?? shellQuote(hole.value);
  if (quoting === 'single') return inner.replaceAll("'", "'\\''");
  if (quoting === 'double') return inner.replaceAll(/[\\"$`]/g, '\\$&');
  if (quoting === 'parameter') {
    throw misplaced(
      hole,
      'sh',
      'puts a value right behind a "$" or the name of a variable, where a shell takes it for a part of that.',
      `Write the variable with braces, such as "\${NAME}", or put the sign between single quotes: '$'"{{ … }}".`,
    );
  }
  throw misplaced(
    hole,
    'sh',
    `puts a value into a shell script ${PLACES[quoting]}, where it cannot be quoted.`,
    REMEDIES[quoting] ?? 'Put it into a variable first, such as VALUE={{ … }}, and use "$VALUE" there.',
  );
}

/** Where "$VALUE" is no remedy. */
const REMEDIES: Partial<Record<Quoting, string>> = {
  escaped: 'Remove the backslash.',
  index: 'Use no value as an index: a shell runs a command in it, also from a variable.',
  heredoc:
    'Put it into a variable first, such as VALUE={{ … }}, and use $VALUE in a here-document whose word has no quotes.',
  expansion: `Put it into a variable first, such as VALUE={{ … }}, and use it with quotes around the whole, such as "\${NAME:-$VALUE}". In arithmetic, first let the script check that it is a number: a shell runs a command in it.`,
  comment: 'Remove it from the comment.',
};

const PLACES: Readonly<
  Record<Exclude<Quoting, 'bare' | 'single' | 'double' | 'parameter' | 'nowhere'>, string>
> = {
  comment: 'in a comment',
  heredoc: 'in a here-document',
  backtick: 'between backticks',
  expansion: 'inside of an expansion with braces or of arithmetic',
  ansi: "between $' and '",
  escaped: 'behind a backslash',
  index: 'as the index of an array',
};
