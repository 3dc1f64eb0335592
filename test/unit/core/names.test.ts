import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOutputName, isReserved, isVariableName, labelled } from '../../../src/core/names.js';

const RESERVED =
  `PATH PATHEXT NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED LD_PRELOAD LD_LIBRARY_PATH
  LD_AUDIT LD_ANYTHING DYLD_INSERT_LIBRARIES BASH_ENV ENV IFS PS4 PROMPT_COMMAND SHELLOPTS BASHOPTS PYTHONPATH
  PYTHONSTARTUP PERL5OPT PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS _JAVA_OPTIONS MAVEN_OPTS GIT_SSH_COMMAND GIT_CONFIG_COUNT
  GIT_CONFIG_GLOBAL GIT_EXEC_PATH GIT_ASKPASS SSH_ASKPASS EDITOR HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
  GITHUB_TOKEN GITHUB_ENV RUNNER_TEMP ACTIONS_RUNTIME_TOKEN INPUT_URL STATE_SEGURA_LEDGER CI CI_JOB_ID SYSTEM_DEBUG
  AGENT_NAME BUILD_ID DOCKER_HOST`.split(/\s+/);

test.each(RESERVED)('%s is reserved in any case', (name) => {
  expect(
    [name, name.toLowerCase(), `${name.charAt(0).toLowerCase()}${name.slice(1)}`].map(isReserved),
  ).toEqual([true, true, true]);
});

test.each([
  'DB_PASSWORD',
  'PATHS',
  'MY_PATH',
  'LD',
  'GITHUBTOKEN',
  'CIRCLE',
  'ENVIRONMENT',
  'INPUT',
  'TOKEN',
])('%s is not reserved', (name) => {
  expect(isReserved(name)).toBe(false);
});

test.each([
  ['', 'my-key', 'my_key'],
  ['P_', 'my key', 'P_my_key'],
  ['', '1st', '_st'],
  ['P_', '1st', 'P_1st'],
  ['', 'ção', '__o'],
  ['', '\u{1f600}', '_'],
  ['', 'A=B\nC<<D', 'A_B_C__D'],
  ['', '\ud800x', '_x'],
])('prefix %j and label %j make %s', (prefix, label, name) => {
  expect(labelled(prefix, label)).toBe(name);
});

test('every label that is not empty makes a legal name', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (label) => {
      expect(isVariableName(labelled('', label))).toBe(true);
      expect(isOutputName(labelled('', label))).toBe(true);
    }),
  );
});

test('a hyphen is legal in an output and in no variable', () => {
  expect(isOutputName('my-name')).toBe(true);
  expect(isVariableName('my-name')).toBe(false);
});

test.each(['', '1X', 'A B', 'A=B', 'A\n', '\nA', 'A<<B', 'é'])('%j is no name at all', (name) => {
  expect([isOutputName(name), isVariableName(name)]).toEqual([false, false]);
});
