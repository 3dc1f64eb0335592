import type { Ledger } from '../../custody/ledger.js';
import type { SshEntry } from '../../custody/ledger-data.js';
import { SeguraError } from '../../errors.js';
import type { Platform } from '../../ports.js';
import { word } from '../../text.js';
import type { Inputs } from '../inputs.js';

/** As long as the name of a lease before its identity: see nameOfLease. */
const LEASE = ''.padEnd(120);

/** Before it, for what a vault makes beside a lease. */
const BESIDE = `*${LEASE}`;

/** What the ledger may name at once: credentials, and leases at their longest with what a vault makes beside each. */
export function namesHeld({ needs }: Pick<Inputs, 'needs'>): string[] {
  const leases = [LEASE, BESIDE].flatMap((name) =>
    needs.leases.map((identity) => name + encodeURIComponent(identity)),
  );
  return [...needs.credentials.keys(), ...leases];
}

/** Files that a step writes and removes, and those of the job that it changes and restores. */
export interface StepFiles {
  readonly written: readonly string[];
  readonly changed: readonly string[];
  /** What of SSH it changes; what the ledger has of it, if undefined. */
  readonly ssh?: SshEntry | undefined;
}

/** The files of a step, as far as its inputs say. */
export async function filesOf({ needs, injection, requests }: Inputs): Promise<StepFiles> {
  const own = { written: needs.fileNames, changed: injection.injector?.paths ?? [] };
  if (needs.knownHosts === '' && needs.keys.length === 0) return own;
  const { sshChanges } = await import(/* webpackMode: "eager" */ '../ssh/ssh-changes.js');
  const { files, ssh } = sshChanges(requests, needs.keys);
  return { ...own, written: [...own.written, ...files], ssh };
}

/** An allowance for the path before the name of a file: a temporary folder. */
const FOLDER = ''.padEnd(120);

/** The state must fit whole: this fails before anything is taken or written that post could then not undo. */
export function checkStateSize(
  ledger: Ledger,
  credentials: readonly string[],
  files: StepFiles,
  platform: Pick<Platform, 'maxStateLength'>,
): void {
  if (fits(ledger, credentials, files, platform)) return;
  const asked = credentials.filter((name) => !name.startsWith(BESIDE));
  throw new SeguraError(
    'VALUE_TOO_LARGE',
    `${asked.length} credentials and ${files.written.length + files.changed.length} files do not fit into the saved state.`,
    word('Ask for them in several steps.'),
  );
}

/** Whether a state with all that it may name can be saved. */
export function fits(
  ledger: Ledger,
  credentials: readonly string[],
  { written, changed, ssh }: StepFiles,
  { maxStateLength }: Pick<Platform, 'maxStateLength'>,
): boolean {
  const inFolder = (name: string): string => FOLDER + name;
  const size = ledger.sizeWith(credentials, written.map(inFolder), changed.map(inFolder), ssh);
  return size <= maxStateLength;
}
