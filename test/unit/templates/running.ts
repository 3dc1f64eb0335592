import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lacks } from '../../support/skips.js';

/** Those of Linux, and those of people. */
export const SHELLS = [
  { name: 'bash', command: ['bash'] },
  { name: 'dash', command: ['dash'] },
  { name: 'busybox', command: ['busybox', 'sh'] },
  { name: 'zsh', command: ['zsh', '-f'] },
  { name: 'ksh', command: ['ksh'] },
  { name: 'mksh', command: ['mksh'] },
].map((shell) => ({ ...shell, lacksIt: lacks(shell.name) }));

/** `p` keeps its arguments, which are split nowhere. Each is one write: a `printf` of a shell writes line by line. */
const BEFORE = `IFS=; set -f; p() { for each in "$@"; do env printf '%s\\0' "$each" >>ARGUMENTS; done; }\n`;

/** What a shell gives to `p`, and whether it ran what an attack has in it. A file is read part by part. */
export async function run(
  [shell = '', ...args]: readonly string[],
  script: string,
  from: 'argument' | 'file' = 'argument',
): Promise<{ given: string[]; hasRun: boolean }> {
  const cwd = mkdtempSync(join(tmpdir(), 'segura-shell-'));
  if (from === 'file') writeFileSync(join(cwd, 'script.sh'), BEFORE + script);
  const child = spawn(shell, [...args, ...(from === 'file' ? ['script.sh'] : ['-c', BEFORE + script])], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '' },
    // What runs on in the background would keep a pipe open.
    stdio: 'ignore',
    detached: true,
  });
  const endAll = (): void => endGroup(child.pid ?? 0);
  const timer = setTimeout(endAll, 20_000);
  await once(child, 'exit');
  clearTimeout(timer);
  endAll();
  const kept = join(cwd, 'ARGUMENTS');
  const given = existsSync(kept) ? readFileSync(kept, 'utf8').split('\0').slice(0, -1) : [];
  const hasRun = existsSync(join(cwd, 'RAN'));
  rmSync(cwd, { recursive: true, force: true, maxRetries: 5 });
  return { given, hasRun };
}

/** Ends what a script left in the background too. */
function endGroup(leader: number): void {
  try {
    if (leader > 0) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing was left.
  }
}
