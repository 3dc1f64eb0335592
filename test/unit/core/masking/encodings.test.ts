import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskForms, pairForms } from '../../../../src/core/masking/encodings.js';

const text = fc.string({
  unit: fc.constantFrom(...'aB3$"\'\\ /+%&<>{}[]:,\n\r\té\u{1f600}'.split('')),
  maxLength: 60,
});

/** The lines that the runner makes of one `::add-mask::`. Source: actions/runner, ActionCommandManager.cs. */
function runnerLines(form: string): string[] {
  return form.split(/[\r\n]/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

describe('base64 of a longer text that holds the value', () => {
  const bytes = fc.uint8Array({ maxLength: 20 });

  test('shows at most the two characters at either end that mix with the neighbours', () => {
    void fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 9, maxLength: 40 }),
        bytes,
        bytes,
        (value, before, after) => {
          fc.pre(value.trim() !== '');
          const secret = Buffer.from(value);
          const whole = Buffer.concat([before, secret, after]);
          for (const encoded of [whole.toString('base64'), whole.toString('base64url')]) {
            const start = Math.floor((before.length * 8) / 6);
            const end = Math.ceil(((before.length + secret.length) * 8) / 6);
            const covered = maskForms(value, 4).some((form) => {
              const at = encoded.indexOf(form);
              return at !== -1 && at <= start + 1 && at + form.length >= end - 1;
            });
            expect(covered).toBe(true);
          }
        },
      ),
    );
  });

  test('of user and password is masked whole', () => {
    void fc.assert(
      fc.property(text, text, (user, password) => {
        fc.pre(password !== '');
        const basic = Buffer.from(`${user}:${password}`).toString('base64');
        const isHidden = pairForms(user, password).some(
          (form) => basic.replace(form, '').replace(/=+$/, '') === '',
        );
        expect(basic.length < 8 || isHidden).toBe(true);
      }),
    );
    expect(pairForms('user', '')).toEqual([]);
  });
});

describe('JSON inside HTML, references, YAML and quoted-printable', () => {
  const token = 'Kq8vT2mZx7Lw4Rb9Yc6Nd1Pf3Hg5Js';

  test('are no mask of letters and digits: a token has twelve in all', () => {
    expect(maskForms(token, 4).length).toBe(12);
  });

  test('are masks of a base64 key that ends with an equals sign', () => {
    expect(maskForms(`${token}==`, 4)).toEqual(
      expect.arrayContaining([`${token}\\u003d\\u003d`, `${token}=3D=3D`]),
    );
  });

  test('are masks of a value up to 16,384 characters', () => {
    const isMasked = (length: number): boolean => {
      const long = 'k'.repeat(length - 1);
      return maskForms(`${long}=`, 4).includes(`${long}=3D`);
    };
    expect([isMasked(16_384), isMasked(16_385)]).toEqual([true, false]);
  });
});

describe('base64 in lines', () => {
  const value = 'Kq8vT2mZx7Lw4Rb9Yc6Nd1Pf3Hg5Js0AeUiOoXyQtWrEzVcBnMkLjHgFdSaP'.repeat(3);
  const wrapped = (bytes: string, length: number): string[] =>
    Buffer.from(bytes)
      .toString('base64')
      .replace(/=+$/, '')
      .match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
  const long = (lines: readonly string[]): string[] => lines.filter((line) => line.length >= 8);

  test.each([76, 64, 60])('of %i columns is masked, line by line', (length) => {
    expect(wrapped(value, length).length).toBeGreaterThan(3);
    expect(maskForms(value, 4)).toEqual(expect.arrayContaining(long(wrapped(value, length))));
  });

  test.each([76, 64, 60])('of %i columns is masked of user and password together', (length) => {
    expect(pairForms('alice', value)).toEqual(
      expect.arrayContaining(long(wrapped(`alice:${value}`, length))),
    );
  });

  test('costs no mask where it fits into one line', () => {
    const masks = (length: number): number => maskForms(value.slice(0, length), 4).length;
    expect(masks(45)).toBe(masks(42));
  });

  test('is masked with the URL-safe letters in lines of 76 only', () => {
    const urlSafe = maskForms('>?~'.repeat(60), 4).filter((form) => /[-_]/.test(form));
    const lengths = new Set(urlSafe.map((form) => form.length));
    expect([76, 64, 60].filter((length) => lengths.has(length))).toEqual([76]);
  });
});

describe('what is too short to mask', () => {
  test.each(['', 'abc', '    ', '\n\n\n\n'])('%j has no mask at all', (value) => {
    expect(maskForms(value, 4)).toEqual([]);
  });

  test('no derived form is under 8 characters, no line under the least length, no part that the runner makes under 6', () => {
    void fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 8 }), (value, least) => {
        const spelled = [value, value.normalize('NFC'), value.normalize('NFD')];
        const plain = new Set(spelled.flatMap((each) => each.split(/[\r\n]/)).map((line) => line.trim()));
        for (const form of maskForms(value, least)) {
          const isPart = /"|&/.test(value) && spelled.some((each) => each.includes(form));
          const shortest = isPart ? Math.max(least, 6) : 8;
          expect(form.length).toBeGreaterThanOrEqual(plain.has(form) ? least : shortest);
          expect(form.trim()).not.toBe('');
        }
      }),
    );
  });

  test('a line under a least length of more than 8 is not masked as part of a derived form either', () => {
    expect(maskForms('a long first line\nabcdefgh', 12)).not.toContain('abcdefgh');
  });

  test.each(['{\n  "user": "root",\n  "key": "a-long-secret-value"\n}', 'long-enough\nab\n}\nlong-enough'])(
    'the runner, which masks each line of a mask, gets no line under the least length in %j',
    (value) => {
      const short = maskForms(value, 4)
        .flatMap(runnerLines)
        .filter((line) => line.length < 4);
      expect([...new Set(short)]).toEqual([]);
    },
  );

  test('no leaf of JSON is under 8 characters', () => {
    const value = JSON.stringify({
      a: 'short',
      b: { c: ['seven77', 'eight888', 1234567, 12345678] },
      d: true,
      e: null,
    });
    const forms = maskForms(value, 4);
    expect(forms).toEqual(expect.arrayContaining(['eight888', '12345678']));
    for (const leaf of ['short', 'seven77', '1234567', 'true', 'null']) expect(forms).not.toContain(leaf);
  });
});

describe('the forms of a value', () => {
  test('are its lines, without the space around them', () => {
    const forms = maskForms('first line\r\n  second line  \rthird\n\nab', 4);
    expect(forms).toEqual(expect.arrayContaining(['first line', 'second line', 'third']));
    expect(forms).not.toContain('ab');
    expect(forms.filter((form) => /[\r\n]/.test(form) || form !== form.trim())).toEqual([]);
  });

  test('come longest first, each once', () => {
    void fc.assert(
      fc.property(text, (value) => {
        const forms = maskForms(value, 4);
        expect(new Set(forms).size).toBe(forms.length);
        expect(forms.map(({ length }) => length)).toEqual(
          forms.map(({ length }) => length).sort((a, b) => b - a),
        );
      }),
    );
  });

  test('are the leaves of JSON at any depth, and of a list', () => {
    const deep = '[{"a":[{"private_key":"-----BEGIN KEY-----\\nabcdefgh\\n"}]}]';
    expect(maskForms(deep, 4)).toEqual(expect.arrayContaining(['-----BEGIN KEY-----', 'abcdefgh']));
  });

  test('are the encodings of its first 500 different leaves, and all of its leaves as they are', () => {
    const leaf = (at: number): string => `leaf-secret/${at}+Zq8x`;
    const repeated = Array(600).fill(leaf(0));
    const forms = maskForms(
      JSON.stringify([...repeated, ...Array.from({ length: 501 }, (_, at) => leaf(at))]),
      4,
    );
    const isMasked = (at: number): boolean => forms.includes(Buffer.from(leaf(at)).toString('hex'));
    expect([0, 499, 500].map(isMasked)).toEqual([true, true, false]);
    expect(forms).toContain(leaf(500));
  });

  test('are the digits of a long number in JSON as they are written', () => {
    expect(maskForms('{"pin": 12345678901234567890}', 4)).toContain('12345678901234567890');
  });

  test.each(['{not json at all', `${'['.repeat(5000)}${']'.repeat(5000)}`, '"a json string"', '12345678'])(
    'of %.20s… are made without an error',
    (value) => {
      expect(maskForms(value, 4)).toContain(value);
    },
  );

  test('of 500 KB are made in time', () => {
    const line = 'a$é"';
    expect(maskForms(`${line}\n`.repeat(100_000), 4)).toContain(line);
  });
});
