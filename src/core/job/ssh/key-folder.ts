import type { Ledger } from '../../custody/ledger.js';
import type { SshEntry } from '../../custody/ledger-data.js';
import { SeguraError } from '../../errors.js';
import type { FileEntry, Platform, SshTools } from '../../ports.js';

/** The socket of an agent, below the folder. */
export const AGENT_SOCKET = 'agent';

/** Longer paths of sockets no system takes: 104 bytes on macOS, 108 on Linux, with the last for an end. */
const MAX_SOCKET_BYTES = 103;

export interface DeliveryParts {
  readonly platform: Platform;
  readonly ledger: Ledger;
  readonly tools: SshTools;
  readonly signal: AbortSignal;
}

/** The private folder for what SSH needs beside a key. The ledger knows of all in it, and of the agent, before it is there. */
export class KeyFolder {
  readonly #parts: DeliveryParts;
  #entry: FileEntry | undefined;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Made when it is asked for first; where its path cannot be used, at another place. Errors: FILE_REFUSED. */
  get path(): string {
    if (this.#entry !== undefined) return this.#entry.path;
    const first = this.#create(false);
    const last = isShort(first) && isPlain(first) ? first : this.#create(true);
    const entry = [last, first].find(isShort);
    if (entry === undefined)
      throw refused(last, 'is too long for the socket of an SSH agent', 'shorter path');
    this.#entry = entry;
    return entry.path;
  }

  /** Errors: FILE_REFUSED where no configuration of ssh could name a file in it. */
  refuseOdd(): void {
    const odd = 'has a character that a configuration of ssh cannot name';
    if (!isPlain(this)) throw refused(this, odd, 'path without quotes, backslashes, "%" and "${"');
  }

  #create(isForSockets: boolean): FileEntry {
    const entry = this.#parts.platform.files.createFolder(isForSockets);
    this.#parts.ledger.addFile(entry);
    return entry;
  }

  /** Creates a private file there, and gives its path. Errors: FILE_REFUSED. */
  async write(name: string, text: string): Promise<string> {
    const { platform, ledger } = this.#parts;
    const file = await platform.files.create(`${this.path}/${name}`);
    ledger.addFile(file.entry);
    await platform.flush();
    file.write(text);
    return file.entry.path;
  }

  /** Resolves when the ledger with that has left this process. */
  async note(change: Partial<SshEntry>): Promise<void> {
    const { ledger, platform } = this.#parts;
    ledger.noteSsh({ items: [], keys: [], ...ledger.ssh, ...change });
    await platform.flush();
  }
}

type Placed = Pick<FileEntry, 'path'>;

function isShort({ path }: Placed): boolean {
  return Buffer.byteLength(`${path}/${AGENT_SOCKET}`) <= MAX_SOCKET_BYTES;
}

/**
 * Whether a configuration of ssh can name the path between double quotes in every version: there, `%` and `${` begin what is
 * replaced, and only some versions know a backslash before a quote. On Windows, a backslash is written as a slash.
 */
function isPlain({ path }: Placed): boolean {
  return !/["'%\0-\x1f\x7f-\x9f]|\$\{/.test(path) && (/^[A-Za-z]:/.test(path) || !path.includes('\\'));
}

function refused({ path }: Placed, what: string, wanted: string): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The path of ${path} ${what}.`,
    `Set TMPDIR to a folder with a ${wanted}.`,
  );
}
