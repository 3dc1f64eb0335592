import { SeguraError } from '../../core/errors.js';
import type { DraftInputs } from '../../core/job/inputs.js';

/** The problem of requests that take custody, or write or change files, without a state file to record that. */
export function stateMissing(inputs: Pick<DraftInputs, 'needs' | 'injection'>): SeguraError[] {
  const why = whyNeeded(inputs);
  if (why === undefined) return [];
  return [
    new SeguraError(
      'INPUT_MISSING',
      why,
      'Give --state FILE, and run at the end: segura-secrets release --state FILE',
    ),
  ];
}

function whyNeeded({ needs, injection }: Pick<DraftInputs, 'needs' | 'injection'>): string | undefined {
  if (needs.credentials.size > 0)
    return 'The requests take custody of PAM credentials, but there is no state file to release them from.';
  if (needs.leases.length > 0)
    return 'The requests provision dynamic secrets, but there is no state file to end their leases from.';
  if (needs.writesFiles)
    return 'The requests write private files, but there is no state file that lists what to remove.';
  if (needs.changesFiles && injection.restore)
    return 'The requests put values into files, but there is no state file to restore them from. To keep the values there, give --inject-restore false.';
  return undefined;
}
