import type { Writable } from 'node:stream';

/** What a command gets of the process it runs in. */
export interface World {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: NodeJS.Platform;
  /** Where relative paths begin. */
  readonly directory: string;
  /** Where private files may lie when no state file says better. */
  readonly temp: string;
  readonly home: string;
  readStandardInput(): string;
  /** Whether keys such as ctrl-C reach every process in front of the terminal, and so the command too. */
  isInForeground(): boolean;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}
