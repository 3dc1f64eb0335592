import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../../src/core/errors.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import { type SecretRequest, type Source, showSource } from '../../../../src/core/requests/request.js';
import { plain } from '../../../../src/core/text.js';
import { codesOf } from '../../fakes.js';

type Kind = Source['kind'];

function plan(kind: Kind, text: string): { requests: SecretRequest[]; problems: SeguraError[] } {
  const problems: SeguraError[] = [];
  return { requests: parseRequests(kind, text, problems), problems };
}

function sourceOf(kind: Kind, line: string): Source | undefined {
  const { requests, problems } = plan(kind, line);
  expect(codesOf(problems)).toEqual([]);
  return requests[0]?.source;
}

const dsm = (identity: string | undefined, field?: string, map?: number): Source => ({
  kind: 'dsm',
  identity,
  map,
  field,
});
const pam = (credential: string, field?: string): Source => ({ kind: 'pam', credential, field });

describe('every form of a DSM source', () => {
  test.each<[string, Source]>([
    ['*', dsm(undefined)],
    ['postgres', dsm('postgres')],
    ['postgres/*', dsm('postgres')],
    ['postgres/PASSWORD > X', dsm('postgres', 'PASSWORD')],
    ['db/prod/user > X', dsm('db/prod', 'user')],
    ['"db/prod"/*', dsm('db/prod')],
    ['"db/prod"', dsm('db/prod')],
    ['postgres[1]/user > X', dsm('postgres', 'user', 1)],
    ['postgres[0]/*', dsm('postgres', undefined, 0)],
    ['"my secret"[2]/"a/b" > X', dsm('my secret', 'a/b', 2)],
    ['"postgres[1]"/user > X', dsm('postgres[1]', 'user')],
    ['"*"/user > X', dsm('*', 'user')],
    ['a/"*" > X', dsm('a', '*')],
    ['"say \\"hi\\""/"#" > X', dsm('say "hi"', '#')],
    ['  postgres/user>X  ', dsm('postgres', 'user')],
    ['a@b/c > X', dsm('a@b', 'c')],
    ['segredo-é/ção > X', dsm('segredo-é', 'ção')],
  ])('%s', (line, source) => {
    expect(sourceOf('dsm', line)).toEqual(source);
  });
});

describe('every form of a PAM source', () => {
  test.each<[string, Source]>([
    ['94 > X', pam('94', 'password')],
    ['94/username > X', pam('94', 'username')],
    ['94/* > X_*', pam('94')],
    ['root@web-01 > X', pam('root@web-01', 'password')],
    ['root@web-01/ip > X', pam('root@web-01', 'ip')],
    ['my-id.entifier_1/additional > X', pam('my-id.entifier_1', 'additional')],
    ['"a/b"/port > X', pam('a/b', 'port')],
    ['"id[1]" > X', pam('id[1]', 'password')],
  ])('%s', (line, source) => {
    expect(sourceOf('pam', line)).toEqual(source);
  });

  test('a PAM request without a destination is rejected, since the password has no label', () => {
    expect(codesOf(plan('pam', '94').problems)).toEqual(['REQUEST_INVALID']);
  });
});

test.each(['.', '..', '"..."/password'])(
  '%s is rejected as a credential: it would leave the path',
  (name) => {
    expect(codesOf(plan('pam', `${name} > X`).problems)).toEqual(['REQUEST_INVALID']);
  },
);

describe('lines', () => {
  test('blank lines and comments request nothing', () => {
    const { requests, problems } = plan('dsm', '\n  \n# nothing\n\t# nothing\r\n');
    expect(requests).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('every bad line is named at once with its number and its input, the good ones are kept', () => {
    const { requests, problems } = plan('dsm', 'a/b > X\r\n"open\r\n\r\na b/c > Y\rc/d > 1X\ne/f > Z');
    expect(requests.map(({ where }) => plain(where))).toEqual([
      'Line 1 of "secrets"',
      'Line 5 of "secrets"',
      'Line 6 of "secrets"',
    ]);
    expect(codesOf(problems)).toEqual(['REQUEST_INVALID', 'REQUEST_INVALID', 'NAME_INVALID']);
    for (const [index, line] of [2, 4, 5].entries()) {
      expect(problems[index]?.message).toContain(`Line ${line} of "secrets"`);
    }
  });

  test('two bad destinations of one line are both named', () => {
    expect(codesOf(plan('dsm', 'a/b > 1X, foo:Y, Z').problems)).toEqual(['NAME_INVALID', 'REQUEST_INVALID']);
  });

  test('any text gives a list of problems, and nothing is thrown', () => {
    const unit = fc.constantFrom(
      ...'"\\ />#,*[]:@1aB_\n\r\té\u{1f600}\u0000\ud800'.split(''),
      'file:',
      'env:',
      ' > ',
    );
    void fc.assert(
      fc.property(fc.constantFrom<Kind>('dsm', 'pam'), fc.string({ unit, maxLength: 40 }), (kind, text) => {
        const { problems } = plan(kind, text);
        for (const { code, message, remedy } of problems) {
          expect(['REQUEST_INVALID', 'NAME_INVALID']).toContain(code);
          expect(message).toMatch(/Line \d+ of "/);
          expect(remedy).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a source shown in a message', () => {
  const name = fc
    .string({ unit: fc.constantFrom(...'"\\ />#,*[]:@1aé'.split('')), minLength: 1, maxLength: 8 })
    .filter((text) => !text.endsWith('\\'));

  test('reads back as the same DSM source', () => {
    const source = fc.record({
      kind: fc.constant('dsm' as const),
      identity: name,
      map: fc.option(fc.nat(9_999), { nil: undefined }),
      field: fc.option(name, { nil: undefined }),
    });
    void fc.assert(
      fc.property(source, (each) => {
        const line = `${showSource(each)}${each.field === undefined ? '' : ' > X'}`;
        expect(sourceOf('dsm', line)).toEqual(each);
      }),
      { numRuns: 500 },
    );
  });

  test('reads back as the same PAM source', () => {
    const source = fc.record({
      kind: fc.constant('pam' as const),
      credential: name.filter((text) => text.split('@').length <= 2),
      field: fc.option(name, { nil: undefined }),
    });
    void fc.assert(
      fc.property(source, (each) => {
        const line = `${showSource(each)} > ${each.field === undefined ? 'X_*' : 'X'}`;
        expect(sourceOf('pam', line)).toEqual(each);
      }),
    );
  });

  test('everything is a star', () => {
    expect(showSource(dsm(undefined))).toBe('*');
  });
});

test('half a character of Unicode, as an escape in a config file can be, is rejected in a name', () => {
  for (const [kind, text] of [
    ['dsm', 'a\ud800/x > A'],
    ['dsm', 'a/\udc00 > A'],
    ['pam', '\ud800 > A'],
  ] as const) {
    const problems: SeguraError[] = [];
    parseRequests(kind, text, problems);
    expect(codesOf(problems)).toEqual(['REQUEST_INVALID']);
  }
});
