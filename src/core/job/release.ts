import { createHash } from 'node:crypto';
import { LATE_READ_WAITS_MS } from '../assumptions.js';
import type { CustodyEntry, LedgerData, Left, ReleaseFailure } from '../custody/ledger-data.js';
import { FIRST_TIMEOUT_MS, type Receipt, receiptLine, releaseCustody } from '../custody/release.js';
import { inTurn } from '../custody/release-in-turn.js';
import { invalid } from '../custody/unseal.js';
import { problemsOf, SeguraError } from '../errors.js';
import { Masking } from '../masking/masker.js';
import type { Clock, FileEntry, Platform } from '../ports.js';
import { printable } from '../printable.js';
import { say, word } from '../text.js';
import { timeLimit } from '../time-limit.js';
import { clientIdOf, sealKeyOf, secretsOf } from '../vault/auth/auth-settings.js';
import type { IdentitySource } from '../vault/auth/identity-source.js';
import { Client, type Reach } from '../vault/client.js';
import { areCertificates } from '../vault/connection/certificate-blocks.js';
import type { Connection } from '../vault/connection/connection.js';
import { inFixedTime } from '../vault/custody-release.js';
import { type FoundState, keyIsGone, loginFor, openState } from './found-state.js';
import { openAuth } from './login/open-client.js';
import type { CarriedLogin } from './login/packed-login.js';
import { putBack, removeKeys, removeOwnFile } from './remove-files.js';

export interface ReleaseParts {
  readonly state: FoundState;
  /** The severity to use if the ledger cannot be trusted. */
  readonly releaseFailure: ReleaseFailure;
  /** When releasing must end. */
  readonly deadlineAtMs?: number;
  readonly platform: Pick<Platform, 'info' | 'warning' | 'debug' | 'mask' | 'files' | 'uses' | 'ssh'>;
  /** Removes what is left of the state itself. */
  readonly forget?: (trace: FileEntry) => void;
  readonly clock: Clock;
  readonly readFile: (path: string) => string;
  readonly reach: Reach;
  readonly identity: IdentitySource;
}

/** What could not be done, and how severe that is. */
export interface Released {
  readonly problems: readonly SeguraError[];
  readonly severity: ReleaseFailure;
  /** What of the ledger is still to be released or removed; undefined when it could not be read. */
  readonly left?: Left;
}

/** Post ends within 60 s; the remaining time is for the process itself. */
export const RELEASE_MS = 54_000;

/** A release is never cancelled: only the deadline ends it. */
const NEVER = new AbortController().signal;

/**
 * The post step undoes what is in the ledger: it removes files and releases custody.
 *
 * It uses only the ledger, not the current inputs and environment: a runner may pass post those of another action, and a
 * later step may have set them. Problems in the result: STATE_INVALID, RELEASE_FAILED.
 */
export async function release(parts: ReleaseParts): Promise<Released> {
  const { state, platform, identity, deadlineAtMs = parts.clock.nowMs() + RELEASE_MS } = parts;
  const masking = new Masking(platform, 1, false);
  if (state.own !== undefined)
    for (const each of secretsOf(state.own.auth)) masking.maskCredential(each, clientIdOf(state.own.auth));
  let data: LedgerData;
  try {
    data = openState(state);
  } catch (error) {
    return { problems: problemsOf(error), severity: parts.releaseFailure };
  }
  const login = await loginFor(state, data, parts.readFile);
  // Without a key it stands there in clear, and no cleaning of a folder makes it unreadable.
  if (login === undefined && data.auth !== undefined && data.authKey === undefined) {
    const problem = invalid('has a login that this version does not write');
    return { problems: [problem], severity: parts.releaseFailure };
  }
  if (data.login !== undefined) platform.mask(data.login);
  if (login !== undefined)
    for (const each of secretsOf(login.auth)) masking.maskCredential(each, clientIdOf(login.auth));
  const ssh = await removeKeys(data.ssh, platform);
  const { files, injected } = await putBack(data, platform);
  let { custody } = data;
  let problems: readonly SeguraError[] = [];
  if (custody.length > 0) {
    try {
      if (login === undefined) throw keyIsGone(custody);
      const key = sealKeyOf(login.auth) ?? identity.jobSecret;
      const failed = await inTurn(data, { ...parts, ...state, key, deadlineAtMs }, (entries) =>
        walkBack(data, entries, parts, { login, deadlineAtMs, masking }),
      );
      custody = failed.map(({ entry }) => entry);
      problems = failed.flatMap(({ error }) => error ?? []);
    } catch (error) {
      const found = problemsOf(error);
      // An unexpected error says nothing about custody, nor does a missing file of this program.
      const isSilent = found.some(({ code }) => code === 'INTERNAL' || code === 'PLATFORM_UNSUPPORTED');
      problems = isSilent ? brokenOff(error) : found.map(inFixedTime);
    }
  }
  // The runner keeps what main saved until the job ends, including the login, although nothing reads it again.
  if (data.trace !== undefined && !state.isRetry) parts.forget?.(data.trace);
  if (custody.length === 0)
    for (const kept of [data.caFile?.entry, data.authKey])
      if (kept !== undefined) removeOwnFile(kept, platform);
  return { problems, severity: data.releaseFailure, left: { custody, files, injected, ssh } };
}

/** The problems to report when the release was interrupted, after `error` or because the time was up. */
export function brokenOff(error?: unknown): readonly SeguraError[] {
  const problem = new SeguraError(
    'RELEASE_FAILED',
    'Custody release was interrupted. Any credential not listed as released above may still be held.',
    say`Look in the vault for what ${word('this job')} holds, and release it by hand.`,
  );
  return error === undefined ? [problem] : [...problemsOf(error), problem];
}

/**
 * The connection of the main step. A CA set that was too long for the state is read from its file. If that is gone, the state
 * has the certificates that vouched for the vault, which trusts less and is mostly enough.
 */
function connectionOf(
  { connection, caFile }: LedgerData,
  { readFile, platform }: Pick<ReleaseParts, 'readFile' | 'platform'>,
): Connection {
  if (caFile === undefined) return connection;
  const { path } = caFile.entry;
  let text = '';
  try {
    text = readFile(path);
  } catch {
    // A missing file and a changed file are reported alike: in both cases, the set that main used is gone.
  }
  const isWhole = createHash('sha256').update(text).digest('hex') === caFile.sha256;
  // The author of a forged state can compute the checksum of any text.
  if (isWhole && areCertificates(text)) return { ...connection, caCertificates: text };
  platform.warning(
    `The CA certificates that were saved in ${printable(path)} are missing or have changed, for example because the temporary folder was cleaned. The vault is now verified only with the saved certificates that verified it before, and with the public roots.`,
  );
  return connection;
}

interface WalkParts {
  readonly login: CarriedLogin;
  readonly deadlineAtMs: number;
  readonly masking: Masking;
}

async function walkBack(
  data: LedgerData,
  custody: readonly CustodyEntry[],
  parts: ReleaseParts,
  { login, deadlineAtMs, masking }: WalkParts,
): Promise<Receipt[]> {
  const saved = parts.state.own?.connection ?? connectionOf(data, parts);
  const { platform, clock } = parts;
  const connection = { ...saved, clientCertificate: login.clientCertificate };
  const client = await Client.open({
    connection,
    reach: parts.reach,
    auth: await openAuth(login, {
      ...parts,
      masking,
      connection,
      // When a token expires, main has said.
      log: { info: () => undefined, warning: (text) => platform.warning(text) },
    }),
    endpoints: { dsm: 'auto', pam: data.pamEndpoint },
    limits: {
      timeoutMs: data.timeoutMs,
      firstTimeoutMs: FIRST_TIMEOUT_MS,
      isPersistent: true,
      // The setting `retries` is about reads. A release is retried until the time is up.
      retries: Number.POSITIVE_INFINITY,
      deadlineAtMs,
      signal: NEVER,
    },
    clock,
    log: platform,
    hide: (secret, user) => masking.maskCredential(secret, user),
    isSecretIn: (text) => masking.isSecretIn(text),
    isWarned: true,
  });
  const limit = timeLimit(Math.max(0, deadlineAtMs - clock.nowMs()), NEVER, clock);
  try {
    return await releaseCustody(custody, {
      pam: client.pam,
      clock,
      signal: limit.signal,
      lateReadWaitsMs: LATE_READ_WAITS_MS,
      onReceipt: (receipt) => {
        const line = receiptLine(receipt, clock.nowMs(), data.ssh?.items);
        if (line !== undefined) platform.info(line);
      },
    });
  } finally {
    limit.lift();
    await client.close();
  }
}
