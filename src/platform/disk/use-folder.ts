import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { codeOf } from '../../core/errors.js';
import type { UseStore } from '../../core/ports.js';

/** Below the job's temporary folder, which the platform empties between jobs. */
export const USE_FOLDER = 'segura-secrets-uses';

const LOCK = 'lock';
/** No process holds a lock longer than a post may take. After that, the process number may belong to another process. */
const STALE_MS = 75_000;
/** A lock without a number in it was left by a process that ended while it created the lock. */
const EMPTY_STALE_MS = 2_000;
const LOOK_AGAIN_MS = 25;
/** The total time that one process waits for locks: steps of a job run one after the other. */
const MAX_WAIT_MS = 5_000;
/** The clock of a file server may differ by this much. A lock from further in the future would never become stale. */
const MAX_SKEW_MS = 2_000;
/** After this many stale locks in one wait, each further attempt waits its turn. */
const MAX_BROKEN = 10;
/** Enough for the number of a process. A larger file is not ours. */
const MAX_LOCK_BYTES = 32n;
/** Enough for a thousand uses of a hundred credentials. A larger file is not ours. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The accounts of a job's uses, in a folder that only its owner can use. */
export class UseFolder implements UseStore {
  readonly #folder: string;
  #waitLeftMs = MAX_WAIT_MS;

  constructor(temp: string) {
    this.#folder = join(temp, USE_FOLDER);
  }

  async lock(maxWaitMs: number, signal?: AbortSignal): Promise<(() => void) | 'busy'> {
    this.#open();
    const path = join(this.#folder, LOCK);
    const waitMs = Math.min(maxWaitMs, this.#waitLeftMs);
    const startedMs = performance.now();
    const waitedMs = (): number => performance.now() - startedMs;
    let broken = 0;
    for (;;) {
      try {
        writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
        const { ino } = statSync(path, { bigint: true });
        this.#waitLeftMs -= Math.min(this.#waitLeftMs, waitedMs());
        return () => unlock(path, ino);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      if (breakIfStale(path) && broken < MAX_BROKEN) {
        broken += 1;
        continue;
      }
      if (waitedMs() >= waitMs || signal?.aborted) {
        this.#waitLeftMs = 0;
        return 'busy';
      }
      await setTimeout(LOOK_AGAIN_MS);
    }
  }

  read(name: string): string | undefined {
    const path = join(this.#folder, name);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    const handle = openSync(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const found = fstatSync(handle);
      if (!found.isFile() || found.size > MAX_BYTES) throw notOurs();
      return readFileSync(handle, 'utf8');
    } finally {
      closeSync(handle);
    }
  }

  readAll(): readonly string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => /^[0-9a-f]+$/.test(name))
        .flatMap((name) => this.read(name) ?? []);
    } catch {
      return [];
    }
  }

  write(name: string, text: string): void {
    const next = join(this.#folder, `${name}.${randomUUID()}`);
    try {
      writeFileSync(next, text, { flag: 'wx', mode: 0o600 });
      renameSync(next, join(this.#folder, name));
    } catch (error) {
      rmSync(next, { force: true });
      throw error;
    }
  }

  /** Creates the folder if it does not exist. Throws EPERM for one that other users could use. */
  #open(): void {
    try {
      mkdirSync(this.#folder, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const found = lstatSync(this.#folder);
    const { uid, mode } = found;
    const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
    if (!found.isDirectory() || !isOurs) throw notOurs();
  }
}

class NotOurs extends Error {
  readonly code = 'EPERM';
}

function notOurs(): Error {
  return new NotOurs('not ours');
}

function unlock(path: string, inode: bigint): void {
  try {
    // If another process took the lock from us as stale, it belongs to that process now.
    if (statSync(path, { bigint: true }).ino === inode) rmSync(path, { force: true });
  } catch {
    // A missing lock blocks no one.
  }
}

/**
 * Removes a lock whose process has ended; false while it stays. If two processes do this at once, they remove only this
 * lock, never that of a third. Throws EPERM if it is not a lock of ours: a folder or a FIFO must not block this process.
 */
function breakIfStale(path: string): boolean {
  let inode: bigint;
  try {
    const { ino, ageMs, owner } = readLock(path);
    inode = ino;
    const isOld = ageMs > (Number.isNaN(owner) ? EMPTY_STALE_MS : STALE_MS) || ageMs < -MAX_SKEW_MS;
    const isStale = isOld || !(Number.isNaN(owner) || isAlive(owner));
    if (!isStale) return false;
  } catch (error) {
    if (error instanceof NotOurs) throw error;
    return codeOf(error) === 'ENOENT';
  }
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (statSync(aside, { bigint: true }).ino !== inode) linkSync(aside, path);
  } catch (error) {
    // Another process was faster, or files here cannot be renamed.
    if (codeOf(error) !== 'ENOENT') return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function readLock(path: string): { ino: bigint; ageMs: number; owner: number } {
  const handle = openSync(
    path,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const found = fstatSync(handle, { bigint: true });
    if (!found.isFile() || found.size > MAX_LOCK_BYTES) throw notOurs();
    const owner = Number.parseInt(readFileSync(handle, 'utf8'), 10);
    return { ino: found.ino, ageMs: Date.now() - Number(found.mtimeMs), owner };
  } finally {
    closeSync(handle);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
