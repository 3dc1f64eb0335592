import type { Ledger } from '../custody/ledger.js';
import { FIRST_TIMEOUT_MS, receiptLine } from '../custody/release.js';
import { releaseAll } from '../custody/release-all.js';
import type { Uses } from '../custody/uses.js';
import { type TimeLimit, timeLimit } from '../time-limit.js';
import type { Client } from '../vault/client.js';
import { heldAs } from '../vault/leases/held-name.js';
import type { Pam } from '../vault/pam.js';
import type { LeasesOfRun } from './dynamic/leases-of-run.js';
import { removeFiles, removeKeys, removeOwnFile, restoreEntries } from './remove-files.js';
import type { RunParts } from './run-parts.js';

/** What a run needs to take custody and to keep account of it. */
export interface Taking {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly uses: Uses | undefined;
  readonly leases?: LeasesOfRun | undefined;
}

/** The time for releasing after a failure. After a cancellation, the platform leaves less. */
const AFTER_FAILURE_MS = 15_000;
const AFTER_CANCELLATION_MS = 4_000;
/** A release is never cancelled: only its time limit ends it. */
const NEVER = new AbortController().signal;

/** Releases at once what a failed step holds, and removes its files: the job got no values, so it does not need them. */
export async function undo(parts: RunParts, taking: Taking): Promise<void> {
  const { platform } = parts;
  const { ledger } = taking;
  const ssh = await removeKeys(ledger.ssh, platform);
  if (ledger.injected.length > 0) ledger.strikeInjected(await restoreEntries(ledger.injected, platform));
  removeFiles(ledger, platform);
  if (ssh !== ledger.ssh) ledger.noteSsh(ssh);
  await releaseAtOnce(parts, taking);
  // What is left in the ledger still needs the files that were kept for it.
  if (ledger.custody.length > 0) return;
  for (const kept of [ledger.caFile, ledger.authKey]) if (kept !== undefined) removeOwnFile(kept, platform);
}

async function releaseAtOnce(
  { platform, clock, signal }: RunParts,
  { client, ledger, uses }: Taking,
): Promise<void> {
  if (ledger.custody.length === 0) return;
  let limit: TimeLimit | undefined;
  const open = async (): Promise<{ pam: Pam; signal: AbortSignal }> => {
    const limitMs = signal.aborted ? AFTER_CANCELLATION_MS : AFTER_FAILURE_MS;
    const { pam } = await client.within({
      firstTimeoutMs: FIRST_TIMEOUT_MS,
      deadlineAtMs: clock.nowMs() + limitMs,
      signal: NEVER,
      isPersistent: true,
      // The setting `retries` is about reads.
      retries: Number.POSITIVE_INFINITY,
    });
    limit = timeLimit(limitMs, NEVER, clock);
    return { pam, signal: limit.signal };
  };
  const { receipts, shared } = await releaseAll({ ledger, uses, clock, open }).finally(() => limit?.lift());
  for (const receipt of receipts) {
    const left = `${heldAs(receipt.entry.credential)} is left to be released`;
    platform.info(receiptLine(receipt, clock.nowMs(), ledger.ssh?.items) ?? left);
  }
  for (const { entry, isKept } of shared) {
    const why = isKept ? 'may keep it on purpose' : 'may use it';
    platform.info(`${heldAs(entry.credential)} stays: another step of this job ${why}`);
  }
}
