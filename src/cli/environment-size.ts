import type { SeguraError } from '../core/errors.js';
import type { Write } from '../core/ports.js';
import { writeRefusals } from '../platform/limits.js';

/** Why values cannot stand in the environment of a process. */
export function environmentRefusals(writes: readonly Write[], system: NodeJS.Platform): SeguraError[] {
  return writeRefusals(
    writes.map((write) => ({ ...write, output: false })),
    system,
  );
}
