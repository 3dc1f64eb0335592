import type { Secret } from '../secret.js';

/** One entry of a file of settings. */
export interface Entry {
  /** Its name; that of a nested one is the names on the way with a dot between each two. */
  readonly name: string;
  readonly value: Secret;
  /** Where it is written, for messages: from 1 on. */
  readonly line: number;
  /** Why it is a secret, where the file itself says so. */
  readonly hint?: string;
}

/** An entry of a file of lines, with those that it takes up: from 0 on, both included. */
export interface LineEntry extends Entry {
  readonly lines: readonly [number, number];
}
