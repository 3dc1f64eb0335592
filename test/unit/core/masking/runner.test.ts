import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskForms } from '../../../../src/core/masking/encodings.js';
import { runnerForms } from '../../../../src/core/masking/forms/runner.js';
import { RunnerMasker } from '../../../support/runner-masker.js';
import { redact } from '../redaction/reference.js';

const text = fc.string({
  unit: fc.constantFrom(...'aB3$"\'\\ /+%&<>{}[]:,\né\u0085\u2028\u{1f600}'),
  minLength: 4,
  maxLength: 40,
});
const line = text.map((value) => value.replaceAll('\n', 'x'));

function maskerOf(value: string): RunnerMasker {
  const masker = new RunnerMasker();
  for (const mask of maskForms(value, 4, { hidesBesides: runnerForms })) masker.add(mask);
  return masker;
}

describe("GitHub's runner", () => {
  test('hides for each mask the forms that the source says', () => {
    void fc.assert(
      fc.property(line, (value) => {
        fc.pre(value.trim() !== '');
        const masker = new RunnerMasker();
        masker.add(value);
        expect(
          new Set([value, value.trim(), ...runnerForms(value), ...runnerForms(value.trim())].filter(Boolean)),
        ).toEqual(masker.entries);
      }),
    );
  });

  test('hides every form completely, although it gets fewer masks', () => {
    void fc.assert(
      fc.property(text, (value) => {
        const masker = maskerOf(value);
        for (const form of maskForms(value, 4)) {
          expect(masker.mask(`x ${form} x`).replaceAll(' ', '')).toBe('x***x');
        }
      }),
    );
  });

  test('hides base64 with padding, of the value and a newline too', () => {
    void fc.assert(
      fc.property(text, (value) => {
        fc.pre(value.trim().length >= 6);
        const masker = maskerOf(value);
        for (const ending of ['', '\n']) {
          const left = masker.mask(Buffer.from(value + ending).toString('base64'));
          expect(left).toMatch(/^\*{3}(?:Cg|o|K)?=*$/);
        }
      }),
    );
  });

  test('hides nothing of a value that exec does not', () => {
    void fc.assert(
      fc.property(line, (value) => {
        fc.pre(value.trim().length >= 4);
        const forms = maskForms(value, 4);
        for (const form of runnerForms(value.trim())) {
          const isPart = value.includes(form);
          if (form.trim().length < (isPart ? 6 : 8)) continue;
          expect(redact(forms, [Buffer.from(form.trim())]).toString()).toBe('***');
        }
      }),
    );
  });
});
