import type { SeguraError } from '../../errors.js';
import type { FileChange, PlacedValue } from '../../ports.js';
import type { SecretRequest } from '../../requests/request.js';
import type { Text } from '../../text.js';

/**
 * Files of the job that get values. All of them were opened and looked at before anything is fetched: what is wrong then is
 * in `problems`. None is written here, so that all the files of a step can be replaced together.
 */
export interface Injector {
  /** What is asked for, one destination of the kind `inject` for each place. */
  readonly requests: readonly SecretRequest[];
  readonly problems: readonly SeguraError[];
  readonly warnings: readonly Text[];
  /** The files, as the user names them. */
  readonly paths: readonly string[];
  /**
   * The new bytes of each file, read back by its own parser. Errors (together, as Problems): those of src/inject, for values
   * that a format or its readers cannot hold.
   */
  make(values: readonly PlacedValue[]): Promise<readonly FileChange[]>;
}

/** What a step does with files of the job. */
export interface InjectionInputs {
  /** Whether post gives the files their old bytes back. */
  readonly restore: boolean;
  /** Undefined where no input asks for it. */
  readonly injector: Injector | undefined;
}
