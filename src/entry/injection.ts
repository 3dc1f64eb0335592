import type { RawInputs } from '../core/input-names.js';
import type { Injector } from '../core/job/inject/injection.js';
import type { FileStore } from '../core/ports.js';

/** How long git may take to say which files it tracks: it is only for a warning. */
const GIT_MS = 5_000;

/** Files of the job that get values; what reads them is loaded when an input asks for it. */
export async function injectorOf(raw: RawInputs, files: FileStore): Promise<Injector | undefined> {
  if (raw.inject === '') return undefined;
  const [{ openInjector }, { trackedByGit }, { runProgram }] = await Promise.all([
    import(/* webpackMode: "eager" */ '../inject/injector.js'),
    import(/* webpackMode: "eager" */ '../platform/disk/inject/git-tracked.js'),
    import(/* webpackMode: "eager" */ '../platform/process/run-program.js'),
  ]);
  return openInjector(raw, {
    files,
    trackedByGit: (paths) => trackedByGit(paths, runProgram, AbortSignal.timeout(GIT_MS)),
  });
}
