import type { SeguraError } from '../../errors.js';
import type { FileChange, FileCreation, PlacedValue } from '../../ports.js';
import type { SecretRequest } from '../../requests/request.js';
import type { Text } from '../../text.js';

/** A value for a place of a file, with the name of its field in the vault. */
export interface GivenValue extends PlacedValue {
  readonly field: string;
}

/** What a step has for the files of its job. */
export interface GivenValues {
  readonly placed: readonly GivenValue[];
  /** The values of the names that requests of the step give. */
  readonly names: ReadonlyMap<string, string>;
}

/** What becomes of the files of a job. */
export interface MadeFiles {
  readonly changes: readonly (FileChange | FileCreation)[];
  /** Texts that were made of values and stand in the files, each with its value: they have to be masked as it is. */
  readonly derived: ReadonlyMap<string, string>;
  /** How values stand in files that are made, with the escapes of their formats: each text with its value. */
  readonly written: ReadonlyMap<string, string>;
}

export const NO_FILES: MadeFiles = { changes: [], derived: new Map(), written: new Map() };

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
  /** Those of them that are not there yet. */
  readonly made?: readonly string[];
  /**
   * The new bytes of each file, read back by its own parser. Errors (together, as Problems): those of src/inject, for values
   * that a format or its readers cannot hold.
   */
  make(values: GivenValues): Promise<MadeFiles>;
}

/** What a step does with files of the job. */
export interface InjectionInputs {
  /** Whether post gives the files their old bytes back. */
  readonly restore: boolean;
  /** Undefined where no input asks for it. */
  readonly injector: Injector | undefined;
}
