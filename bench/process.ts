import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';

export const NODE = process.env['SEGURA_TEST_NODE'] ?? process.execPath;

/** As a shell throws output away: what is open for both ways stands for a standard output that was closed. */
const NOWHERE = openSync(devNull, 'w');

export interface Ended {
  readonly code: number | null;
  readonly tookMs: number;
}

/** Runs node in a clean environment, its output thrown away, and tells how long it took from start to end. */
export async function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const startedMs = performance.now();
  const child = spawn(NODE, args, {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], HOME: tmpdir(), ...env },
    stdio: ['ignore', NOWHERE, NOWHERE],
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('exit', done);
  });
  return { code, tookMs: performance.now() - startedMs };
}
