import { codeOf, SeguraError } from '../../../core/errors.js';
import { say, type Text, word } from '../../../core/text.js';
import { diskRemedy } from '../disk-remedy.js';

/** What comes of an operation on a file that a user names. Errors: FILE_REFUSED for what the system says. */
export function attempt<T>(shown: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EBUSY')
      throw refused(
        `The file ${shown} is mounted by itself (EBUSY), so it cannot be replaced in one step.`,
        'Mount its folder, or change a copy of the file.',
        error,
      );
    throw refused(
      `The file ${shown} cannot be replaced (${code}).`,
      diskRemedy(code) ?? remedyFor(code),
      error,
    );
  }
}

function remedyFor(code: string): Text {
  if (code === 'ENAMETOOLONG')
    return 'Give the file a shorter name: while it is replaced, one that is 16 bytes longer stands beside it.';
  if (code === 'ENOENT')
    return say`Name a file that is there. A relative path begins in ${word('the workspace')}.`;
  return say`Name a file that ${word('the job may write')}, in a folder that it may write too.`;
}

export function refused(what: Text, remedy: Text, cause?: unknown): SeguraError {
  return new SeguraError('FILE_REFUSED', what, remedy, { cause });
}
