import type { Writable } from 'node:stream';
import type { RawInputs } from '../core/input-names.js';
import type { Injector } from '../core/job/inject/injection.js';
import type { FileStore, Log } from '../core/ports.js';
import type { IdentitySource } from '../core/vault/auth/identity-source.js';
import type { Unreadable } from '../platform/process/bytes-of-start.js';
import type { Inspector } from '../platform/process/inspector.js';
import type { InputFiles } from './options/input-files.js';

/** The parts of its process that a command can use. */
export interface ProcessContext {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: NodeJS.Platform;
  /** The folder for relative paths. */
  readonly directory: string;
  /** The folder for private files if there is no state file. */
  readonly temp: string;
  readonly home: string;
  /** Files that settings name, such as certificates. */
  readonly files: InputFiles;
  /** Standard input to its end, or what is typed at a terminal after `prompt`. */
  readStandardInput(prompt: string, stop: AbortSignal, isExact?: boolean): Promise<string>;
  /** The line that a person types at the terminal after `question`; undefined where there is no terminal, or after `stop`. */
  ask(question: string, stop: AbortSignal): Promise<string | undefined>;
  /** Whether keys such as ctrl-C reach every process in front of the terminal, and so the command too. */
  isInForeground(): boolean;
  /** Whether a terminal controls this process. */
  hasTerminal(): boolean;
  /** The descriptors above 2 that are a command's as well; to be asked before anything is opened. */
  inheritedDescriptors(): readonly number[];
  /** The parts of the environment and the arguments that are not UTF-8, and so differ from what was given. */
  unreadable(): Unreadable;
  /** Closes Node's debugger where a signal opened it; to be asked before a connection is made. */
  closeInspector(): Inspector;
  /** Identity tokens of this job; `readFile` reads what settings name. */
  identity(log: Log, readFile: (path: string) => string): IdentitySource;
  /** Files that get values, where the settings ask for it. */
  injector(raw: RawInputs, files: Pick<FileStore, 'open' | 'read' | 'check'>): Promise<Injector | undefined>;
  readonly processId: number;
  /** The same as `stderr` where both are one open file. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}
