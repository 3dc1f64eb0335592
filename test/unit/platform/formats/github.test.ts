import { describe, expect, test } from 'vitest';
import { maskForms } from '../../../../src/core/masking/encodings.js';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { addMask } from '../../../../src/platform/formats/github-env.js';
import { RUNB_TOOLS } from '../../../../src/platform/formats/runb/tools.js';
import { parseKeyValues } from '../../../support/key-values.js';
import { inShell, SHELLS } from './shells.js';
import { assigned, forHardValues, HARD_VALUES } from './values.js';

const { github } = EXPORT_FORMATS;
const carried = (values: readonly string[]): string[] => values.filter((value) => !value.endsWith('\r'));

const COMMAND = '::add-mask::';

/** What a runner masks after these lines: a command starts a line. Source: actions/runner, ActionCommand.cs. */
function masksIn(log: string): string[] {
  return log
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')
    .map((line) => {
      if (!line.startsWith(COMMAND)) throw new Error(`not a mask: ${line}`);
      const data = line.slice(COMMAND.length);
      return data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
    });
}

describe('GITHUB_ENV', () => {
  test('brings back every value as the runner reads it', () => {
    forHardValues((all) => {
      const values = carried(all);
      const text = github.render(assigned(values), []);
      expect([...parseKeyValues(text).values()]).toEqual(values);
      expect(text.endsWith('\n')).toBe(values.length > 0);
    }, 100);
  });

  test('has another delimiter each time, for each value', () => {
    const delimiters = [0, 1].flatMap(() =>
      [...github.render(assigned(['a', 'a']), []).matchAll(/<<(.+)/g)].map(([, delimiter]) => delimiter),
    );
    expect(new Set(delimiters).size).toBe(4);
  });

  test('rejects a value that ends with a carriage return, and one with a NUL character', () => {
    const problems = github.check(assigned(['a\r', 'a\r\n', 'a\rb', '\0']));
    expect(problems.map(({ code, message }) => [code, message.replace(/^.* for (?=V\d)/, '')])).toEqual([
      ['VALUE_BROKEN', 'V3 holds a NUL character.'],
      [
        'VALUE_BROKEN',
        'V0 ends with a carriage return, which a runner on Windows treats as part of the line end.',
      ],
    ]);
  });
});

test('a mask is one line, whatever is in it', () => {
  const commands = HARD_VALUES.map(addMask);
  for (const command of commands) expect(command).not.toMatch(/[\r\n]/);
  expect(addMask('50%0A\r\n')).toBe('::add-mask::50%250A%0D%0A');
});

describe.each(SHELLS)('runb for github, sourced in %s', (_, ...command) => {
  test('masks all, and brings back every value', () => {
    forHardValues((all) => {
      const values = carried(all);
      const masks = values.flatMap((value) => maskForms(value, 4));
      const text = RUNB_TOOLS.github.render(assigned(values), [...masks, ' ']);
      const { stdout, written } = inShell(command, 'GITHUB_ENV="$WRITTEN"; . ./text', text);
      expect(masksIn(stdout.toString())).toEqual(masks);
      expect([...parseKeyValues(written.toString()).values()]).toEqual(values);
    }, 2);
  });
});

test('runb for github rejects what GITHUB_ENV cannot carry, and is empty for nothing', () => {
  expect(RUNB_TOOLS.github.check(assigned(['a\r']))).toHaveLength(1);
  expect(RUNB_TOOLS.github.render([], ['mask'])).toBe('');
});
