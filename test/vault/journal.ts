/** One request as it was seen on the wire, without bodies, query values or header secrets. */
export interface RequestEntry {
  readonly kind: 'request';
  /** 1 for the first request of this vault. */
  readonly number: number;
  readonly at: number;
  readonly method: string;
  /** Only the path: query values may be secret. */
  readonly path: string;
  readonly queryNames: readonly string[];
  /** Which TCP connection carried it, 1 for the first. */
  readonly connection: number;
  readonly httpVersion: string;
  readonly scheme: 'none' | 'bearer' | 'basic' | 'oauth1' | 'unknown';
  readonly userAgent?: string;
  readonly contentType?: string;
  readonly accept?: string;
  /** SHA-256 fingerprint of the TLS client certificate that counts. */
  readonly clientCertificate?: string;
  /** The `grant_type` of a login. */
  grantType?: string;
  clientId?: string;
  /** Absent until a reply is sent; stays absent when none was. */
  status?: number;
  /** The vault's business code, when it refused. */
  code?: number;
  /** Present when a fault was applied. */
  fault?: string;
  outcome?: 'replied' | 'reset' | 'client-gone' | 'vault-closed';
}

export interface CustodyEvent {
  readonly kind: 'custody';
  readonly at: number;
  /** `expired`: the vault took the credential back when its password changed. */
  readonly event: 'taken' | 'released' | 'refused' | 'expired';
  readonly credentialId: string;
  readonly holder: string;
}

export interface LeaseEvent {
  readonly kind: 'lease';
  readonly at: number;
  readonly event: 'provisioned' | 'deprovisioned' | 'expired';
  /** Of the DSM secret. */
  readonly identity: string;
  readonly holder: string;
  /** How many leases last after it. */
  readonly held: number;
}

export type JournalEntry = RequestEntry | CustodyEvent | LeaseEvent;

/** What happened, in order; requests appear when they arrive and are completed when they end. */
export class Journal {
  readonly #requests: RequestEntry[] = [];
  readonly #custody: CustodyEvent[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #count = 0;

  get requests(): readonly RequestEntry[] {
    return this.#requests;
  }

  get custody(): readonly CustodyEvent[] {
    return this.#custody;
  }

  /** Requests as "GET /path", for assertions about order and number. */
  lines(): string[] {
    return this.#requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Calls `listener` for each custody event and each ended request; gives the function that stops it. */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets what happened so far; numbers go on. */
  clear(): void {
    this.#requests.length = 0;
    this.#custody.length = 0;
  }

  arrive(entry: Omit<RequestEntry, 'kind' | 'number'>): RequestEntry {
    this.#count += 1;
    const arrived: RequestEntry = { kind: 'request', number: this.#count, ...entry };
    this.#requests.push(arrived);
    return arrived;
  }

  end(entry: RequestEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }

  note(event: CustodyEvent | LeaseEvent): void {
    if (event.kind === 'custody') this.#custody.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}
