import { randomBytes } from 'node:crypto';
import type { DsmSecret, Row } from './data.js';
import type { Journal } from './journal.js';
import { rowsOf } from './leaks.js';

/** What the requests call a lease: for whom the credential is provisioned. */
export interface LeaseName {
  readonly pod: string;
  readonly deploy: string;
  readonly namespace: string;
}

/** A credential that the vault has made for one caller, and ends. */
export interface Lease extends LeaseName {
  readonly identity: string;
  readonly secretId: number;
  /** Client id of the authorization. */
  readonly holder: string;
  readonly username: string;
  readonly password: string;
  /** Milliseconds since 1970; undefined where its profile has no TTL. */
  readonly until: number | undefined;
}

/** Labels whose values are made for each lease. */
const MADE = { user: /(^|_)user(name)?$/i, password: /password/i, ttl: /^ttl$/i };

/** The leases of a vault: who got what, and until when. */
export class LeaseBook {
  readonly #journal: Journal;
  readonly #now: () => number;
  readonly #everMade: Lease[] = [];
  #live: Lease[] = [];

  constructor(journal: Journal, now: () => number) {
    this.#journal = journal;
    this.#now = now;
  }

  /** A new user with a new password; the secret keeps none of it. */
  make(secret: DsmSecret, name: LeaseName, holder: string): Lease {
    const ttlSeconds = secret.provisioning?.ttlSeconds;
    const lease: Lease = {
      ...name,
      identity: secret.identity,
      secretId: secret.id,
      holder,
      username: `lease_${randomBytes(4).toString('hex')}`,
      password: `leased-${randomBytes(12).toString('hex')}`,
      until: ttlSeconds === undefined ? undefined : this.#now() + ttlSeconds * 1_000,
    };
    this.#live.push(lease);
    this.#everMade.push(lease);
    this.#note('provisioned', lease);
    return lease;
  }

  /** Ends what was made of that secret for that name; false when there is nothing. */
  end(secretId: number, { pod, deploy, namespace }: LeaseName, holder: string): boolean {
    const ended = this.list().filter(
      (lease) =>
        lease.secretId === secretId &&
        lease.pod === pod &&
        lease.deploy === deploy &&
        lease.namespace === namespace &&
        lease.holder === holder,
    );
    this.#live = this.#live.filter((lease) => !ended.includes(lease));
    for (const lease of ended) this.#note('deprovisioned', lease);
    return ended.length > 0;
  }

  /** Those that last. */
  list(): readonly Lease[] {
    const over = this.#live.filter(({ until }) => until !== undefined && until <= this.#now());
    if (over.length > 0) {
      this.#live = this.#live.filter((lease) => !over.includes(lease));
      for (const lease of over) this.#note('expired', lease);
    }
    return [...this.#live];
  }

  /** Every one that was made, in order. */
  everMade(): readonly Lease[] {
    return [...this.#everMade];
  }

  #note(event: 'provisioned' | 'deprovisioned' | 'expired', { identity, holder }: Lease): void {
    this.#journal.note({
      kind: 'lease',
      at: this.#now(),
      event,
      identity,
      holder,
      held: this.#live.length,
    });
  }
}

/** The items of a secret with what was made for a lease. */
export function leasedRows({ data, provisioning }: DsmSecret, { username, password }: Lease): Row[] {
  const ttl = provisioning?.ttlSeconds;
  return rowsOf(data).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([label, value]) => {
        if (MADE.user.test(label)) return [label, username];
        if (MADE.password.test(label)) return [label, password];
        return [label, MADE.ttl.test(label) && ttl !== undefined ? String(ttl) : value];
      }),
    ),
  );
}
