import { isAbsolute, sep } from 'node:path';
import { SeguraError } from '../core/errors.js';
import type { Arguments } from './options/arguments.js';
import type { OptionName } from './options/options.js';
import type { ProcessContext } from './process.js';

const FILES: readonly OptionName[] = ['state', 'config', 'client-secret-file'];

/**
 * The process when its current folder is gone: a release still works if its files have full paths. Errors: FILE_REFUSED.
 */
export function withFolder(world: ProcessContext, { command, options }: Arguments): ProcessContext {
  if (world.directory !== '') return world;
  const isWhole = (name: OptionName): boolean =>
    (options.get(name) ?? []).every((path) => path === '-' || isAbsolute(path));
  if (
    !['help', 'version', 'completion'].includes(command) &&
    !(command === 'release' && FILES.every(isWhole))
  ) {
    throw new SeguraError(
      'FILE_REFUSED',
      'The current folder is gone, or this user may not enter it.',
      command === 'release'
        ? 'Use full paths for files, or change to a folder that exists: cd /'
        : 'Change to a folder that exists: cd /',
    );
  }
  return { ...world, directory: sep };
}
