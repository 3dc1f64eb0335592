import { SeguraError } from '../../core/errors.js';
import type { Needs } from '../../core/requests/claim.js';

/** Why requests cannot be met without a file that notes what they take and leave. */
export function stateMissing({ credentials, writesFiles }: Needs): SeguraError[] {
  const takes = credentials.size > 0;
  if (!takes && !writesFiles) return [];
  return [
    new SeguraError(
      'INPUT_MISSING',
      takes
        ? 'PAM credentials are taken into custody, and there is no state file to release them from.'
        : 'Secret files are written, and there is no state file to remove them by.',
      'Give --state FILE, and run at the end: segura-secrets release --state FILE',
    ),
  ];
}
