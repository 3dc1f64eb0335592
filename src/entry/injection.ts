import type { RawInputs } from '../core/input-names.js';
import type { Injector } from '../core/job/inject/injection.js';
import type { FileStore } from '../core/ports.js';

type Files = Pick<FileStore, 'open' | 'read' | 'check'>;

/** How long git may take to say which files it tracks: it is only for a warning. */
const GIT_MS = 5_000;

/** Files of the job that get values or are made; what looks at them is loaded when an input asks for it. */
export async function injectorOf(raw: RawInputs, files: Files): Promise<Injector | undefined> {
  const asked = [
    raw.inject === '' ? undefined : injecting(raw, files),
    raw.templates === '' ? undefined : templating(raw, files),
  ];
  const injectors = await Promise.all(asked.filter((each) => each !== undefined));
  if (injectors.length < 2) return injectors[0];
  const { together } = await import(/* webpackMode: "eager" */ '../core/job/inject/together.js');
  return together(injectors);
}

async function injecting(raw: RawInputs, files: Files): Promise<Injector> {
  const { openInjector } = await import(/* webpackMode: "eager" */ '../inject/injector.js');
  return openInjector(raw, { files, trackedByGit: tracked });
}

async function templating(raw: RawInputs, files: Files): Promise<Injector> {
  const { openTemplater } = await import(/* webpackMode: "eager" */ '../templates/templater.js');
  return openTemplater(raw, { files, trackedByGit: tracked });
}

async function tracked(paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const [{ trackedByGit }, { runProgram }] = await Promise.all([
    import(/* webpackMode: "eager" */ '../platform/disk/inject/git-tracked.js'),
    import(/* webpackMode: "eager" */ '../platform/process/run-program.js'),
  ]);
  return trackedByGit(paths, runProgram, AbortSignal.timeout(GIT_MS));
}
