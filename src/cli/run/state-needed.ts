import { SeguraError } from '../../core/errors.js';
import type { DraftInputs } from '../../core/job/inputs.js';
import { wantedCredentials } from '../../core/job/preflight.js';

/** Whether secret files are written, which have to be removed. */
export function hasFiles(requests: DraftInputs['requests']): boolean {
  return requests.some(({ destinations }) =>
    destinations.some(({ kind }) => kind === 'file' || kind === 'path'),
  );
}

/** Why requests cannot be met without a file that notes what they take and leave. */
export function stateMissing({ requests }: DraftInputs): SeguraError[] {
  const takes = wantedCredentials(requests).size > 0;
  if (!takes && !hasFiles(requests)) return [];
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
