import type { FileEntry, InjectedFile } from '../ports.js';
import type { Connection, SavedConnection } from '../vault/connection/connection.js';
import type { PamEndpoint } from '../vault/endpoints.js';
import type { Prefix } from '../vault/pam.js';

/** A credential whose custody we have or may have. */
export interface CustodyEntry {
  /** As the request names it. */
  readonly credential: string;
  /** `asked`: a read may have left; `held`: its reply came; `again`: held, and another read has left since. */
  readonly state: 'asked' | 'held' | 'again';
  /** Its number in the vault, once the vault has sent it. */
  readonly id?: string | undefined;
  readonly prefix?: Prefix | undefined;
  /** When an attempt was given up that the vault may carry out even after the release. */
  readonly doubtedAtMs?: number | undefined;
  /** Its reply says that automatic change is configured: the release may start a change of the password. */
  readonly changes?: true | undefined;
  /** When it was requested, or when its reply arrived. */
  readonly sinceMs: number;
}

/** What of SSH there is to undo, or may be. */
export interface SshEntry {
  /** The items among the credentials of the ledger that are SSH keys, as the requests name them. */
  readonly items: readonly string[];
  /** The agent that this run starts. No other process names its socket; `pid`: once it runs. */
  readonly agent?: { readonly socket: string; readonly pid?: number | undefined } | undefined;
  /** The keys that this run puts into an agent; `blob`: the public half in base64, as the agent lists it. */
  readonly keys: readonly { readonly socket: string; readonly blob: string }[];
}

/** What post needs to know to release everything, without any value or token. */
export interface LedgerData {
  /** 1: sealed with the client secret, which the reader has; 2: carries the login itself. */
  readonly version: 1 | 2;
  /** Each lease has a name that no credential can have; absent in a state of an earlier version. */
  readonly leases?: 'marked' | undefined;
  /** The run of the job that it belongs to. */
  readonly run: string;
  /** What distinguishes it from other jobs of that run, as main saw it. */
  readonly tracking?: string | undefined;
  /** Distinguishes this use from the others of the job, where the platform counts them. */
  readonly use?: string | undefined;
  readonly connection: SavedConnection;
  /** Where the CA certificates are when they are too large for an environment string. */
  readonly caFile?: { readonly entry: FileEntry; readonly sha256: string } | undefined;
  /** Where the platform keeps this text as a file until the job ends: emptied when all is done. */
  readonly trace?: FileEntry | undefined;
  readonly clientId: string;
  /** The client secret as packLogin makes it: in version 2, while there is custody to release. */
  readonly login?: string | undefined;
  /** Another login than by client secret, as packCarried makes it: in version 2, while there is custody to release. */
  readonly auth?: string | undefined;
  /** Where the key of `auth` is kept, when that is encrypted. */
  readonly authKey?: FileEntry | undefined;
  readonly pamEndpoint: PamEndpoint;
  readonly timeoutMs: number;
  readonly releaseFailure: ReleaseFailure;
  readonly ssh?: SshEntry | undefined;
  readonly custody: readonly CustodyEntry[];
  readonly files: readonly FileEntry[];
  /** Files of the job that get their old bytes back. */
  readonly injected?: readonly InjectedFile[] | undefined;
}

/** What a ledger begins with. */
export type NewLedgerData = Omit<LedgerData, 'version' | 'leases' | 'custody' | 'files'> &
  Partial<Pick<LedgerData, 'custody' | 'files'>>;

/** No file that we write contains a private key, sealed or not. */
export function newLedger(version: LedgerData['version'], data: NewLedgerData): LedgerData {
  const { clientCertificate: _, ...connection } = data.connection as Connection;
  return { version, leases: 'marked', custody: [], files: [], ...data, connection };
}

/** What of a ledger is still to be undone. */
export type Left = Pick<LedgerData, 'custody' | 'files' | 'injected' | 'ssh'>;

export function isNothing({ custody, files, injected = [], ssh }: Left): boolean {
  const count = custody.length + files.length + injected.length + (ssh?.keys.length ?? 0);
  return count === 0 && ssh?.agent === undefined;
}

export type ReleaseFailure = 'warn' | 'fail';
