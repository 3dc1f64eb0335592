import { type SpawnSyncOptions, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lacks } from '../../../support/skips.js';

const isWindows = process.platform === 'win32';

/** The shells of CI images, as they are started: bash and dash always, except on Windows, where no test runs a shell. */
export const SHELLS: readonly (readonly [name: string, ...command: string[]])[] = (
  [
    ['bash', 'bash'],
    ['bash as sh', 'bash', '--posix'],
    ['dash', 'dash'],
    ['busybox ash', 'busybox', 'ash'],
    ['zsh', 'zsh', '-f'],
    ['ksh', 'ksh'],
    ['mksh', 'mksh'],
  ] as const
).filter(([, program]) => !isWindows && (program === 'bash' || program === 'dash' || !lacks(program)));

/** A program that some machines lack: `lacks` asks for it first. */
export function run(
  program: string,
  args: readonly string[],
  options: SpawnSyncOptions = {},
): SpawnSyncReturns<Buffer> {
  return spawnSync(program, args, { ...options, encoding: 'buffer' });
}

export interface ShellRun {
  readonly stdout: Buffer;
  /** What the script put into the file `$WRITTEN`. */
  readonly written: Buffer;
}

/**
 * Runs a script in a fresh folder where `./text` is the text under test and `$WRITTEN` is an empty file.
 *
 * Throws when the script fails, says anything on standard error, or leaves a file behind: nothing in a value may run.
 */
export function inShell(command: readonly string[], script: string, text: string): ShellRun {
  const folder = mkdtempSync(join(tmpdir(), 'formats-'));
  try {
    const [program = '', ...args] = command;
    const written = join(folder, 'written');
    writeFileSync(join(folder, 'text'), text);
    writeFileSync(written, '');
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LC_ALL: 'C.UTF-8', WRITTEN: written };
    const { status, stdout, stderr } = spawnSync(program, [...args, '-c', `set -eu\n${script}`], {
      cwd: folder,
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
    const left = readdirSync(folder).sort().join(' ');
    if (status !== 0 || stderr.length > 0 || left !== 'text written') {
      throw new Error(`${command.join(' ')} ended with ${status}, left "${left}" and said: ${stderr}`);
    }
    return { stdout, written: readFileSync(written) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The variables V0, V1, … as `env -0` of a child prints them. */
export function variablesOf(printed: Buffer): string[] {
  const values: string[] = [];
  for (const entry of printed.toString('latin1').split('\0')) {
    const [, index, value] = /^V(\d+)=([\s\S]*)$/.exec(entry) ?? [];
    if (index !== undefined) values[Number(index)] = Buffer.from(value ?? '', 'latin1').toString('hex');
  }
  return values;
}

/** Bytes as text that a failed comparison can show whole. */
export function hexOfAll(values: readonly string[]): string[] {
  return values.map((value) => Buffer.from(value).toString('hex'));
}
