import { describe, expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { RUNB_TOOLS } from '../../../../src/platform/formats/runb/tools.js';
import { isWindows } from '../../../support/skips.js';
import { hexOfAll, inShell, SHELLS, variablesOf } from './shells.js';
import { assigned, forHardValues, HARD_VALUES } from './values.js';

const { sh } = EXPORT_FORMATS;

test.skipIf(isWindows())('bash and dash are among the shells', () => {
  expect(SHELLS.map(([name]) => name)).toEqual(expect.arrayContaining(['bash', 'dash']));
});

describe.each(SHELLS)('in %s', (_, ...command) => {
  const ways: Record<string, string> = {
    eval: 'eval "$(cat ./text)"',
    'eval of a variable, as in a GitLab job': 'OUT="$(cat ./text)" || exit 1\neval "$OUT"; unset OUT',
    sourcing: '. ./text',
    'sourcing inside a function': 'read_all() { . ./text; }\nread_all',
  };

  test.each(Object.entries(ways))('sh brings back every byte by %s', (_way, script) => {
    forHardValues((values) => {
      const { stdout } = inShell(command, `${script}\nenv -0`, sh.render(assigned(values), []));
      expect(variablesOf(stdout)).toEqual(hexOfAll(values));
    }, 2);
  });

  test('the lines of circleci bring back every byte in the steps after', () => {
    forHardValues((values) => {
      const text = RUNB_TOOLS.circleci.render(assigned(values), []);
      const { written, stdout } = inShell(command, 'BASH_ENV="$WRITTEN"; . ./text', text);
      expect(stdout.toString()).toBe('');
      const later = inShell(['bash'], '. ./text; env -0', written.toString());
      expect(variablesOf(later.stdout)).toEqual(hexOfAll(values));
    }, 2);
  });
});

test('linux, bitbucket and gitlab are the same lines', () => {
  const assignments = assigned(HARD_VALUES);
  for (const tool of ['linux', 'bitbucket', 'gitlab'] as const) {
    expect(RUNB_TOOLS[tool].render(assignments, [])).toBe(sh.render(assignments, []));
  }
});

test.skipIf(isWindows())('circleci without a place to write to stops the step', () => {
  const text = RUNB_TOOLS.circleci.render(assigned(['value']), []);
  expect(() => inShell(['dash'], '. ./text', text)).toThrow(/BASH_ENV/);
});

test('a line is plain to read', () => {
  expect(sh.render([{ name: 'DB', value: "it's", source: 'a/b' }], [])).toBe("export DB='it'\\''s'\n");
});

test('a NUL character is rejected in every variable that has one', () => {
  const problems = sh.check(assigned(['a\0b', 'fine', '\0']));
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['VALUE_BROKEN', 'The value of secret/FIELD_0 for V0 holds a NUL character.'],
    ['VALUE_BROKEN', 'The value of secret/FIELD_2 for V2 holds a NUL character.'],
  ]);
  expect(problems[0]?.remedy).toContain('secret/FIELD_0 > path:V0');
});
