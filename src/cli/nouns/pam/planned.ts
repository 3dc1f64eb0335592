import { print } from '../print.js';
import type { NounCall } from '../verb.js';

/** A request that a dry run does not send. `fields`: the names of what its body has. */
export interface PlannedRequest {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly string[];
}

/** Prints what would be sent. */
export async function printRequests(
  call: NounCall,
  target: string,
  requests: readonly PlannedRequest[],
): Promise<void> {
  await print(call, {
    heads: ['METHOD', 'PATH', 'FIELDS'],
    rows: requests.map(({ method, path, fields }) => [method, path, fields.join(', ')]),
    json: { dry_run: true, target, requests },
  });
}
