import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';

/** Where systems keep their own programs. The last one is for NixOS. */
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin'];

/**
 * The path of a program that we need besides the command; undefined if there is none. A folder of `path`, the user's
 * PATH, comes last, and only if it is absolute: the current folder may contain anything.
 */
export function findHelper(name: string, path: string): string | undefined {
  return foldersOf(path)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** Starts a helper program. Its environment is only a PATH to the same folders, and it keeps no folder in use. */
export function startHelper(
  program: string,
  words: readonly string[],
  { path, stdio }: { readonly path: string; readonly stdio: StdioOptions },
): ChildProcess {
  return spawn(program, [...words], {
    argv0: basename(program),
    cwd: '/',
    detached: true,
    env: { PATH: foldersOf(path).join(':') },
    stdio,
  });
}

function foldersOf(path: string): string[] {
  return [...new Set([...FOLDERS, ...path.split(':').filter((folder) => isAbsolute(folder))])];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
