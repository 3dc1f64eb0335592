import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskForms, pairForms } from '../../../../src/core/masking/encodings.js';
import { Redaction, Redactor } from '../../../../src/core/redaction/redaction.js';
import { cut, heldSlowly, redact, redactSlowly } from './reference.js';

const RUNS = 300;

/** Few characters, so that forms overlap, begin alike and repeat themselves. */
const close = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', '=', ' ', '\n', 'é'),
  minLength: 1,
  maxLength: 24,
});
const wide = fc.string({ unit: 'binary', minLength: 4, maxLength: 60 });
/** With what reads as a code, or as half of one. */
const coded = fc.string({
  unit: fc.constantFrom('%', '4', '1', 'A', 'a', ' ', '@', '%0A', '%0d'),
  minLength: 4,
  maxLength: 16,
});
const secrets = fc.array(fc.oneof(close, wide, coded), { minLength: 1, maxLength: 5 });
const leastLength = fc.constantFrom(1, 2, 4, 8);
const lengths = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 });

type Piece = (forms: readonly string[]) => Buffer;

function pick(forms: readonly string[], turn: number): string {
  return forms[turn % Math.max(1, forms.length)] ?? '';
}

function wrap(text: string, width: number, lineEnd: string): string {
  return text.replaceAll(new RegExp(`.{${width}}`, 'gs'), `$&${lineEnd}`);
}

const filling: fc.Arbitrary<Piece> = fc
  .oneof(
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    fc
      .string({ unit: fc.constantFrom('a', 'b', 'A', '=', ' ', '\r', '\n', '*'), maxLength: 30 })
      .map((text) => Buffer.from(text)),
    fc
      .constantFrom(...['\n', '\r\n', '\r', 'x'.repeat(16), `${'x'.repeat(16)}\n`])
      .map((text) => Buffer.from(text)),
  )
  .map((bytes) => () => bytes);
const whole: fc.Arbitrary<Piece> = fc.nat().map((turn) => (forms) => Buffer.from(pick(forms, turn)));
const part: fc.Arbitrary<Piece> = fc
  .tuple(fc.nat(), fc.nat(), fc.nat())
  .map(([turn, from, length]) => (forms) => {
    const form = Buffer.from(pick(forms, turn));
    const start = from % Math.max(1, form.length);
    return form.subarray(start, start + (length % Math.max(1, form.length - start)));
  });
const wrapped: fc.Arbitrary<Piece> = fc
  .tuple(fc.nat(), fc.integer({ min: 14, max: 24 }), fc.nat({ max: 24 }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([turn, width, before, lineEnd]) => (forms) => {
    return Buffer.from(wrap(`${'Q'.repeat(before)}${pick(forms, turn)}QQQQ`, width, lineEnd));
  });
const prefixed: fc.Arbitrary<Piece> = fc
  .tuple(
    fc.nat(),
    fc.integer({ min: 14, max: 24 }),
    fc.nat({ max: 24 }),
    fc.constantFrom('  ', '> ', '\t', ' '.repeat(63)),
  )
  .map(([turn, width, before, prefix]) => (forms) => {
    return Buffer.from(prefix + wrap(`${'Q'.repeat(before)}${pick(forms, turn)}QQQQ`, width, `\n${prefix}`));
  });
/** Any mix of characters and percent codes, broken off now and then. */
const mixed: fc.Arbitrary<Piece> = fc
  .tuple(fc.nat(), fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 7 }), fc.nat({ max: 4 }))
  .map(([turn, choices, cutOff]) => (forms) => {
    const bytes = [...Buffer.from(pick(forms, turn))].map((byte, at) => {
      const code = `%${byte.toString(16).padStart(2, '0')}`;
      const choice = choices[at % choices.length] ?? 0;
      return choice === 0 ? code : choice === 1 ? code.toUpperCase() : String.fromCharCode(byte);
    });
    const text = Buffer.from(bytes.join(''), 'latin1');
    return text.subarray(0, text.length - (cutOff === 4 ? 0 : cutOff));
  });
const odd = fc.constantFrom('%', '%%', '%4', '100% ', '%zz').map(
  (text): Piece =>
    () =>
      Buffer.from(text),
);
const stream = fc.array(fc.oneof(filling, whole, part, wrapped, prefixed, mixed, odd), { maxLength: 10 });

function formsOf(values: readonly string[], least: number): string[] {
  const pairs = values.flatMap((value) => pairForms('user', value));
  return [...values.flatMap((value) => maskForms(value, least)), ...pairs];
}

describe('whatever the secrets and the stream', () => {
  test('every chunking gives what the meaning says', () => {
    void fc.assert(
      fc.property(secrets, leastLength, stream, lengths, (values, least, pieces, sizes) => {
        const forms = formsOf(values, least);
        const bytes = Buffer.concat(pieces.map((piece) => piece(forms)));
        const wanted = redactSlowly(forms, bytes).toString('latin1');
        const redaction = new Redaction(forms);
        for (const chunks of [[bytes], cut(bytes, sizes), cut(bytes, [1])]) {
          expect(redact(redaction, chunks).toString('latin1')).toBe(wanted);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('chunks of more than a kilobyte do, and lines as long', () => {
    const long = fc.nat({ max: 1_500 }).map(
      (length): Piece =>
        () =>
          Buffer.from('Q'.repeat(length)),
    );
    const longStream = fc.array(fc.oneof(long, filling, whole, part, wrapped, prefixed, mixed, odd), {
      minLength: 8,
      maxLength: 40,
    });
    const longLengths = fc.array(fc.integer({ min: 1_024, max: 3_000 }), { minLength: 1, maxLength: 3 });
    void fc.assert(
      fc.property(secrets, leastLength, longStream, longLengths, (values, least, pieces, sizes) => {
        const forms = formsOf(values, least);
        const bytes = Buffer.concat(pieces.map((piece) => piece(forms)));
        const wanted = redactSlowly(forms, bytes).toString('latin1');
        for (const chunks of [cut(bytes, sizes), cut(bytes, [1, ...sizes, 40])]) {
          expect(redact(forms, chunks).toString('latin1')).toBe(wanted);
        }
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });

  test('the output contains no form, unless asterisks are a part of it', () => {
    void fc.assert(
      fc.property(secrets, leastLength, stream, lengths, (values, least, pieces, sizes) => {
        const forms = formsOf(values, least);
        const bytes = Buffer.concat(pieces.map((piece) => piece(forms)));
        const output = redact(forms, cut(bytes, sizes));
        const left = forms.filter((form) => !form.includes('*') && output.includes(form));
        expect(left).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('after each chunk no more is held than a form may go on from', () => {
    void fc.assert(
      fc.property(secrets, leastLength, stream, fc.nat(), (values, least, pieces, place) => {
        const forms = formsOf(values, least);
        const bytes = Buffer.concat(pieces.map((piece) => piece(forms)));
        const redactor = new Redactor(new Redaction(forms));
        const seen = bytes.subarray(0, place % (bytes.length + 1));
        const output = Buffer.concat(cut(seen, [place % 50]).flatMap((chunk) => redactor.push(chunk)));
        const wanted = redactSlowly(forms, seen, seen.length - heldSlowly(forms, seen));
        expect(output.toString('latin1')).toBe(wanted.toString('latin1'));
      }),
      { numRuns: RUNS },
    );
  });
});
