import type { Writable } from 'node:stream';
import type { Log } from '../core/ports.js';
import type { IdentitySource } from '../core/vault/auth/identity-source.js';
import type { Unreadable } from '../platform/process/bytes-of-start.js';
import type { Inspector } from '../platform/process/inspector.js';
import type { InputFiles } from './options/input-files.js';

/** What a command gets of the process it runs in. */
export interface ProcessContext {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: NodeJS.Platform;
  /** Where relative paths begin. */
  readonly directory: string;
  /** Where private files may lie when no state file says better. */
  readonly temp: string;
  readonly home: string;
  /** Files that settings name, such as certificates. */
  readonly files: InputFiles;
  /** Standard input to its end, or what is typed at a terminal after `prompt`. */
  readStandardInput(prompt: string, stop: AbortSignal): Promise<string>;
  /** Whether keys such as ctrl-C reach every process in front of the terminal, and so the command too. */
  isInForeground(): boolean;
  /** Whether a terminal controls this process. */
  hasTerminal(): boolean;
  /** The descriptors above 2 that are a command's as well; to be asked before anything is opened. */
  inheritedDescriptors(): readonly number[];
  /** What of the environment and the arguments is no UTF-8, and so is not what was given. */
  unreadable(): Unreadable;
  /** Closes Node's debugger where a signal opened it; to be asked before a connection is made. */
  closeInspector(): Inspector;
  /** Identity tokens of this job; `readFile` reads what settings name. */
  identity(log: Log, readFile: (path: string) => string): IdentitySource;
  readonly processId: number;
  /** The same as `stderr` where both are one open file. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}
