import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_LINE, type Desk } from './command-line.js';
import { lacks } from './skips.js';

export interface Shown {
  readonly code: number | null;
  /** Everything that the terminal showed. */
  readonly text: string;
}

/** Whether `script` of util-linux is missing, which makes pseudo-terminals. */
export function lacksScript(): boolean {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return lacks('script of util-linux', stdout?.includes('util-linux') ?? false);
}

/**
 * Runs a script of sh on a pseudo-terminal, in which `segura_secrets` is the command line, and `$tool` its words. Each of `keys` is typed a
 * moment after the text before it is shown, as by a person who has read it.
 */
export function onTerminal(
  desk: Desk,
  script: string,
  keys: readonly (readonly [string, string])[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Shown> {
  const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
  const file = join(desk.folder, 'on-terminal.sh');
  const tool = `tool='${node} ${COMMAND_LINE}'\nsegura_secrets() { $tool "$@"; }\n`;
  writeFileSync(file, `${tool}${script}\n`);
  const child = spawn('script', ['-qefc', `sh '${file}'`, '/dev/null'], {
    cwd: desk.folder,
    env: { ...desk.env, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = [...keys];
  let text = '';
  let from = 0;
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const [next] = waiting;
    if (next === undefined || !text.slice(from).includes(next[0])) return;
    waiting.shift();
    from = text.length;
    setTimeout(() => child.stdin.write(next[1]), 200);
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, text }));
  });
}
