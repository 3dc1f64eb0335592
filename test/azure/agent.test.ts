import taskCommand from 'azure-pipelines-task-lib/taskcommand.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AzureAgent } from '../support/azure-agent.js';
import { parseCommand } from '../support/azure-command.js';

describe('the agent of these tests', () => {
  test('reads back what the library writes, any text as value and as property', () => {
    const text = fc
      .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('%', ';', ']', '\n', '%3B', '%AZP25')))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (value, property) => {
        const line = new taskCommand.TaskCommand('task.setvariable', { variable: `x${property}` }, value);
        const command = parseCommand(line.toString());
        expect([command?.data, command?.properties.get('variable')]).toEqual([value, `x${property}`]);
      }),
    );
  });

  test('finds a command anywhere in a line', () => {
    const agent = new AzureAgent();
    agent.read('text ##vso[task.setvariable variable=A;issecret=true]v%3Bx');
    expect([agent.value('a'), agent.isSecret('A')]).toEqual(['v;x', true]);
  });

  test('prints a rejected secret of several lines, so none may be sent', () => {
    const agent = new AzureAgent();
    agent.read('##vso[task.setvariable variable=A;issecret=true]one%0Atwo');
    expect(agent.refused.length).toBe(1);
    expect(agent.log.join('\n')).toContain('one%0Atwo');
    expect(agent.result).toBe('Failed');
  });

  test('sets an output again, and rejects a result it does not know', () => {
    const agent = new AzureAgent();
    agent.read('##vso[task.setvariable variable=A;isOutput=true]1');
    agent.read('##vso[task.setvariable variable=A;isOutput=true]2');
    agent.read('##vso[task.complete result=Cancelled]');
    expect([agent.value('segura.A'), agent.refused.length]).toEqual(['2', 1]);
  });

  test.each([
    [false, '2', 0],
    [true, '1', 1],
  ])('warns of a read-only variable and sets it, unless it has to reject it: %s', (keeps, value, refused) => {
    const agent = new AzureAgent();
    agent.keepsReadOnly = keeps;
    agent.variables.set('a', { name: 'A', value: '1', isSecret: false, isReadOnly: true });
    agent.read('##vso[task.setvariable variable=A]2');
    expect([agent.value('A'), agent.refused.length]).toEqual([value, refused]);
    expect(agent.log[0]).toMatch(/read-only variable/);
  });

  test('replaces names in a pipeline text twice, so a value can close a name that another value opened', () => {
    const agent = new AzureAgent();
    agent.read('##vso[task.setvariable variable=Open]pass$(HOME');
    agent.read('##vso[task.setvariable variable=Plain]pass');
    expect(agent.inText('x($(Open))')).toBe('x(pass/home/agent');
    expect(agent.inText('x($(Plain)) $(Nobody) $(build.buildid)$(USER)')).toBe('x(pass) $(Nobody) 4711agent');
  });

  test('replaces a name in a value with its variable, in any case, and leaves unknown names', () => {
    const agent = new AzureAgent();
    agent.read('##vso[task.setvariable variable=Own]x$(BUILD.buildid)$(nobody)$(a$(Build.BuildId))$(');
    agent.read('##vso[task.setvariable variable=Other]<$(OWN)>');
    expect(agent.value('Other')).toBe('<x4711$(nobody)$(a4711)$(>');
    expect(agent.expanded().map(({ value }) => value)).toEqual([agent.value('own'), agent.value('other')]);
  });

  test('leaves a value as it is if variables name one another in a circle', () => {
    const agent = new AzureAgent();
    agent.read('##vso[task.setvariable variable=Own]x$(own)$(BUILD.buildid)');
    agent.read('##vso[task.setvariable variable=Other]$(Build.BuildId)<$(OWN)>');
    expect(agent.value('Own')).toBe('x$(own)$(BUILD.buildid)');
    expect(agent.value('Other')).toBe('$(Build.BuildId)<$(OWN)>');
  });

  test('forbids what restricted mode does', () => {
    const agent = new AzureAgent();
    agent.read('##vso[task.uploadsummary]/tmp/x');
    agent.read('##vso[build.addbuildtag]x');
    expect(agent.forbidden.length).toBe(2);
  });

  test('hides overlapping masks, and only in output that comes after a mask', () => {
    const agent = new AzureAgent();
    agent.read('abcdef');
    agent.read('##vso[task.setsecret]abcd');
    agent.read('##vso[task.setsecret]cdef');
    agent.read('xabcdefy');
    expect([agent.log[0], agent.log.at(-1)]).toEqual(['abcdef', 'x***y']);
  });
});
