import { randomBytes } from 'node:crypto';
import { duration } from '../../custody/release.js';
import type { CustodyParts } from '../../custody/release-all.js';
import { SeguraError, throwIfAny } from '../../errors.js';
import type { Clock, Log } from '../../ports.js';
import { printable } from '../../printable.js';
import type { SecretRequest } from '../../requests/request.js';
import { option, say } from '../../text.js';
import type { Client } from '../../vault/client.js';
import type { DsmSecret } from '../../vault/dsm.js';
import { type Lease, type LeaseFor, nameOfLease, OWN_NAME } from '../../vault/leases/lease-name.js';
import { provision, SECRET_ID, secondsOf } from '../../vault/leases/provision.js';
import { endUnasked, type Unasked } from './end-unasked.js';
import { notListed, numbered, severalListed } from './not-listed.js';

/** A lease that lasts less is warned about, where no one says how long the job may take. */
const SHORT_LEASE_MS = 3_600_000;

/** What the vault made for this run. */
export interface MadeLease extends Unasked {
  readonly secret: DsmSecret;
  /** Milliseconds since 1970; undefined where the vault does not say. */
  readonly endsAtMs: number | undefined;
}

/** What is known of leases beside the requests. */
export interface LeaseWishes {
  /** For whom it is provisioned; names of our own where it is not said. */
  readonly own?: Partial<LeaseFor>;
  /** Told of each lease when all of them are made. */
  readonly onMade?: (made: MadeLease) => void;
  /** When the job ends at the latest, in milliseconds since 1970; undefined where no one says. */
  readonly jobEndsAtMs?: number | undefined;
}

interface LeasesParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warning'>;
}

/** The dynamic secrets of a run: each is provisioned once, under a name that no other run has. */
export class LeasesOfRun {
  readonly #leases: ReadonlyMap<string, Lease>;
  readonly #parts: LeasesParts;
  readonly #wishes: LeaseWishes;
  readonly #made = new Map<string, MadeLease>();

  /**
   * `secrets`: what the vault lists. It has the number of each, by which a lease is ended: nothing is made that could not be
   * ended. Errors (together, as Problems): SECRET_NOT_FOUND, PROVISION_REFUSED, REPLY_MALFORMED.
   */
  constructor(
    requests: readonly SecretRequest[],
    secrets: readonly DsmSecret[],
    parts: LeasesParts,
    wishes: LeaseWishes = {},
  ) {
    this.#parts = parts;
    this.#wishes = wishes;
    const problems: SeguraError[] = [];
    const leases = new Map<string, Lease>();
    const done = new Set<string>();
    for (const request of requests) {
      const { source } = request;
      if (source.kind !== 'dsm' || source.isDynamic !== true || done.has(source.identity ?? '')) continue;
      const { identity = '' } = source;
      done.add(identity);
      const [secret, ...others] = numbered(secrets, identity);
      const secretId = secret?.details?.id;
      if (others.length > 0) {
        problems.push(severalListed(identity));
        continue;
      }
      if (secretId !== undefined && SECRET_ID.test(secretId)) {
        const lease = { ...ownName(), ...wishes.own, secretId, identity };
        leases.set(nameOfLease(lease), lease);
      } else
        problems.push(secret === undefined ? notListed(request, identity, secrets) : numberless(identity));
    }
    throwIfAny(problems);
    this.#leases = leases;
  }

  /** As the ledger names them. */
  get names(): readonly string[] {
    return [...this.#leases.keys()];
  }

  /** What was provisioned so far. */
  get made(): readonly MadeLease[] {
    return [...this.#made.values()];
  }

  /** Each secret that was provisioned, by its identity. */
  get secrets(): ReadonlyMap<string, readonly DsmSecret[]> {
    return new Map(this.made.map(({ lease, secret }) => [lease.identity, [secret]]));
  }

  /** Whether the lease of that name in the ledger is the one of a secret. */
  isOf(name: string, identity: string | undefined): boolean {
    return this.#leases.get(name)?.identity === identity;
  }

  /** What provisions each lease, and reads what is none as `pam` does. */
  readerOf(pam: CustodyParts['pam']): CustodyParts['pam'] {
    return {
      read: async (name, wantsPassword, observer) => {
        const lease = this.#leases.get(name);
        if (lease === undefined) return pam.read(name, wantsPassword, observer);
        const { client, clock } = this.#parts;
        const { secret, others, hasMore } = await provision(lease, client, observer);
        const seconds = secondsOf(secret);
        const endsAtMs = seconds === undefined ? undefined : clock.nowMs() + seconds * 1_000;
        this.#made.set(name, { lease, others, hasMore, secret: withEnd(secret, endsAtMs), endsAtMs });
        return { id: undefined, fields: new Map(), expires: undefined };
      },
      release: (...of) => pam.release(...of),
    };
  }

  /** Ends what no one asked for: see endUnasked. */
  async endOthers(parts: Pick<CustodyParts, 'ledger' | 'signal'>): Promise<void> {
    for (const [name, made] of this.#made)
      if (await endUnasked(made, { ...this.#parts, ...parts })) this.#made.set(name, { ...made, others: [] });
  }

  /** Says until when each lasts, and warns of those that may end before the job. */
  tell(): void {
    const { clock, log } = this.#parts;
    const { jobEndsAtMs, onMade } = this.#wishes;
    const nowMs = clock.nowMs();
    for (const made of this.made) {
      const { lease, endsAtMs } = made;
      onMade?.(made);
      const name = printable(lease.identity);
      if (endsAtMs === undefined) {
        log.info(`${name}: provisioned; the vault does not say when it ends the lease`);
        continue;
      }
      const lasts = `ends at ${timeText(endsAtMs)}, in ${duration(endsAtMs - nowMs)}`;
      if (endsAtMs >= (jobEndsAtMs ?? nowMs + SHORT_LEASE_MS)) {
        log.info(`${name}: provisioned; its lease ${lasts}`);
        continue;
      }
      const job = jobEndsAtMs === undefined ? 'may take longer' : `may run until ${timeText(jobEndsAtMs)}`;
      log.warning(
        `The lease of ${name} ${lasts}, and the job ${job}. A login with it fails from then on: raise the TTL of its provisioning profile in the vault, or provision it later in the job.`,
      );
    }
  }
}

/** No other lease has this name: what ends it ends nothing else, and needs nothing that only the reply says. */
function ownName(): LeaseFor {
  return { pod: `${OWN_NAME}-${randomBytes(8).toString('hex')}`, deploy: OWN_NAME, namespace: OWN_NAME };
}

function withEnd(secret: DsmSecret, endsAtMs: number | undefined): DsmSecret {
  const { identity, version, maps } = secret;
  return { identity, version, maps, expires: endsAtMs === undefined ? secret.expires : timeText(endsAtMs) };
}

/** As `2026-11-28T12:00:00Z`. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The problem of a secret that cannot be ended. */
export function numberless(identity: string): SeguraError {
  return new SeguraError(
    'REPLY_MALFORMED',
    `The vault lists ${printable(identity)} without its number (secret_id), by which a lease is ended. Nothing was provisioned.`,
    say`Leave ${option.dsmEndpoint} out, or set it to sctm or dapp.`,
  );
}
