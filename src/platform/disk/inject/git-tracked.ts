import { basename, dirname } from 'node:path';

/** Runs a program of the PATH, as `runProgram` does. */
export type Run = (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
) => Promise<{ readonly status: number | undefined; readonly stdout: string }>;

/**
 * Those of some files that git tracks, where git is there and says so: a later commit could take what was put into them.
 * Nothing that the repository configures is run.
 */
export async function trackedByGit(
  paths: readonly string[],
  run: Run,
  signal: AbortSignal,
): Promise<string[]> {
  const tracked = paths.map(async (path) => {
    const safe = ['-c', 'core.fsmonitor=false', '--literal-pathspecs', '-C', dirname(path)];
    try {
      const { status } = await run(
        'git',
        [...safe, 'ls-files', '--error-unmatch', '--', basename(path)],
        signal,
      );
      return status === 0 ? [path] : [];
    } catch {
      // No git, or no time for it.
      return [];
    }
  });
  return (await Promise.all(tracked)).flat();
}
