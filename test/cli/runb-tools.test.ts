import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Desk } from '../support/command-line.js';
import { parseKeyValues } from '../support/key-values.js';
import { NASTY } from '../support/nasty.js';
import type { Vault } from '../vault/index.js';
import { expectHidden, expectOk, expectRefused, openRunb, type RunbDesk, runb } from './runb-desk.js';

type Values = Readonly<Record<string, string>>;

/** The file as the command writes it for a tool, from a secret with these values. */
async function written(values: Values, tool: string): Promise<RunbDesk> {
  const made = await openRunb({ postgres: values });
  const ended = await runb(made.desk, ['-t', tool]);
  expectOk(ended);
  expectHidden(made.vault, ended);
  expect(statSync(made.file).mode & 0o777).toBe(0o600);
  return made;
}

/** What a shell does with the file in a step, and what it prints. */
async function step(desk: Desk, shell: string, script: string, env: Values = {}): Promise<string> {
  const ended = await desk.spawn(shell, ['-c', `set -eu\n${script}`], { env });
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return ended.stdout.toString();
}

const PRINT_ENVIRONMENT = `'${process.execPath}' -e 'process.stdout.write(JSON.stringify(process.env))'`;

/** The names whose values are not the same: the values themselves are too long to show. */
function differing(got: Values, wanted: Values): string[] {
  return Object.keys(wanted).filter((name) => got[name] !== wanted[name]);
}

function without(...names: (keyof typeof NASTY)[]): Values {
  return Object.fromEntries(
    Object.entries(NASTY).filter(([name]) => !(names as readonly string[]).includes(name)),
  );
}

/** Every quote, but nothing that an agent takes for the name of a variable. */
const NO_MACRO = NASTY.QUOTES.replace('$(', '$ (');
const ONE_LINE = without('NEWLINES', 'CRLF', 'DELIMITER', 'COMMAND', 'INJECTION');

describe.each(['bash', 'dash'])('sourced in %s', (shell) => {
  test.each(['linux', 'gitlab', 'bitbucket'])('%s brings back every byte', async (tool) => {
    const { desk } = await written(NASTY, tool);
    const got = JSON.parse(await step(desk, shell, `. ./.runb.vars\n${PRINT_ENVIRONMENT}`));
    expect(differing(got, NASTY)).toEqual([]);
  });

  test('circleci brings back every byte in a later bash', async () => {
    const { desk } = await written(NASTY, 'circleci');
    const BASH_ENV = join(desk.folder, 'bash_env');
    expect(await step(desk, shell, `BASH_ENV='${BASH_ENV}'\n. ./.runb.vars`)).toBe('');
    writeFileSync(join(desk.folder, 'later'), PRINT_ENVIRONMENT);
    // With a socket as its input, which the pipes of Node are, bash takes itself for a remote shell and reads ~/.bashrc.
    const got = JSON.parse(await step(desk, 'sh', 'bash ./later < /dev/null', { BASH_ENV }));
    expect(differing(got, NASTY)).toEqual([]);
  });

  test('github masks every value, then brings back every byte', async () => {
    const { desk, file, vault } = await written(NASTY, 'github');
    const log = await step(desk, shell, "GITHUB_ENV='github_env'\n. ./.runb.vars");
    const got = parseKeyValues(readFileSync(join(desk.folder, 'github_env'), 'utf8'));
    expect([...got.keys()]).toEqual(Object.keys(NASTY));
    expect(differing(Object.fromEntries(got), NASTY)).toEqual([]);
    const lines = log.split('\n').slice(0, -1);
    for (const line of lines) expect(line).toMatch(/^::add-mask::./);
    const masks = lines.map((line) =>
      line
        .slice('::add-mask::'.length)
        .replaceAll('%0D', '\r')
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%'),
    );
    // White space around a value shows nothing of it, and hides all other white space when it is masked.
    const hidden = (value = ''): boolean => masks.includes(value.trim());
    expect(Object.keys(ONE_LINE).filter((name) => !hidden(ONE_LINE[name]))).toEqual([]);
    expect(masks).toContain('LD_PRELOAD=/tmp/evil.so');
    expectNoLogin(vault, readFileSync(file, 'utf8'));
  });

  test('azure-devops hides every value, then brings back every byte', async () => {
    const values = {
      ...without('NEWLINES', 'CRLF', 'DELIMITER', 'COMMAND', 'INJECTION', 'QUOTES'),
      QUOTES: NO_MACRO,
    };
    const { desk, file, vault } = await written(values, 'azure-devops');
    const variables = readCommands(await step(desk, shell, '. ./.runb.vars'));
    expect(differing(Object.fromEntries(variables), values)).toEqual([]);
    expectNoLogin(vault, readFileSync(file, 'utf8'));
  });

  test('teamcity brings back every byte', async () => {
    const values = without('PERCENT');
    const { desk } = await written(values, 'teamcity');
    expect(differing(readMessages(await step(desk, shell, '. ./.runb.vars')), values)).toEqual([]);
  });
});

/** The file may outlive the job: the vault's own credentials and tokens are none of what it hides. */
function expectNoLogin(vault: Vault, text: string): void {
  const values = new Set<string>([...Object.values(NASTY), NO_MACRO]);
  const login = vault.secretValues().filter((secret) => !values.has(secret));
  expect(login).toContain(vault.clients.ci.clientSecret);
  for (const secret of login) expect(text).not.toContain(secret);
}

/** As the agent reads a log, command by command; a value is hidden when that was said before. */
function readCommands(log: string): Map<string, string> {
  const variables = new Map<string, string>();
  const hidden = new Set<string>();
  for (const line of log.split('\n').slice(0, -1)) {
    const [, command, name, data = ''] =
      /^##vso\[task\.(setsecret|setvariable variable=(\w+);issecret=true)\](.*)$/.exec(line) ?? [];
    if (command === undefined) throw new Error(`printed as it is: ${line}`);
    const value = data
      .replace(/%(3B|0D|0A|5D)/g, (code) => decodeURIComponent(code))
      .replaceAll('%AZP25', '%');
    if (name === undefined) hidden.add(value);
    else if (hidden.has(value.trim())) variables.set(name, value);
    else throw new Error(`set before it is hidden: ${name}`);
  }
  return variables;
}

/** Service messages by TeamCity's rules of escaping. */
function readMessages(log: string): Values {
  const lines = log.split('\n').slice(0, -1);
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value] =
        /^##teamcity\[setParameter name='env\.(\w+)' value='((?:[^|'[\]]|\|.)*)'\]$/u.exec(line) ?? [];
      if (value === undefined) throw new Error(`not a message: ${line}`);
      const plain = value.replaceAll(/\|(?:0x([0-9a-f]{4})|(.))/gu, (_, unit, char) =>
        unit === undefined
          ? ({ n: '\n', r: '\r' }[char as string] ?? char)
          : String.fromCharCode(Number.parseInt(unit, 16)),
      );
      return [name, plain];
    }),
  );
}

const JAVA = `
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
class Read {
  public static void main(String[] files) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = new FileInputStream(files[0])) { properties.load(in); }
    for (String name : properties.stringPropertyNames()) {
      byte[] bytes = properties.getProperty(name).getBytes(StandardCharsets.UTF_8);
      System.out.println(name + " " + Base64.getEncoder().encodeToString(bytes));
    }
  }
}`;

test('bamboo brings back every byte by the properties reader of Java', async () => {
  const { desk, file } = await written(NASTY, 'bamboo');
  expect(readFileSync(file, 'utf8')).toMatch(/^[\n\x20-\x7e]+$/);
  if ((await desk.spawn('sh', ['-c', 'command -v java'], {})).code !== 0) return;
  writeFileSync(join(desk.folder, 'Read.java'), JAVA);
  const { stdout, stderr, code } = await desk.spawn('java', ['Read.java', '.runb.vars'], {});
  expect(code, stderr).toBe(0);
  const pairs = stdout.toString().trim().split(/\r?\n/);
  const got = pairs.map((pair) => {
    const [name = '', text = ''] = pair.split(' ');
    return [name, Buffer.from(text, 'base64').toString()];
  });
  expect(differing(Object.fromEntries(got), NASTY)).toEqual([]);
});

describe('a value that the tool cannot carry', () => {
  const NUL = 'before\0after';
  test.each([
    ['linux', NUL],
    ['gitlab', NUL],
    ['bitbucket', NUL],
    ['circleci', NUL],
    ['bamboo', NUL],
    ['github', NUL],
    ['github', 'ends with CR\r'],
    ['azure-devops', NUL],
    ['azure-devops', NASTY.NEWLINES],
    ['azure-devops', NASTY.QUOTES],
    ['teamcity', NUL],
    ['teamcity', NASTY.PERCENT],
  ])('is rejected for %s, and the old file stays as it was: %j', async (tool, value) => {
    const { desk, file, vault } = await openRunb({ postgres: { FINE: 'can be carried', BROKEN: value } });
    writeFileSync(file, 'old', { mode: 0o644 });
    const ended = await runb(desk, ['-t', tool]);
    expectRefused(ended, 'VALUE_BROKEN: The value of postgres/BROKEN for BROKEN ');
    expect(ended.stderr).not.toContain('postgres/FINE');
    expectHidden(vault, ended);
    expect(desk.files().map(({ path, bytes }) => [path, bytes.toString()])).toEqual([[file, 'old']]);
  });
});
