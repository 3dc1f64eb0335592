import type { Entry } from '../../core/entries/entry.js';

/** An entry of a file, and why it must stay there whatever it looks like; empty where it need not. */
export interface FileEntry extends Entry {
  readonly stays: string;
}

/** A file of settings that was read. */
export interface SettingsFile {
  /** As the user gave it. */
  readonly file: string;
  readonly text: string;
  readonly entries: readonly FileEntry[];
  /** Of several entries of one name, only the last one counts for a program. */
  readonly lastCounts: boolean;
  /** What remains to be done where the file is only a copy of what another program holds. */
  readonly note?: string;
  /** The text without the entries at these places of `entries`; undefined where that would change another one. */
  without(places: ReadonlySet<number>): string | undefined;
}
