import { describe, expect, test } from 'vitest';
import { RUNB_TOOLS } from '../../../../../src/platform/formats/runb/tools.js';
import { inShell, SHELLS } from '../shells.js';
import { assigned, forHardValues } from '../values.js';

/** The parameters of service messages. Source: jetbrains.com/help/teamcity, "Service Messages", "Escaped Values". */
function readMessages(log: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const line of log.split(/\r\n|\n|\r/)) {
    if (line === '') continue;
    const quoted = "'((?:[^|'\\[\\]]|\\|0x[0-9a-f]{4}|\\|[|'nr\\[\\]])*)'";
    const message = new RegExp(`^##teamcity\\[setParameter name=${quoted} value=${quoted}\\]$`, 'u').exec(
      line,
    );
    if (message === null) throw new Error(`not a message: ${line}`);
    parameters.set(unescapeValue(message[1] ?? ''), unescapeValue(message[2] ?? ''));
  }
  return parameters;
}

function unescapeValue(text: string): string {
  return text.replaceAll(/\|(?:0x([0-9a-f]{4})|(.))/gu, (_, unit: string | undefined, char: string) =>
    unit === undefined
      ? ({ n: '\n', r: '\r' }[char] ?? char)
      : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

const { teamcity } = RUNB_TOOLS;

describe.each(SHELLS)('sourced in %s', (_, ...command) => {
  test('sets each environment variable to its value', () => {
    forHardValues((all) => {
      const values = all.filter((value) => value.split('%').length < 3);
      const { stdout } = inShell(command, '. ./text', teamcity.render(assigned(values), []));
      expect([...readMessages(stdout.toString())]).toEqual(
        values.map((value, index) => [`env.V${index}`, value]),
      );
    }, 2);
  });
});

test('rejects each value that could name a parameter', () => {
  expect(teamcity.check(assigned(['100%', '%', 'a']))).toEqual([]);
  const problems = teamcity.check(assigned(['%a%', '%%', 'x%\n%y', 'fine']));
  expect(problems.map(({ code }) => code)).toEqual(['VALUE_BROKEN', 'VALUE_BROKEN', 'VALUE_BROKEN']);
  expect(problems[0]?.message).toContain('secret/FIELD_0 for V0');
});
