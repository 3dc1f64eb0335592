import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { DotenvReader } from '../../../../src/platform/formats/dotenv-readers.js';
import { inShell, SHELLS } from './shells.js';

type Variables = Readonly<Record<string, string | undefined>>;
type Read = (text: string) => Variables;

/** Where `.ci/run` puts python-dotenv and the programs of test/readers. */
const INSTALLED = process.env['SEGURA_TEST_READERS'] ?? '';
const NODE = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
const NPM_DOTENV = 'dotenv';
const PYTHON = `
import json, sys
from dotenv import dotenv_values
print(json.dumps(dotenv_values(sys.argv[1])))
`;

/** A reader of env files, as it really is, with the word of --readers that stands for it. */
export interface RealReader {
  readonly name: string;
  readonly reader: DotenvReader;
  /** Undefined where it is not installed. */
  readonly read: Read | undefined;
  /** It starts a program each time. */
  readonly isSlow: boolean;
}

export const REAL_READERS: readonly RealReader[] = [
  ...SHELLS.filter(([name]) => ['bash', 'dash', 'busybox ash'].includes(name)).map(([name, ...command]) => ({
    name: `${name} that sources it`,
    reader: 'sh' as const,
    read: remembered((text) => variablesIn(inShell(command, 'set -a; . ./text; env -0', text).stdout)),
    isSlow: true,
  })),
  { name: 'util.parseEnv', reader: 'node', read: parseEnv, isSlow: false },
  { name: 'node --env-file', reader: 'node', read: byNode(), isSlow: true },
  { name: 'the npm package dotenv', reader: 'npm', read: byNpm(), isSlow: false },
  { name: 'python-dotenv', reader: 'python', read: byPython(), isSlow: true },
  { name: 'docker compose', reader: 'compose', read: byProgram('compose'), isSlow: true },
];

/** docker run --env-file; undefined where it is not installed. */
export const readByDocker = byProgram('docker');

function byNode(): Read | undefined {
  if (process.platform === 'win32') return undefined;
  const print = 'process.stdout.write(JSON.stringify(process.env))';
  return remembered((text) => printedBy(text, (file) => [NODE, `--env-file=${file}`, '-e', print]));
}

/** Where some tool has brought it along. */
function byNpm(): Read | undefined {
  try {
    return (createRequire(import.meta.url)(NPM_DOTENV) as { parse: Read }).parse;
  } catch {
    return undefined;
  }
}

function byPython(): Read | undefined {
  const packages = join(INSTALLED, 'python');
  if (INSTALLED === '' || !existsSync(packages)) return undefined;
  return remembered((text) =>
    printedBy(text, (file) => ['python3', '-c', PYTHON, file], { PYTHONPATH: packages }),
  );
}

function byProgram(name: string): Read | undefined {
  const program = join(INSTALLED, name);
  if (INSTALLED === '' || !existsSync(program)) return undefined;
  return remembered((text) => printedBy(text, (file) => [program, file]));
}

/** Starts a program once for each text: many sets of readers get the same one. */
function remembered(read: Read): Read {
  const known = new Map<string, Variables>();
  return (text) => {
    const variables = known.get(text) ?? read(text);
    known.set(text, variables);
    return variables;
  };
}

/** The variables that a program prints as JSON once it has read a file with this text. */
function printedBy(
  text: string,
  commandFor: (file: string) => readonly string[],
  env: Readonly<Record<string, string>> = {},
): Variables {
  const folder = mkdtempSync(join(tmpdir(), 'env-files-'));
  try {
    const file = join(folder, 'text');
    writeFileSync(file, text);
    const [program = '', ...args] = commandFor(file);
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', PYTHONIOENCODING: 'utf-8', PYTHONUTF8: '1', ...env },
      maxBuffer: 64 * 1024 * 1024,
      encoding: 'utf8',
    });
    if (status !== 0 || stderr !== '') throw new Error(`${program} ended with ${status} and said: ${stderr}`);
    return JSON.parse(stdout) as Variables;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function variablesIn(printed: Buffer): Variables {
  const entries = printed
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}
