import type { NounOption } from './noun-options.js';

/** Options of other commands that a verb has too, because it does what they do. */
export type SharedOption = 'state' | 'run' | 'interactive' | 'custody-wait' | 'release-failure';

/** One verb of a noun, as help, completion and the check of a command line know it. */
export interface VerbHelp {
  /** What the verb works on, each required: `IDENTITY`. */
  readonly operands: readonly string[];
  readonly summary: string;
  /** Its own options. Every verb has `--output` and the connection, every verb that writes has those of WRITING. */
  readonly options: readonly (NounOption | SharedOption)[];
  readonly writes: boolean;
  /** It runs the command after `--`. */
  readonly runsCommand?: true;
}

export interface NounHelp {
  /** The option that chooses the endpoint at which it is read; absent where there is only one. */
  readonly endpoint?: 'dsm-endpoint' | 'pam-endpoint';
  readonly summary: string;
  readonly example: readonly string[];
  readonly verbs: Readonly<Record<string, VerbHelp>>;
}
