import type { CustodyParts } from '../../custody/release-all.js';
import { type Taken, takeCustody } from '../../custody/take.js';
import type { Client } from '../../vault/client.js';
import type { DsmSecret } from '../../vault/dsm.js';
import type { RunParts } from '../run-parts.js';
import type { LeasesOfRun } from './leases-of-run.js';

/** What provisions dynamic secrets, for a run that asks for any. Errors: those of LeasesOfRun. */
export async function loadLeases(
  { inputs, platform, clock }: RunParts,
  client: Client,
  secrets: readonly DsmSecret[],
): Promise<LeasesOfRun | undefined> {
  if (inputs.needs.leases.length === 0) return undefined;
  const { LeasesOfRun } = await import(/* webpackMode: "eager" */ './leases-of-run.js');
  return new LeasesOfRun(inputs.requests, secrets, { client, clock, log: platform }, inputs.custody.leases);
}

/**
 * Takes custody of the credentials, and then provisions: a job that waits for a credential makes the vault provision nothing.
 * Errors: those of takeCustody.
 */
export async function takeAll(
  credentials: ReadonlyMap<string, boolean>,
  leases: LeasesOfRun | undefined,
  parts: CustodyParts,
): Promise<Taken> {
  const none = credentials.size === 0;
  const taken: Taken = none
    ? { credentials: new Map(), problems: [] }
    : await takeCustody(credentials, parts);
  if (leases === undefined || taken.problems.length > 0) return taken;
  const names = new Map(leases.names.map((name) => [name, true]));
  const { problems } = await takeCustody(names, {
    ...parts,
    pam: leases.readerOf(parts.pam),
    custodyWaitMs: 0,
  });
  if (problems.length === 0) await leases.endOthers(parts);
  return { ...taken, problems };
}
