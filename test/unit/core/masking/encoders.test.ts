import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { maskForms } from '../../../../src/core/masking/encodings.js';
import { runnerForms } from '../../../../src/core/masking/forms/runner.js';
import { ENCODERS, withFolder } from '../../../support/encoders/encoders.js';
import { NASTY } from '../../../support/nasty.js';
import { RunnerMasker } from '../../../support/runner-masker.js';
import { cannot } from '../../../support/skips.js';
import { redact } from '../redaction/reference.js';

const MIN_LENGTH = 8;
const { LARGE: _, ...nasty } = NASTY;
const printable = fc.string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 40 });
const wide = fc.string({
  unit: fc.constantFrom(...'aß é\u0301ж日\u00a0\u200b🔑\u007f\u0001\\'),
  minLength: 12,
  maxLength: 24,
});
const special = fc.string({
  unit: fc.constantFrom(...'aZ09 -_.~!*\'()/;:?@&=+$,#[]%"<>\\^`{|}é\u{1f511}'),
  minLength: 12,
  maxLength: 24,
});
const VALUES = [
  ...Object.values(nasty),
  'p@ss/word+1!',
  'O\'Reilly "and" Sons',
  'cafe\u0301 r\u00e9sum\u00e9 long',
  ...[printable, wide, special].flatMap((values) => fc.sample(values, { seed: 42, numRuns: 40 })),
].filter((value) => value.trim().length >= MIN_LENGTH && !value.includes('\0') && value.isWellFormed());

const CHOICE = 'masks of characters that a program chooses to escape: only exec hides them';

/** What masks leave of a text, line by line, as a runner masks; lines too short for any derived form stay. */
function leftOf(form: string, masks: readonly string[]): string {
  const lines = form.split(/[\r\n]/).filter(({ length }) => length >= MIN_LENGTH);
  const left = lines.flatMap((line) =>
    masks.reduce((pieces, mask) => pieces.flatMap((piece) => piece.split(mask)), [line]),
  );
  return left.join('').trim();
}

describe.each(ENCODERS)('what $name prints', ({ lacksProgram, isChoosy = false, encode }) => {
  let forms: string[] = [];
  beforeAll(async () => {
    if (!lacksProgram) forms = await withFolder((folder) => encode(VALUES, folder));
  });

  test.skipIf(lacksProgram || cannot(isChoosy, CHOICE))(
    'is masked completely (skipped without the program)',
    () => {
      const each = forms.length / VALUES.length;
      expect(each).toBeGreaterThan(0);
      expect(Number.isInteger(each)).toBe(true);
      const left: unknown[] = [];
      for (const [at, value] of VALUES.entries()) {
        const masks = maskForms(value, 4);
        for (const form of forms.slice(at * each, (at + 1) * each)) {
          const rest = leftOf(form, masks);
          if (rest !== '') left.push({ value, form, rest });
        }
      }
      expect(left.slice(0, 3)).toEqual([]);
    },
  );

  test.skipIf(lacksProgram || cannot(isChoosy, CHOICE))(
    "is masked completely by GitHub's runner, without the masks that it derives itself (skipped without the program)",
    () => {
      const each = forms.length / VALUES.length;
      const left: unknown[] = [];
      for (const [at, value] of VALUES.entries()) {
        const masker = new RunnerMasker();
        for (const mask of maskForms(value, 4, { hidesBesides: runnerForms })) masker.add(mask);
        for (const form of forms.slice(at * each, (at + 1) * each)) {
          const lines = form.split(/[\r\n]/).filter(({ length }) => length >= MIN_LENGTH);
          const output = lines.map((line) => masker.mask(line));
          if (output.some((line) => line.replaceAll('***', '').trim() !== ''))
            left.push({ value, form, output });
        }
      }
      expect(left.slice(0, 3)).toEqual([]);
    },
  );

  test.skipIf(lacksProgram)('is hidden by exec (skipped without the program)', () => {
    const each = forms.length / VALUES.length;
    const left: unknown[] = [];
    for (const [at, value] of VALUES.entries()) {
      const masks = maskForms(value, 4, { hidesManyAlike: true });
      for (const form of forms.slice(at * each, (at + 1) * each)) {
        const output = redact(masks, [Buffer.from(`say: ${form}.\n`)]).toString();
        const lines = output
          .slice(5, -2)
          .split(/[\r\n]/)
          .filter(({ length }) => length >= MIN_LENGTH);
        if (lines.some((line) => line.replaceAll('***', '').trim() !== ''))
          left.push({ value, form, output });
      }
    }
    expect(left.slice(0, 3)).toEqual([]);
  });
});
