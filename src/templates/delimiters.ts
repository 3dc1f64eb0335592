import { SeguraError } from '../core/errors.js';
import { say, setting, settings, subject } from '../core/text.js';

/** What begins and ends an output and a tag. */
export interface Delimiters {
  readonly outputLeft: string;
  readonly outputRight: string;
  readonly tagLeft: string;
  readonly tagRight: string;
}

export const DEFAULT_DELIMITERS: Delimiters = {
  outputLeft: '{{',
  outputRight: '}}',
  tagLeft: '{%',
  tagRight: '%}',
};

/** Two to eight signs that mean nothing inside an output. */
const SIGNS = /^[[\](){}<>%$#@!?&*~^+/\\=;]{2,8}$/;

/**
 * Delimiters as a user writes them: `[[ ]]` for outputs, and for tags the first sign with a percent sign, `[% %]`, unless
 * two more words say them. An empty text means `{{ }}` and `{% %}`. Errors: INPUT_INVALID.
 */
export function readDelimiters(text: string): Delimiters {
  const words = text.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return DEFAULT_DELIMITERS;
  const [outputLeft = '', outputRight = ''] = words;
  const [, , tagLeft = `${outputLeft.charAt(0)}%`, tagRight = `%${outputRight.slice(-1)}`] = words;
  const all = [outputLeft, outputRight, tagLeft, tagRight];
  const isClash = outputLeft.startsWith(tagLeft) || tagLeft.startsWith(outputLeft);
  const isRight =
    (words.length === 2 || words.length === 4) && all.every((word) => SIGNS.test(word)) && !isClash;
  if (isRight) return { outputLeft, outputRight, tagLeft, tagRight };
  const tags = isClash ? 'two for tags' : `two for tags, if they are not ${tagLeft} ${tagRight}`;
  throw new SeguraError(
    'INPUT_INVALID',
    say`${subject('templateDelimiters')} is "${text}". It takes two words of two to eight signs for values, and ${tags}.`,
    say`Write for example ${settings('inside', setting('templateDelimiters', '[[ ]]'))}, or with those of tags ${settings('inside', setting('templateDelimiters', '[[ ]] [% %]'))}`,
  );
}
