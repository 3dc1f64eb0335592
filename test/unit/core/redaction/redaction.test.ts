import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { maskForms } from '../../../../src/core/masking/encodings.js';
import { Redaction, Redactor } from '../../../../src/core/redaction/redaction.js';
import { encodingsOf, formsIn } from '../../../support/encodings.js';
import { cut, redact } from './reference.js';

function text(forms: readonly string[], ...chunks: string[]): string {
  return redact(
    forms,
    chunks.map((chunk) => Buffer.from(chunk)),
  ).toString();
}

/** What has come out after each chunk, and at the end. */
function outputs(forms: readonly string[], ...chunks: string[]): string[] {
  const redactor = new Redactor(new Redaction(forms));
  const pushed = chunks.map((chunk) => Buffer.concat(redactor.push(Buffer.from(chunk))).toString());
  return [...pushed, Buffer.concat(redactor.end()).toString()];
}

describe('the hidden text', () => {
  test('is every form, at any place', () => {
    expect(text(['hunter22'], 'hunter22')).toBe('***');
    expect(text(['hunter22'], 'hunter22 at the start, at the end: hunter22')).toBe(
      '*** at the start, at the end: ***',
    );
    expect(text(['hunter22', 'other-secret'], 'a hunter22 b other-secret c')).toBe('a *** b *** c');
    expect(text([], 'hunter22')).toBe('hunter22');
  });

  test('is one stretch where forms overlap or touch', () => {
    expect(text(['abcdefgh', 'efghijkl'], '<abcdefghijkl>')).toBe('<***>');
    expect(text(['abcdefgh'], '<abcdefghabcdefgh>')).toBe('<***>');
    expect(text(['abcdefgh'], '<abcdefgh', 'abcdefgh>')).toBe('<***>');
    expect(text(['abcdefgh', 'abcdefghijkl'], '<abcdefghijkl> <abcdefghij>')).toBe('<***> <***ij>');
  });

  test('is a form of one, two or three bytes too', () => {
    expect(text(['x'], 'axbxxc')).toBe('a***b***c');
    expect(text(['xy'], 'axbxyxyc', 'x', 'y')).toBe('axb***c***');
    expect(text(['xyz', 'x', 'a-longer-form'], 'xyz-xy-a-longer-form')).toBe('***-***y-***');
  });

  test('is each line of a form of several lines, whatever the line ends are', () => {
    const forms = ['first line\nsecond line\r\n\nthird line\n'];
    expect(text(forms, 'first line\r\nsecond line\n  third line')).toBe('***\r\n***\n  ***');
  });

  test('is every encoding of a secret that a log could hold', () => {
    for (const secret of [
      'P@ss\'w0rd;]%25"ção',
      `sk_${randomBytes(9).toString('base64')}`,
      'two lines here\nsecond line\t"',
    ]) {
      const forms = encodingsOf(secret);
      // The log holds these with what is before the secret; compressing and reversing is nothing that a log does.
      for (const name of ['base64 shifted by one', 'base64 shifted by two', 'gzip', 'reversed'])
        forms.delete(name);
      const shifted = ['x', 'xx'].map((before) =>
        Buffer.from(Buffer.from(before + secret).toString('base64')),
      );
      const log = Buffer.concat(
        [...forms.values(), ...shifted].flatMap((form) => [Buffer.from('\n> '), form]),
      );
      const output = redact(maskForms(secret, 4), cut(log, [7, 1, 30]));
      expect(formsIn(output, [secret])).toEqual([]);
    }
  });
});

describe('the text that passes', () => {
  test('is the chunk itself, if nothing in it is hidden or held', () => {
    const chunk = Buffer.from('nothing to hide.');
    expect(new Redactor(new Redaction(['hunter22'])).push(chunk)[0]).toBe(chunk);
  });

  test('is any bytes that are not text, unchanged', () => {
    const bytes = Buffer.from(Array.from({ length: 1_024 }, (_, at) => (at * 7) % 256));
    const secret = Buffer.from('schlüssel');
    const stream = Buffer.concat([bytes, secret, Buffer.from([0xff, 0xc3]), secret, bytes]);
    const wanted = Buffer.concat([bytes, Buffer.from('***\xff\xc3***', 'latin1'), bytes]);
    expect(redact(['schlüssel'], [stream]).equals(wanted)).toBe(true);
    expect(redact(['schlüssel'], cut(stream, [1])).equals(wanted)).toBe(true);
  });

  test('is nothing for an empty chunk, which does not divide a form', () => {
    expect(outputs(['hunter22'], '', 'hunt', '', 'er22', '')).toEqual(['', '', '', '***', '', '']);
  });
});

describe('the held text', () => {
  test('is only what may be the beginning of a form', () => {
    expect(outputs(['hunter22'], 'hello wor', 'ld, hun', 'dred hunter2', '2!')).toEqual([
      'hello wor',
      'ld, ',
      'hundred ',
      '***!',
      '',
    ]);
  });

  test('comes out at the end when it was only the beginning of a form', () => {
    expect(outputs(['hunter22'], 'hunter2')).toEqual(['', 'hunter2']);
    expect(outputs(['abcdefgh', 'abcdefghijkl'], 'abcdefghij')).toEqual(['', '***ij']);
  });

  test('is a line end after 16 encoded characters only, and only when they end as a form begins', () => {
    const forms = ['abcdefgh'];
    expect(outputs(forms, 'some words abcd\n')[0]).toBe('some words abcd\n');
    expect(outputs(forms, '0123456789ABabcX\n')[0]).toBe('0123456789ABabcX\n');
    expect(outputs(forms, '0123456789ABabcd\n', 'x')).toEqual(['0123456789AB', 'abcd\nx', '']);
    expect(outputs(forms, '0123456789ABabcd\r', 'x')).toEqual(['0123456789AB', 'abcd\rx', '']);
    expect(outputs(forms, '0123456789ABabcd\r', '\nefgh')).toEqual(['0123456789AB', '***', '']);
    expect(outputs(forms, '0123456789ABxxxx\r')[0]).toBe('0123456789ABxxxx\r');
  });
});

describe('a form that a tool has wrapped', () => {
  const secret = 'Xy7$kQ2!mZ9@pL4#vR8%';

  test.each(['\n', '\r\n'])('is hidden in base64 of any width, at any place (%j)', (lineEnd) => {
    const redaction = new Redaction(maskForms(secret, 4));
    for (let width = 20; width <= 80; width += 1) {
      for (let offset = 0; offset < 6; offset += 1) {
        const before = 'd'.repeat(offset + ((width * 7) % 50));
        const encoded = Buffer.from(`${before}${secret}${'e'.repeat(60)}`).toString('base64');
        const log = Buffer.from(encoded.replaceAll(new RegExp(`.{${width}}`, 'g'), `$&${lineEnd}`));
        const output = redact(redaction, [log]);
        const left = Buffer.from(output.toString().replaceAll(/\s|\*{3}/g, ''), 'base64').toString('latin1');
        // Of the first and the last characters some bits are the secret's.
        expect(left).not.toContain(secret.slice(2, 5));
        expect(left).not.toContain(secret.slice(-5, -2));
        expect(output.toString().match(/\*{3}/g)).toHaveLength(1);
      }
    }
  });

  test.each(['\n', '\r\n'])('is hidden the same in any two chunks (%j)', (lineEnd) => {
    const redaction = new Redaction(maskForms(secret, 4));
    for (const encoding of ['base64', 'hex'] as const) {
      const encoded = Buffer.from(`some document with ${secret} in it, and more`).toString(encoding);
      for (const width of [20, 21, 22, 23, 40, 60, 64, 76]) {
        const log = Buffer.from(
          `$ cat\n${encoded.replaceAll(new RegExp(`.{${width}}`, 'g'), `$&${lineEnd}`)}\n$`,
        );
        const whole = redact(redaction, [log]).toString();
        expect(whole.match(/\*{3}/g)).toHaveLength(1);
        expect(whole).toHaveLength(3 + log.length - hiddenLength(log.toString(), whole));
        for (let at = 0; at <= log.length; at += 1) {
          const two = redact(redaction, [log.subarray(0, at), log.subarray(at)]).toString();
          expect(two).toBe(whole);
        }
      }
    }
  });

  test('is hidden when it is of 8 characters, at any place of the line end', () => {
    for (let at = 1; at < 8; at += 1) {
      const [first, rest] = ['AbCdEfGh'.slice(0, at), 'AbCdEfGh'.slice(at)];
      for (const lineEnd of ['\n', '\r\n']) {
        const log = `0123456789abcdef${first}${lineEnd}${rest}.`;
        expect(text(['AbCdEfGh'], log)).toBe('0123456789abcdef***.');
        expect(text(['AbCdEfGh'], ...log)).toBe('0123456789abcdef***.');
      }
    }
  });

  test('is hidden when another form may begin in it, however it comes', () => {
    const form = 'AbcdefghijklmnopqrstuvwxyZ';
    for (let at = 1; at < form.length; at += 1) {
      const log = Buffer.from(`0123456789abcde${form.slice(0, at)}\r\n${form.slice(at)}!`);
      for (let start = 1; start < 20; start += 1) {
        const redaction = new Redaction([form, `${form.slice(start)}0123456789`]);
        for (let end = 15; end < log.length; end += 1) {
          const output = redact(redaction, [log.subarray(0, end), log.subarray(end)]);
          expect(output.toString()).toBe('0123456789abcde***!');
        }
      }
    }
  });

  test('is hidden over more than two lines', () => {
    const form = randomBytes(30).toString('hex');
    const log = form.replaceAll(/.{16}/g, '$&\n');
    expect(text([form], `> ${log}!`)).toBe('> ***!');
    expect(text([form], ...`> ${log}!`)).toBe('> ***!');
  });

  test('passes when lines are shorter, after two line ends, and when the form is not encoded', () => {
    expect(text(['AbCdEfGhIjKl'], '.123456789abAbC\ndEfGhIjKl')).toBe('.123456789abAbC\ndEfGhIjKl');
    expect(text(['AbCdEfGhIjKl'], '0123456789abAbCd\n\nEfGhIjKl')).toBe('0123456789abAbCd\n\nEfGhIjKl');
    expect(text(['AbCd.fGhIjKl'], '0123456789abcdAbCd\n.fGhIjKl')).toBe('0123456789abcdAbCd\n.fGhIjKl');
    expect(text(['AbCdEfG'], '0123456789abcdAbCd\nEfG')).toBe('0123456789abcdAbCd\nEfG');
  });

  test('is the shorter of two when the longer one breaks off', () => {
    const forms = ['AbCdEfGh', 'AbCdEfGhIjKl'];
    expect(text(forms, '0123456789abcdAbCd\nEfGhIj.')).toBe('0123456789abcd***Ij.');
    expect(text(forms, '0123456789abcdAbCd\nEfGhIj', '.')).toBe('0123456789abcd***Ij.');
    expect(text(forms, '0123456789abcdAbCd\nEfGhIj')).toBe('0123456789abcd***Ij');
  });

  test('may stand after other hidden characters, which count', () => {
    expect(text(['0123456789abcdef', 'AbCdEfGh'], '0123456789abcdefAb\nCdEfGh')).toBe('***');
  });
});

describe('a form that is percent-encoded', () => {
  const secret = 'p@ss/word+1!';

  /** Every character raw or as a code, by the bits of `mix`. */
  function mixed(text: string, mix: number): string {
    const codes = [...Buffer.from(text)].map((byte, at) => {
      const code = `%${byte.toString(16)}`;
      return (mix >> at) % 2 === 0 ? String.fromCharCode(byte) : at % 3 === 0 ? code.toUpperCase() : code;
    });
    return codes.join('');
  }

  test('is hidden in any mix of characters and codes', () => {
    const redaction = new Redaction(maskForms(secret, 4));
    for (let mix = 0; mix < 1 << secret.length; mix += 7) {
      const log = Buffer.from(`GET /a%20b?x=${mixed(secret, mix)}&y=%41 100%`);
      expect(redact(redaction, [log]).toString()).toBe('GET /a%20b?x=***&y=%41 100%');
    }
  });

  test('is hidden the same in any two chunks', () => {
    const redaction = new Redaction(maskForms(secret, 4));
    for (const mix of [0x1, 0x800, 0x801, 0x5aa, 0xfff, 0x2]) {
      const log = Buffer.from(`a%4p=%${mixed(secret, mix)}%.`);
      for (let at = 0; at <= log.length; at += 1) {
        const output = redact(redaction, [log.subarray(0, at), log.subarray(at)]);
        expect(output.toString()).toBe('a%4p=%***%.');
      }
    }
  });

  test('is hidden with a plus sign for a space, and when it holds what looks like a code', () => {
    expect(text(maskForms('two words & more', 4), 'q=two+words+%26+mor%65.')).toBe('q=***.');
    for (const log of [
      '50%41 off @ all',
      '50%41%20off%20@%20all',
      '50%2541%20off%20%40%20all',
      '50%2541 off @ al%6C',
    ]) {
      expect(text(maskForms('50%41 off @ all', 4), `<${log}>`)).toBe('<***>');
    }
  });

  test('is hidden when it holds the code of a line end, whole and line by line', () => {
    const value = 'abc%0A::set-output name=x::y%25';
    for (const log of [
      value,
      value.replaceAll(' ', '%20'),
      'abc%0a::set-output%20name=x::%79%25',
      'abc%250A::set-output name%3Dx::y%2525',
      'abc\n::set-output name=x::y%',
    ]) {
      expect(text(maskForms(value, 4), `<${log}>`)).toBe('<***>');
    }
    const two = maskForms('first secret%0D%0Asecond one', 4);
    expect(text(two, '<first secret>\n<second%20one>')).toBe('<***>\n<***>');
    expect(text(maskForms('abcdefgh%0A%0A%20%20%20%20%20%20%20%20%20', 4), `<${' '.repeat(12)}>`)).toBe(
      `<${' '.repeat(12)}>`,
    );
  });

  test('is hidden when it is in UTF-8, and when another form begins in it', () => {
    expect(text(maskForms('пароль-密码', 4), 'x=%D0%BF%d0%B0роль-%E5%AF%86码;')).toBe('x=***;');
    expect(text(['abcd@efghi', 'efghi@jklm'], '<abcd%40efghi%40jklm>')).toBe('<***>');
    expect(text(['abcd@efgh', 'abcd@efghijkl'], '<abcd%40efghijk>', '<abcd%40efghijk')).toBe(
      '<***ijk><***ijk',
    );
  });

  test('passes at once when it is not a form', () => {
    expect(outputs(['p@ss-word'], 'GET /%41%42%43/x 50% of', ' p%4', '1')).toEqual([
      'GET /%41%42%43/x 50% of',
      ' ',
      'p%41',
      '',
    ]);
    expect(outputs(['p@ss-word'], '100%', '\n')).toEqual(['100', '%\n', '']);
  });
});

describe('a form that a tool has wrapped, each line behind a prefix', () => {
  const secret = 'Xy7$kQ2!mZ9@pL4#vR8%';

  test.each(['  ', '> ', '\t', '        ', '>> | ', ' '.repeat(64)])(
    'is hidden at any place of the line ends (%j)',
    (prefix) => {
      const redaction = new Redaction(maskForms(secret, 4));
      for (let width = 20; width <= 76; width += 7) {
        for (let offset = 0; offset < 6; offset += 1) {
          const encoded = Buffer.from(`${'d'.repeat(offset + width)}${secret}${'e'.repeat(60)}`).toString(
            'base64',
          );
          const log = encoded.replaceAll(new RegExp(`.{${width}}`, 'g'), `$&\n${prefix}`);
          const output = redact(redaction, cut(Buffer.from(prefix + log), [width * 3, 5, 1])).toString();
          expect(output.match(/\*{3}/g)).toHaveLength(1);
          const left = output.replaceAll(/[\s|>]|\*{3}/g, '');
          expect(Buffer.from(left, 'base64').toString('latin1')).not.toContain(secret.slice(2, 5));
        }
      }
    },
  );

  test.each(['', '  ', '    ', '\t', '> ', ' '.repeat(20)])(
    'is hidden when it has 8 characters or a few more (%j)',
    (prefix) => {
      for (const form of ['AbCdEfGh', 'AbCdEfGhIjK', 'AbCdEfGhIjKlMnO']) {
        for (let at = 1; at < form.length; at += 1) {
          const log = `0123456789abcdef${form.slice(0, at)}\n${prefix}${form.slice(at)}.`;
          expect(text([form], log)).toBe('0123456789abcdef***.');
          expect(text([form], ...log)).toBe('0123456789abcdef***.');
        }
      }
    },
  );
});

/** How many bytes the one mask of `output` stands for. */
function hiddenLength(input: string, output: string): number {
  const [before = '', after = ''] = output.split('***');
  expect(input.startsWith(before) && input.endsWith(after)).toBe(true);
  return input.length - before.length - after.length;
}

test('a form of thousands of bytes is hidden in large chunks too, however much of it is held', () => {
  const form = randomBytes(2_000).toString('base64url');
  const stream = Buffer.from(
    `${form.slice(0, 700)}.${form}${form.slice(0, 500)}, ${'x'.repeat(3_000)} ${form} end`,
  );
  const wanted = `${form.slice(0, 700)}.***${form.slice(0, 500)}, ${'x'.repeat(3_000)} *** end`;
  const redaction = new Redaction([form]);
  for (let at = 500; at < 1_800; at += 1) {
    expect(redact(redaction, [stream.subarray(0, at), stream.subarray(at)]).toString()).toBe(wanted);
  }
});

test('two streams of one redaction know nothing of each other', () => {
  const redaction = new Redaction(['hunter22']);
  const one = new Redactor(redaction);
  const other = new Redactor(redaction);
  const output = [
    one.push(Buffer.from('hunt')),
    other.push(Buffer.from('er22')),
    one.push(Buffer.from('er22')),
  ];
  expect(output.map((parts) => Buffer.concat(parts).toString())).toEqual(['', 'er22', '***']);
});
