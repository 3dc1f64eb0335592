import type { InputReaders } from '../../core/job/inputs.js';
import type { CheckSsh } from '../../core/job/ssh/ssh-check.js';
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
  readonly checkSsh: CheckSsh;
  readonly keys: Keys;
  /** Aborted when this process is asked to end. */
  readonly stop: AbortSignal;
  /** No line says where each value is ready. */
  readonly isTerse: boolean;
}
