import type { Ledger } from '../custody/ledger.js';
import type { LedgerData, Left, SshEntry } from '../custody/ledger-data.js';
import { codeOf } from '../errors.js';
import type { FileEntry, InjectedFile, Platform } from '../ports.js';
import { printable } from '../printable.js';

/** Removes every file in the ledger, files before the folder they are in; what cannot be removed is reported. */
export function removeFiles(ledger: Pick<Ledger, 'files' | 'strikeFiles'>, platform: Platform): void {
  if (ledger.files.length > 0 && removeEntries(ledger.files, platform)) ledger.strikeFiles();
}

/** Gives files of the job their old bytes back, and removes ours. What could not be done is left, with what it needs. */
export async function putBack(
  { files, injected = [] }: LedgerData,
  platform: Pick<Platform, 'files' | 'warning' | 'info'>,
): Promise<Pick<Left, 'files' | 'injected'>> {
  const left = await restoreEntries(injected, platform);
  const isNeeded = ({ path }: FileEntry): boolean => left.some(({ copy }) => copy.path.startsWith(path));
  const isClean = removeEntries(
    files.filter((entry) => !isNeeded(entry)),
    platform,
  );
  return { files: isClean ? files.filter(isNeeded) : files, injected: left };
}

/** Gives files their old bytes back, and gives those that could not get them. */
export async function restoreEntries(
  injected: readonly InjectedFile[],
  platform: Pick<Platform, 'files' | 'warning' | 'info'>,
): Promise<InjectedFile[]> {
  if (injected.length === 0) return [];
  try {
    const { restoreAll } = await import(/* webpackMode: "eager" */ './inject/restore.js');
    return await restoreAll(injected, platform);
  } catch (error) {
    // A part of this program may be missing. Custody is still to be released.
    for (const { path } of injected)
      platform.warning(
        `${printable(path)} could not be restored (${codeOf(error)}), and may still hold secrets.`,
      );
    return [...injected];
  }
}

export function removeEntries(
  entries: readonly FileEntry[],
  platform: Pick<Platform, 'files' | 'warning' | 'info'>,
): boolean {
  return remove(entries, platform, 'The secret file', (path) => platform.info(`removed file ${path}`));
}

/** Removes a file that a run keeps for itself, such as certificates: no one requested it, so the log does not mention it. */
export function removeOwnFile(entry: FileEntry, platform: Pick<Platform, 'files' | 'warning'>): void {
  remove([entry], platform, 'The file', () => undefined);
}

function remove(
  entries: readonly FileEntry[],
  platform: Pick<Platform, 'files' | 'warning'>,
  kind: string,
  onRemoved: (path: string) => void,
): boolean {
  let isClean = true;
  for (const entry of [...entries].reverse()) {
    const path = printable(entry.path);
    try {
      const result = platform.files.remove(entry);
      if (result === 'removed' && !entry.folder) onRemoved(path);
      if (result === 'other')
        platform.warning(`${path} is not the file that was written: it is not removed.`);
    } catch (error) {
      isClean = false;
      const what = entry.folder ? 'The folder of private files' : kind;
      platform.warning(`${what} ${path} could not be removed (${codeOf(error)}): remove it by hand.`);
    }
  }
  return isClean;
}

/** What is left of SSH when the keys and the agent of a ledger are gone. */
export async function removeKeys(
  ssh: SshEntry | undefined,
  platform: Pick<Platform, 'ssh' | 'info' | 'warning'>,
): Promise<SshEntry | undefined> {
  if (ssh === undefined || (ssh.agent === undefined && ssh.keys.length === 0)) return ssh;
  try {
    const { undoKeys } = await import(/* webpackMode: "eager" */ './ssh/undo-keys.js');
    return await undoKeys(ssh, platform);
  } catch (error) {
    // What else there is to release must not wait for that.
    platform.warning(`SSH keys may still be in the agent (${codeOf(error)}): remove them with ssh-add -d.`);
    return ssh;
  }
}
