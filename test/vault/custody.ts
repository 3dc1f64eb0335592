import { READS_OF_ONE_HOLDER_COUNT_ONCE } from './assumptions.js';
import type { Journal } from './journal.js';

interface Hold {
  readonly since: number;
  readonly reads: number;
}

/** Who holds which credential. Policies are judged by the caller; this only keeps the book. */
export class CustodyBook {
  readonly #held = new Map<string, Map<string, Hold>>();
  readonly #everTaken: string[] = [];
  readonly #journal: Journal;
  readonly #now: () => number;

  constructor(journal: Journal, now: () => number) {
    this.#journal = journal;
    this.#now = now;
  }

  heldByAnother(credentialId: string, holder: string): boolean {
    return [...(this.#held.get(credentialId)?.keys() ?? [])].some((other) => other !== holder);
  }

  /** Custody taken through the wire. */
  take(credentialId: string, holder: string): void {
    if (!this.#everTaken.includes(credentialId)) this.#everTaken.push(credentialId);
    this.hold(credentialId, holder);
  }

  hold(credentialId: string, holder: string): void {
    const holders = this.#held.get(credentialId) ?? new Map<string, Hold>();
    const earlier = holders.get(holder);
    holders.set(holder, { since: earlier?.since ?? this.#now(), reads: (earlier?.reads ?? 0) + 1 });
    this.#held.set(credentialId, holders);
    this.#note('taken', credentialId, holder);
  }

  refuse(credentialId: string, holder: string): void {
    this.#note('refused', credentialId, holder);
  }

  /** False when this holder does not hold it. */
  release(credentialId: string, holder: string): boolean {
    const holders = this.#held.get(credentialId);
    const hold = holders?.get(holder);
    if (holders === undefined || hold === undefined) return false;
    if (READS_OF_ONE_HOLDER_COUNT_ONCE || hold.reads === 1) holders.delete(holder);
    else holders.set(holder, { ...hold, reads: hold.reads - 1 });
    this.#note('released', credentialId, holder);
    return true;
  }

  /** The vault takes the credential back from all. */
  expire(credentialId: string): void {
    const holders = [...(this.#held.get(credentialId)?.keys() ?? [])];
    this.#held.delete(credentialId);
    for (const holder of holders) this.#note('expired', credentialId, holder);
  }

  list(): { credentialId: string; holder: string; since: number }[] {
    return [...this.#held].flatMap(([credentialId, holders]) =>
      [...holders].map(([holder, { since }]) => ({ credentialId, holder, since })),
    );
  }

  everTaken(): string[] {
    return [...this.#everTaken];
  }

  #note(event: 'taken' | 'released' | 'refused' | 'expired', credentialId: string, holder: string): void {
    this.#journal.note({ kind: 'custody', at: this.#now(), event, credentialId, holder });
  }
}
