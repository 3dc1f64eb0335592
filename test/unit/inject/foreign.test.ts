import { beforeAll, describe, expect, test } from 'vitest';
import { inject } from '../../../src/inject/inject.js';
import { type ForeignReader, type Question, READERS } from '../../support/inject/readers.js';
import { VALUES } from '../../support/inject/values.js';
import { difference, editOf, NAMESPACES } from './injecting.js';
import { SHAPES, type Shape } from './shapes.js';

const CASES: readonly (readonly [Shape, string | undefined, readonly ForeignReader[], readonly string[]])[] =
  [
    [SHAPES.COMPOSE, undefined, READERS.yaml, []],
    [SHAPES.HELM, undefined, READERS.yaml, []],
    [SHAPES.APPSETTINGS, undefined, READERS.json, []],
    [SHAPES.WEB_XML, undefined, READERS.xml, ['BELL']],
    [SHAPES.SERVER_XML, undefined, READERS.xml, ['BELL']],
    [SHAPES.POM, undefined, READERS.xml, ['BELL']],
    [SHAPES.LOG4J, undefined, READERS.properties, []],
    [SHAPES.CARGO, undefined, READERS.toml, []],
    [
      SHAPES.PHP_INI,
      'ini:php',
      READERS.php,
      ['NEWLINES', 'CRLF', 'DELIMITER', 'COMMAND', 'INJECTION', 'QUOTES', 'CR', 'BACKSLASHES', 'DOLLARS'],
    ],
    [
      SHAPES.DB_INI,
      'ini:python',
      READERS.ini,
      ['NEWLINES', 'CRLF', 'DELIMITER', 'COMMAND', 'INJECTION', 'SPACES', 'CONTROLS', 'TABS', 'CR'],
    ],
    [
      SHAPES.APP_INI,
      undefined,
      [...READERS.ini, ...READERS.php],
      Object.keys(VALUES).filter((name) => !['PLAIN', 'OCTAL', 'EXPONENT', 'DATE', 'LARGE'].includes(name)),
    ],
    [SHAPES.ENV, 'env:python', READERS.env, ['CRLF', 'QUOTES', 'CR', 'DOLLARS']],
    [SHAPES.ENV, undefined, READERS.env, ['CRLF', 'QUOTES', 'CR', 'BACKSLASHES', 'DOLLARS']],
  ];

interface Made {
  readonly name: string;
  readonly value: string;
  readonly question: Question;
  /** What came of it: the file, or what was wrong. */
  readonly file: Buffer | string;
}

/** Every value at every place of a file, each in a copy of its own. */
async function allOf({ path, text, places }: Shape, format: string | undefined): Promise<readonly Made[]> {
  const all: Made[] = [];
  for (const [place, keys, document = 0] of places) {
    for (const [name, value] of Object.entries(VALUES)) {
      const edit = editOf(path, place, value, format === undefined ? {} : { format });
      const options = { namespaces: NAMESPACES };
      const file = await inject(Buffer.from(text), [edit], options).catch((error) => String(error));
      const question = { file: typeof file === 'string' ? Buffer.alloc(0) : file, keys, document };
      all.push({ name, value, question, file });
    }
  }
  return all;
}

describe('values that are no texts', () => {
  const typed = [
    ['number', '-12.5e3', -12500],
    ['number', '1e3', 1000],
    ['number', '0', 0],
    ['bool', 'false', false],
    ['json', '{"a": [1, null, "yes", "\\ud83d\\udd11"], "no": {}}', { a: [1, null, 'yes', '🔑'], no: {} }],
  ] as const;
  const files = [
    ['a.yaml', 'a: old # c\n', READERS.yaml],
    ['a.json', '{"a": "old"}', READERS.json],
    ['a.toml', 'a = "old" # c\n', READERS.toml],
  ] as const;
  const cases = files.flatMap(([path, text, readers]) =>
    readers.map((reader) => [reader.name, path, text, reader] as const),
  );

  test.each(cases)('%s reads numbers, booleans and JSON of %s as such', async (_name, path, text, reader) => {
    if (reader.lacksIt) return;
    const fit = typed.filter(([, value]) => path !== 'a.toml' || !value.includes('null'));
    const asked = fit.map(async ([kind, value]) => ({
      file: await inject(Buffer.from(text), [editOf(path, '/a', value, { kind })]),
      keys: ['a'],
    }));
    // What ruamel.yaml makes of a float knows how it was written, and comes as a text.
    const read = reader
      .read(await Promise.all(asked))
      .map((value, index) => (typeof fit[index]?.[2] === 'number' ? Number(value) : value));
    expect(read).toEqual(fit.map(([, , wanted]) => wanted));
  });
});

describe.each(CASES.map((each) => [each[0].path, each[1] ?? 'its ending says', ...each] as const))(
  '%s as %s',
  (_path, _as, shape, format, readers, refused) => {
    let all: readonly Made[] = [];

    beforeAll(async () => {
      all = await allOf(shape, format);
    });

    test('values that the format cannot hold are refused as broken, and every other one changes one place only', () => {
      for (const { name, file } of all) {
        if (refused.includes(name))
          expect([name, file]).toEqual([name, expect.stringMatching(/VALUE_BROKEN/)]);
        else {
          expect([name, file]).toEqual([name, expect.any(Buffer)]);
          expect(difference(shape.text, file.toString()).removed.length, name).toBeLessThanOrEqual(100);
        }
      }
    });

    for (const { name, lacksIt, read } of readers) {
      test.skipIf(lacksIt)(`${name} reads them as they are in the vault`, () => {
        // It is started for each file.
        const few = name === 'xmllint' ? ['QUOTES', 'CRLF', 'UNICODE', 'CDATA'] : Object.keys(VALUES);
        const asked = all.filter(({ name, file }) => typeof file !== 'string' && few.includes(name));
        const answers = read(asked.map(({ question }) => question));
        const wrong = asked.flatMap(({ name, value, question }, index) =>
          answers[index] === value ? [] : [[question.keys, name, answers[index], value]],
        );
        expect(wrong.slice(0, 5)).toEqual([]);
      });
    }
  },
);
