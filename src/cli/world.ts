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
  readonly stdin: { readonly isTTY: boolean; readAll(): string };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}
