import type { FileEntry, LedgerStore } from '../ports.js';
import type { Secret } from '../secret.js';
import type { Prefix } from '../vault/pam.js';
import type { UseOf } from './account.js';
import type { CustodyEntry, LedgerData } from './ledger-data.js';
import { seal } from './seal.js';

const MOST_ID_LENGTH = 20;
/** As long as any time is written, in digits, until the year 2286. */
const LONGEST_TIME_MS = 9_999_999_999_999;

/**
 * The ledger of this run: every change is sealed and saved at once, so that whatever ends the process, what gives back
 * knows of it. An entry is written before the read that takes custody leaves: an entry too many costs one harmless
 * request, an entry too few a locked account.
 */
export class Ledger {
  readonly #store: LedgerStore;
  readonly #key: Secret | undefined;
  #data: LedgerData;

  /** With a `key`, what is saved is sealed with it; without one it carries the login of `data` while that is needed. */
  constructor(
    store: LedgerStore,
    key: Secret | undefined,
    data: Omit<LedgerData, 'version' | 'custody' | 'files'> & Partial<Pick<LedgerData, 'custody'>>,
  ) {
    this.#store = store;
    this.#key = key;
    this.#data = { version: key === undefined ? 2 : 1, custody: [], ...data, files: [] };
  }

  /** The account of the job's uses that this one belongs to: what its platform counts together. */
  get use(): UseOf {
    return this.#data;
  }

  get custody(): readonly CustodyEntry[] {
    return this.#data.custody;
  }

  get caFile(): FileEntry | undefined {
    return this.#data.caFile?.entry;
  }

  get files(): readonly FileEntry[] {
    return this.#data.files;
  }

  /** The certificates that post has where the file with the whole set is gone. */
  trust(caCertificates: string): void {
    this.#change({ connection: { ...this.#data.connection, caCertificates } });
  }

  /** Adds those that are not in the ledger yet, and gives them. */
  ask(credentials: readonly string[], nowMs: number): ReadonlySet<string> {
    const fresh = credentials.filter((credential) => this.#find(credential) === undefined);
    const entries = fresh.map((credential) => ({ credential, state: 'asked' as const, sinceMs: nowMs }));
    this.#put({ custody: [...this.custody, ...entries] });
    return new Set(fresh);
  }

  hold(credential: string, known: Pick<CustodyEntry, 'id' | 'prefix'>, nowMs: number): void {
    // A vault may send any text as an id; one that no id is would only swell the state.
    const id = known.id !== undefined && known.id.length <= MOST_ID_LENGTH ? known.id : undefined;
    const before = this.#find(credential);
    const prefix = known.prefix ?? before?.prefix;
    this.#update(credential, { state: 'held', prefix, id: id ?? before?.id, sinceMs: nowMs });
  }

  /** A reply for another credential claims to be about this one: what it says it took is looked after too. */
  claim(id: string, prefix: Prefix | undefined, nowMs: number): void {
    const entry = this.#find(id);
    const claimed = { credential: id, state: 'held', id, prefix, sinceMs: nowMs } as const;
    if (entry === undefined) this.#put({ custody: [...this.custody, claimed] });
    // A read of its own is under way: whatever becomes of that, the entry stays.
    if (entry?.state === 'asked') this.#update(id, { state: 'again' });
  }

  /** A request that may take custody leaves. Beside one that took it already, it may be carried out by itself, late. */
  leave(credential: string): void {
    if (this.#find(credential)?.state === 'held') this.#update(credential, { state: 'again' });
  }

  /** The request that left last was plainly refused, and took nothing. */
  settle(credential: string): void {
    if (this.#find(credential)?.state === 'again') this.#update(credential, { state: 'held' });
  }

  doubt(credential: string, nowMs: number): void {
    this.#update(credential, { doubtedAtMs: nowMs });
  }

  strike(credentials: readonly string[]): void {
    const gone = new Set(credentials);
    this.#change({ custody: this.custody.filter(({ credential }) => !gone.has(credential)) });
    try {
      this.#save();
    } catch {
      // What was saved before names them still, which costs a harmless request; a failure here could strand the others.
    }
  }

  /** Strikes a credential that surely was not taken; one that is held, or that an earlier try may have taken, stays. */
  strikeAsked(credential: string): void {
    const { state, doubtedAtMs } = this.#find(credential) ?? {};
    if (state === 'asked' && doubtedAtMs === undefined) this.strike([credential]);
  }

  addFile(file: FileEntry): void {
    this.#put({ files: [...this.files, file] });
  }

  strikeFiles(): void {
    this.#put({ files: [] });
  }

  /** The length of the sealed text if all `credentials` were held and all `files` written, to be checked before. */
  sizeWith(credentials: readonly string[], files: readonly string[]): number {
    const custody = credentials.map((credential) => ({
      credential,
      state: 'held' as const,
      id: credential.padEnd(MOST_ID_LENGTH),
      prefix: 'api' as const,
      doubtedAtMs: LONGEST_TIME_MS,
      sinceMs: LONGEST_TIME_MS,
    }));
    const number = ''.padEnd(20);
    const entries = files.map((path) => ({ path, device: number, inode: number, folder: false }));
    return Buffer.byteLength(this.#sealed({ ...this.#data, custody, files: [...this.files, ...entries] }));
  }

  #find(credential: string): CustodyEntry | undefined {
    return this.custody.find((each) => each.credential === credential);
  }

  #update(credential: string, change: Partial<CustodyEntry>): void {
    const changed = (each: CustodyEntry) => (each.credential === credential ? { ...each, ...change } : each);
    this.#put({ custody: this.custody.map(changed) });
  }

  #put(change: Partial<LedgerData>): void {
    this.#change(change);
    this.#save();
  }

  #change(change: Partial<LedgerData>): void {
    this.#data = { ...this.#data, ...change };
  }

  #save(): void {
    this.#store.save(this.#sealed(this.#data));
  }

  /** The login stands in it only while something needs one to be released. */
  #sealed(data: LedgerData): string {
    const isNeeded = this.#key === undefined && data.custody.length > 0;
    return seal(isNeeded ? data : { ...data, login: undefined }, this.#key);
  }
}
