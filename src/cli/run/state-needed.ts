import { SeguraError } from '../../core/errors.js';
import type { Needs } from '../../core/requests/claim.js';

/** The problem of requests that take custody or write files without a state file to record that. */
export function stateMissing({ credentials, writesFiles }: Needs): SeguraError[] {
  const takes = credentials.size > 0;
  if (!takes && !writesFiles) return [];
  return [
    new SeguraError(
      'INPUT_MISSING',
      takes
        ? 'The requests take custody of PAM credentials, but there is no state file to release them from.'
        : 'The requests write secret files, but there is no state file that lists what to remove.',
      'Give --state FILE, and run at the end: segura-secrets release --state FILE',
    ),
  ];
}
