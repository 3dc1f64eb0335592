import type { SeguraError } from '../../core/errors.js';
import type { DraftInputs, InputReaders } from '../../core/job/inputs.js';
import type { Keys } from '../../http/keys.js';
import type { Terminal } from '../../platform/terminal/terminal.js';
import type { Settings } from '../options/settings.js';
import type { ProcessContext } from '../process.js';

/** What a run of a command has to work with. */
export interface SecretsRunParts {
  readonly world: ProcessContext;
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly readers: InputReaders;
  /** What is wrong with inputs that few runs have. */
  readonly checks: readonly ((inputs: DraftInputs) => readonly SeguraError[])[];
  readonly keys: Keys;
  /** Aborted when this process is asked to end. */
  readonly stop: AbortSignal;
  /** No line says where each value is ready. */
  readonly isTerse: boolean;
}
