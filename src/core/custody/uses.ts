import { codeOf } from '../errors.js';
import type { Clock, Log, UseStore } from '../ports.js';
import { printable } from '../printable.js';
import type { Secret } from '../secret.js';
import {
  accountName,
  claimsOf,
  heldElsewhere,
  mayBeSame,
  openAccount,
  placeOf,
  sealAccount,
  type UseOf,
  type UseRecord,
} from './account.js';
import type { CustodyEntry } from './ledger-data.js';

/** Steps of a job run one after the other, so there is no reason to wait longer for a lock. */
const LOCK_WAIT_MS = 5_000;
/** The share of the time until the deadline that may go to a lock: the rest is for the vault. */
const LOCK_SHARE = 1 / 4;
/** The wait before a failing step releases. After a cancellation, the platform leaves less time. */
const APART_WAIT_MS = 1_500;
const APART_WAIT_CANCELLED_MS = 500;

export interface UsesParts {
  readonly store: UseStore;
  readonly use: string;
  readonly of: UseOf;
  readonly key: Secret;
  readonly log: Log;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** No wait goes beyond it. */
  readonly deadlineAtMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
}

/** What the account says, and what it says about this use. */
export interface Account {
  readonly records: readonly UseRecord[];
  readonly own: UseRecord | undefined;
  readonly others: readonly UseRecord[];
}

/** What another use may rely on; kept, if that use keeps it beyond the job. */
export interface Shared {
  readonly entry: CustodyEntry;
  readonly isKept: boolean;
}

/**
 * Counts what one job holds under one client id across its steps, so that none releases what another still uses.
 *
 * Custody comes first: if the account cannot be used, custody is released as if there were no account, with a warning.
 */
export class Uses {
  readonly #parts: UsesParts;
  readonly #name: string;
  #isTold = false;
  #isRecorded = false;
  readonly #toldOf = new Set<string>();

  constructor(parts: UsesParts) {
    this.#parts = parts;
    this.#name = accountName(parts.of, parts.key);
  }

  /** Records what this use relies on: before a read is sent, and again when its outcome is known. */
  async sync(custody: readonly CustodyEntry[], state: 'running' | 'kept' = 'running'): Promise<void> {
    await this.exclusively(async (account) => {
      if (account !== undefined) this.write(account, { state, custody });
    });
    const { store, use, of, log } = this.#parts;
    for (const name of heldElsewhere(custody, store.readAll(), { use, place: placeOf(of) })) {
      if (this.#toldOf.has(name)) continue;
      this.#toldOf.add(name);
      log.warning(
        `Custody of ${printable(name)} is also held under a different login. If both logins belong to one authorization in the vault, the first release releases it for both. Use only one login.`,
      );
    }
  }

  /**
   * Runs `operation` with those of `entries` that no other use may rely on. No other use begins meanwhile.
   *
   * The account drops them first: a process that ends in between must not leave a record of custody that it has released,
   * because the posts of later steps would leave theirs to it. `isLetGo`: there is no such record, now or at all.
   */
  async apart<T>(
    entries: readonly CustodyEntry[],
    custody: () => readonly CustodyEntry[],
    operation: (parts: {
      own: readonly CustodyEntry[];
      shared: readonly Shared[];
      isLetGo: boolean;
    }) => Promise<T>,
  ): Promise<T> {
    // The release must happen even if the job was cancelled or the deadline has passed.
    const maxWaitMs = this.#parts.signal.aborted ? APART_WAIT_CANCELLED_MS : APART_WAIT_MS;
    return this.#alone({ maxWaitMs }, async (account) => {
      const shared = entries.flatMap((entry) => sharedOf(entry, account?.others ?? []));
      const own = entries.filter((entry) => !shared.some((each) => each.entry === entry));
      const kept = custody().filter((entry) => !own.includes(entry));
      const isNew = !this.#isRecorded && account?.own === undefined;
      const isLetGo =
        (account !== undefined && this.write(account, { state: 'running', custody: kept })) || isNew;
      const result = await operation({ own, shared, isLetGo });
      if (account !== undefined) this.write(account, { state: 'running', custody: custody() });
      return result;
    });
  }

  /** Runs `operation` with the account, which no other use changes meanwhile; undefined when no account can be trusted. */
  async exclusively<T>(operation: (account: Account | undefined) => Promise<T>): Promise<T> {
    const { clock, deadlineAtMs, signal } = this.#parts;
    const leftMs = Math.max(0, deadlineAtMs - clock.nowMs());
    return this.#alone({ maxWaitMs: Math.min(LOCK_WAIT_MS, leftMs * LOCK_SHARE), signal }, operation);
  }

  /** Writes the record of this use, after those that began before; false when it could not be written. */
  write(
    { records }: Pick<Account, 'records'>,
    { state, custody }: { state: UseRecord['state']; custody: readonly CustodyEntry[] },
  ): boolean {
    const { use, store, key, of } = this.#parts;
    const isGrave = of.releaseFailure === 'fail';
    const own = {
      use,
      state,
      claims: claimsOf(custody),
      place: placeOf(of),
      ...(isGrave ? { releaseFailure: 'fail' as const } : {}),
    };
    const isNew = !records.some((each) => each.use === use);
    const next = isNew ? [...records, own] : records.map((each) => (each.use === use ? own : each));
    try {
      store.write(this.#name, sealAccount(next, this.#name, key));
      this.#isRecorded = true;
      return true;
    } catch (error) {
      this.#tell(codeOf(error));
      return false;
    }
  }

  async #alone<T>(
    { maxWaitMs, signal }: { maxWaitMs: number; signal?: AbortSignal },
    operation: (account: Account | undefined) => Promise<T>,
  ): Promise<T> {
    const { store } = this.#parts;
    const lock = await store.lock(maxWaitMs, signal).catch((error: unknown) => this.#tell(codeOf(error)));
    try {
      if (lock === 'busy') this.#tell('another process holds its lock');
      return await operation(typeof lock === 'function' ? this.#read() : undefined);
    } finally {
      if (typeof lock === 'function') lock();
    }
  }

  #read(): Account {
    const { store, use, key } = this.#parts;
    let records: readonly UseRecord[] = [];
    try {
      const text = store.read(this.#name);
      const found = text === undefined ? [] : openAccount(text, this.#name, key);
      if (found === undefined) this.#tell('another program wrote it');
      records = found ?? [];
    } catch (error) {
      this.#tell(codeOf(error));
    }
    return {
      records,
      own: records.find((each) => each.use === use),
      others: records.filter((each) => each.use !== use && isCounted(each)),
    };
  }

  #tell(why: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#parts.log.warning(
      `What the other steps of this job hold cannot be determined (${why}). This step releases what it took, even if another step still uses it.`,
    );
  }
}

function isCounted({ state }: UseRecord): boolean {
  return state === 'running' || state === 'kept';
}

function sharedOf(entry: CustodyEntry, others: readonly UseRecord[]): Shared[] {
  const counting = others.filter((other) => mayCountOn(other, entry));
  return counting.length === 0 ? [] : [{ entry, isKept: counting.some(({ state }) => state === 'kept') }];
}

function mayCountOn({ claims }: UseRecord, entry: CustodyEntry): boolean {
  return claims.some((claim) => mayBeSame(claim, entry));
}
