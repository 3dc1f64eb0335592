import { describe, expect, test } from 'vitest';
import { maskForms } from '../../../../src/core/masking/encodings.js';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { RUNB_TOOLS } from '../../../../src/platform/formats/runb/tools.js';
import { unescapeData } from '../../../support/azure-command.js';
import { inShell, SHELLS } from './shells.js';
import { assigned, forHardValues } from './values.js';

interface Told {
  readonly masks: string[];
  readonly variables: Map<string, string>;
}

/**
 * What the agent takes from a log: in each line the first command, wherever it stands; every `%3B`, `%0D`, `%0A` and
 * `%5D` turned back, then `%AZP25`. Source: azure-pipelines-agent, Command.cs and CommandStringConvertor.cs.
 */
function readLog(log: string): Told {
  const told: Told = { masks: [], variables: new Map() };
  for (const line of log.split(/\r\n|\n|\r/)) {
    if (line === '') continue;
    const start = line.indexOf('##vso[');
    const end = line.indexOf(']', start);
    if (start < 0 || end < 0) throw new Error(`printed as it is: ${line}`);
    const [command = '', ...rest] = line.slice(start + 6, end).split(' ');
    const properties = rest
      .join(' ')
      .split(';')
      .map((property) => property.split('='));
    const data = unescapeData(line.slice(end + 1));
    if (/\n/.test(data)) throw new Error(`a secret of several lines is printed: ${line}`);
    if (command === 'task.setsecret') told.masks.push(data);
    else if (command === 'task.setvariable') {
      const named = new Map(properties.map(([name, value]) => [name, value]));
      if (named.get('issecret') !== 'true') throw new Error(`not secret: ${line}`);
      told.variables.set(unescapeData(named.get('variable') ?? ''), data);
    } else throw new Error(`no such command: ${line}`);
  }
  return told;
}

const isHoldable = (value: string): boolean => !/[\r\n]|\$\(/.test(value);
const { azure } = EXPORT_FORMATS;

test('brings back every value that a variable can hold, with a mask of every line before it', () => {
  forHardValues((all) => {
    const values = all.filter(isHoldable);
    const masks = all.flatMap((value) => maskForms(value, 4));
    const text = azure.render(assigned(values), masks);
    const { masks: told, variables } = readLog(text);
    expect([...variables.values()]).toEqual(values);
    const wanted = masks.flatMap((mask) => mask.split(/[\r\n]+/)).filter((line) => line.trim() !== '');
    expect(new Set(told)).toEqual(new Set(wanted));
    expect(text.lastIndexOf('##vso[task.setsecret]')).toBeLessThan(
      values.length === 0 ? Number.POSITIVE_INFINITY : text.indexOf('\n##vso[task.setvariable') + 1,
    );
  }, 50);
});

test('a command is plain to read', () => {
  const text = azure.render([{ name: 'DB', value: 'p;q]r%s%0A', source: 'a/b' }], ['p;q]r%s%0A']);
  expect(text).toBe(
    '##vso[task.setsecret]p;q]r%AZP25s%AZP250A\n##vso[task.setvariable variable=DB;issecret=true]p;q]r%AZP25s%AZP250A\n',
  );
});

test('rejects each value of several lines or with $(, offers a file, and rejects no other', () => {
  for (const format of [azure, RUNB_TOOLS['azure-devops']]) {
    const problems = format.check(
      assigned(['a\nb', 'a%0Ab', 'a\r', 'a\\nb', '\0', '$a ($b)', 'x$(y', '$(\n']),
    );
    expect(problems.every(({ code }) => code === 'VALUE_BROKEN')).toBe(true);
    expect(problems.map(({ message }) => /V\d/.exec(message)?.[0])).toEqual(['V4', 'V0', 'V2', 'V7', 'V6']);
    expect(problems[1]?.remedy).toContain('secret/FIELD_0 > path:V0');
  }
});

describe.each(SHELLS)('runb for azure-devops, sourced in %s', (_, ...command) => {
  test('prints the same commands', () => {
    forHardValues((all) => {
      const values = all.filter(isHoldable);
      const masks = all.flatMap((value) => maskForms(value, 4)).slice(0, 200);
      const { stdout } = inShell(
        command,
        '. ./text',
        RUNB_TOOLS['azure-devops'].render(assigned(values), masks),
      );
      const expected = values.length === 0 ? '' : azure.render(assigned(values), masks);
      expect(stdout.toString()).toBe(expected);
    }, 2);
  });
});
