import type { SeguraError } from '../core/errors.js';
import type { Write } from '../core/ports.js';
import { checkSizes, environmentBytes } from '../platform/process/size-limits.js';

/** Why values do not fit into the environment of a process. */
export function checkEnvironmentSize(
  writes: readonly Write[],
  system: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): SeguraError[] {
  return checkSizes(
    writes.map((write) => ({ ...write, output: false })),
    system,
    environmentBytes(environment),
  );
}
