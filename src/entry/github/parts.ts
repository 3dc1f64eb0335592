import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorCode } from '../../core/error-codes.js';
import { codeOf, SeguraError } from '../../core/errors.js';

/** The files of the action that main and post load, or that the runner runs, beside the one that runs now. */
const PARTS = ['main-rest.js', 'post.js', 'release.js', 'release-rest.js', 'undici.js', 'undici-rest.js'];
const REMEDY =
  'Use the action by its released version, or commit its whole folder dist/. Make sure that no step removes files of the action while the job runs.';

/** Reports missing files of the action before anything is taken that post could then not release. */
export function missingParts(): SeguraError[] {
  const folder = dirname(fileURLToPath(import.meta.url));
  const missing = PARTS.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return [];
  const files = missing.map((name) => `dist/${name}`).join(', ');
  return [
    new SeguraError(
      'PLATFORM_UNSUPPORTED',
      `The action is incomplete: ${files} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      REMEDY,
    ),
  ];
}

/** A file of the action as it is loaded. Errors: `code`, with what that means, when it cannot be: it is gone, or broken. */
export async function loadPart<T>(
  part: Promise<T>,
  name: string,
  { code, meaning = '' }: { readonly code: ErrorCode; readonly meaning?: string },
): Promise<T> {
  try {
    return await part;
  } catch (error) {
    throw new SeguraError(
      code,
      `dist/${name} of the action cannot be loaded (${codeOf(error).replaceAll(/\W/g, '')}).${meaning}`,
      REMEDY,
      { cause: error },
    );
  }
}
