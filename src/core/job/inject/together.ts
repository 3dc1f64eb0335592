import { SeguraError, throwIfAny } from '../../errors.js';
import { printable } from '../../printable.js';
import { type Injector, type MadeFiles, NO_FILES } from './injection.js';

/** Several as one: all of their files are replaced together. No file is one of two of them. */
export function together(injectors: readonly Injector[]): Injector {
  const known = new Set<string>();
  const twice = injectors.flatMap(({ paths }) => {
    const found = paths.filter((path) => known.has(path));
    for (const path of paths) known.add(path);
    return found;
  });
  return {
    requests: injectors.flatMap(({ requests }) => requests),
    problems: [...injectors.flatMap(({ problems }) => problems), ...twice.map(madeAndChanged)],
    warnings: injectors.flatMap(({ warnings }) => warnings),
    paths: [...known],
    made: injectors.flatMap(({ made = [] }) => made),
    async make(values) {
      let all = NO_FILES;
      for (const injector of injectors) all = joined(all, await injector.make(values));
      const paths = all.changes.map(({ file }) => file.path);
      throwIfAny(againIn(paths).map(madeAndChanged));
      return all;
    },
  };
}

function againIn(paths: readonly string[]): string[] {
  const seen = new Set<string>();
  return paths.filter((path) => seen.size === seen.add(path).size);
}

function joined(one: MadeFiles, other: MadeFiles): MadeFiles {
  return {
    changes: [...one.changes, ...other.changes],
    derived: new Map([...one.derived, ...other.derived]),
    written: new Map([...one.written, ...other.written]),
  };
}

function madeAndChanged(path: string): SeguraError {
  return new SeguraError(
    'NAME_COLLISION',
    `The file ${printable(path)} is made from a template, and gets a value at a place of it as well.`,
    'Put that value into the template.',
  );
}
