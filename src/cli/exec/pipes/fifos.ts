import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findHelper, startHelper } from '../helper-programs.js';

/** Longer than mkfifo ever needs, so that it cannot hang. */
const MAX_MS = 5_000;

/** FIFOs with names. */
export interface Fifos {
  readonly paths: readonly string[];
  /** Removes the names. Open ends stay open. */
  remove(): void;
}

/** FIFOs in the first of `folders` that supports them; undefined if none does, or no program can create them. */
export async function makeFifos(
  count: number,
  folders: readonly string[],
  path: string,
): Promise<Fifos | undefined> {
  const program = findHelper('mkfifo', path);
  if (program === undefined) return undefined;
  for (const parent of folders) {
    const folder = makeFolder(parent);
    if (folder === undefined) continue;
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    const paths = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    if (await hasMade(program, paths, path)) return { paths, remove };
    remove();
  }
  return undefined;
}

function makeFolder(parent: string): string | undefined {
  try {
    return mkdtempSync(join(parent, 'segura-secrets-pipe-'));
  } catch {
    return undefined;
  }
}

function hasMade(program: string, paths: readonly string[], path: string): Promise<boolean> {
  return new Promise((done) => {
    const mkfifo = startHelper(program, ['-m', '600', ...paths], { path, stdio: 'ignore' });
    const timer = setTimeout(() => mkfifo.kill('SIGKILL'), MAX_MS);
    const end = (isMade: boolean): void => {
      clearTimeout(timer);
      done(isMade);
    };
    mkfifo.once('error', () => end(false));
    mkfifo.once('exit', (code) => end(code === 0));
  });
}
