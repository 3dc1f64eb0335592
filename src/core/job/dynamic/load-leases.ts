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
