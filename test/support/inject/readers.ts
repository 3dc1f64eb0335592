import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lacks } from '../skips.js';

/** One value to be read from a file by another program. */
export interface Question {
  readonly file: Buffer;
  /** The keys to it; an XPath, for a reader of XML. */
  readonly keys: readonly string[];
  readonly document?: number;
}

/** A program that reads many files in one process. */
export interface ForeignReader {
  readonly name: string;
  readonly lacksIt: boolean;
  /** What is read, or what was wrong as an Error, for each question. */
  readonly read: (questions: readonly Question[]) => readonly unknown[];
}

const HERE = import.meta.dirname;
/** Where `.ci/run` puts PyYAML and ruamel.yaml, and python-dotenv. */
const YAML = process.env['SEGURA_TEST_YAML'] ?? '';
const INSTALLED = process.env['SEGURA_TEST_READERS'] ?? '';
const DOTENV = join(INSTALLED, 'python');
const GO_YAML = join(INSTALLED, 'yaml');

function run(command: string, args: readonly string[], input: string | Buffer): string {
  const env = { ...process.env, PYTHONPATH: `${YAML}:${DOTENV}`, PYTHONUTF8: '1', LC_ALL: 'C.UTF-8' };
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, env, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} failed: ${error ?? stderr.toString().slice(0, 2000)}`);
  return stdout.toString();
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

function byJson(command: string, args: readonly string[], reader: string): ForeignReader['read'] {
  return (questions) => {
    const asked = questions.map(({ file, keys, document = 0 }) => ({
      reader,
      file: file.toString('base64'),
      keys,
      document,
    }));
    const answers = JSON.parse(run(command, args, JSON.stringify(asked))) as Answer[];
    return answers.map(({ value, error }) => (error === undefined ? value : new Error(error)));
  };
}

const byPython = (reader: string): ForeignReader['read'] =>
  byJson('python3', [join(HERE, 'read.py')], reader);

function byJava(reader: 'properties' | 'dom'): ForeignReader['read'] {
  return (questions) => {
    const lines = questions.map(({ file, keys }) =>
      [reader, file.toString('base64'), Buffer.from(keys[0] ?? '').toString('base64')].join(' '),
    );
    const answers = run('java', [join(HERE, 'Read.java')], `${lines.join('\n')}\n`).split('\n');
    return questions.map((_, index) => {
      const answer = answers[index] ?? '!nothing';
      return answer.startsWith('!') ? new Error(answer.slice(1)) : Buffer.from(answer, 'base64').toString();
    });
  };
}

/** All files as one stream of values. */
const byJq: ForeignReader['read'] = (questions) => {
  const paths = JSON.stringify(
    questions.map(({ keys }) => keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key))),
  );
  const input = questions.map(({ file }) => file.toString().replace(/^\ufeff/, '')).join('\n');
  const filter = `${paths} as $paths | [inputs] | [to_entries[] | . as $e | $e.value | getpath($paths[$e.key])]`;
  return JSON.parse(run('jq', ['-n', filter], input)) as unknown[];
};

/** A process for each file, of which there are few. */
const byXmllint: ForeignReader['read'] = (questions) =>
  questions.map(({ file, keys }) =>
    // It ends what it prints with a line end of its own.
    run('xmllint', ['--xpath', `string(${keys[0]})`, '-'], file).replace(/\n$/, ''),
  );

const python = lacks('python3');
const missingYaml = python || lacks('PyYAML', existsSync(join(YAML, 'yaml')));
const missingRuamel = python || lacks('ruamel.yaml', existsSync(join(YAML, 'ruamel')));
const missingDotenv = python || lacks('dotenv of Python', existsSync(join(DOTENV, 'dotenv')));

export const READERS = {
  yaml: [
    { name: 'PyYAML', lacksIt: missingYaml, read: byPython('yaml') },
    { name: 'ruamel.yaml', lacksIt: missingRuamel, read: byPython('ruamel') },
    {
      name: 'go.yaml.in/yaml',
      lacksIt: lacks('YAML of Go', INSTALLED !== '' && existsSync(GO_YAML)),
      read: byJson(GO_YAML, [], 'yaml'),
    },
  ],
  json: [
    { name: 'json of Python', lacksIt: python, read: byPython('json') },
    { name: 'jq', lacksIt: lacks('jq'), read: byJq },
  ],
  toml: [{ name: 'tomllib', lacksIt: python, read: byPython('toml') }],
  ini: [{ name: 'configparser', lacksIt: python, read: byPython('ini') }],
  php: [
    {
      name: 'parse_ini_string',
      lacksIt: lacks('php'),
      read: byJson('php', [join(HERE, 'read.php')], 'ini'),
    },
  ],
  env: [{ name: 'python-dotenv', lacksIt: missingDotenv, read: byPython('dotenv') }],
  properties: [{ name: 'java.util.Properties', lacksIt: lacks('javac'), read: byJava('properties') }],
  xml: [
    { name: 'DOM of Java', lacksIt: lacks('javac'), read: byJava('dom') },
    { name: 'xmllint', lacksIt: lacks('xmllint'), read: byXmllint },
  ],
} as const satisfies Record<string, readonly ForeignReader[]>;
