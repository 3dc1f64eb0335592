import { accessSync, appendFileSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Every test that is skipped asks here, so that the end of a run names what was missing: see skips-reporter.ts.
 */

/** Where the PATH finds a program; empty when nowhere. */
export function pathOf(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(isProgram) ?? '';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether a program is missing that tests need. `.ci/run` fails when one is. */
export function lacks(program: string, isThere = pathOf(program) !== ''): boolean {
  if (!isThere) note('lacks', program);
  return !isThere;
}

/** Whether this system, this user or this version of Node can run some tests at all; `reason` completes "not run: ". */
export function cannot(isSo: boolean, reason: string): boolean {
  if (isSo) note('cannot', reason);
  return isSo;
}

/** Windows has neither modes of files nor signals nor a POSIX shell. */
export const isWindows = (): boolean => cannot(process.platform === 'win32', 'what Windows does not have');

const noted = new Set<string>();

/** The reporter, in another process, reads the file once all tests have ended. */
function note(kind: 'lacks' | 'cannot', what: string): void {
  const path = process.env['SEGURA_TEST_SKIPS'];
  const line = `${kind}\t${what}\n`;
  if (path === undefined || noted.has(line)) return;
  noted.add(line);
  appendFileSync(path, line);
}
