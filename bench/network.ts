import { startDelayingRelay } from '../test/support/delaying-relay.js';
import { inputsFor } from '../test/support/inputs.js';
import { Job } from '../test/support/runner.js';
import { startVault, type Vault } from '../test/vault/index.js';
import { interleave, type Line, median } from './figures.js';
import { FLOWS, type Flow } from './flows.js';

const ROUND_TRIPS_MS = [0, 20, 50];
/** Judged where the network outweighs the machine. */
const JUDGED_MS = 50;
const MAX_RATIO = 1.2;

interface Sample {
  readonly networkMs: number;
  readonly processMs: number;
  readonly requests: number;
  readonly connections: number;
}

interface Case {
  readonly flow: Flow;
  readonly roundTripMs: number;
  readonly samples: Sample[];
}

/** From the first SYN to the last byte of whole runs of main, over lines of several lengths. */
export async function measureNetwork(rounds: number): Promise<Line[]> {
  const vault = await startVault({ dialect: 'api' });
  try {
    const cases: Case[] = FLOWS.flatMap((flow) =>
      ROUND_TRIPS_MS.map((roundTripMs) => ({ flow, roundTripMs, samples: [] })),
    );
    await interleave(
      rounds,
      cases.map((each) => async () => {
        each.samples.push(await runOnce(vault, each));
      }),
      0,
    );
    return cases.flatMap(linesOf);
  } finally {
    await vault.close();
  }
}

async function runOnce(vault: Vault, { flow, roundTripMs }: Case): Promise<Sample> {
  const relay = await startDelayingRelay(vault.port, roundTripMs);
  const job = new Job();
  try {
    vault.journal.clear();
    const inputs = inputsFor(vault, { ...flow.wanted, url: `https://127.0.0.1:${relay.port}` });
    const { code, log, tookMs } = await job.main(inputs);
    if (code !== 0) throw new Error(`${flow.name} failed:\n${log}`);
    const { firstAcceptMs, lastByteMs, connections } = relay.record();
    return {
      networkMs: lastByteMs - firstAcceptMs,
      processMs: tookMs,
      requests: vault.journal.requests.length,
      connections,
    };
  } finally {
    job.close();
    await relay.close();
    await vault.settled();
    for (const { credentialId, holder } of vault.custodies()) vault.releaseBy(credentialId, holder);
  }
}

function linesOf({ flow, roundTripMs, samples }: Case): Line[] {
  const networkMs = median(samples.map((sample) => sample.networkMs));
  const processMs = median(samples.map((sample) => sample.processMs));
  const ratio = networkMs / (flow.roundTrips * roundTripMs);
  const isJudged = roundTripMs === JUDGED_MS;
  const requests = most(samples.map((sample) => sample.requests));
  const connections = most(samples.map((sample) => sample.connections));
  const isExact =
    samples.every((sample) => sample.requests === flow.requests) && connections <= flow.mostConnections;
  const time: Line = {
    what: `${flow.name}, ${roundTripMs} ms`,
    value: roundTripMs === 0 ? '' : ratio.toFixed(2),
    goal: isJudged ? `at most ${MAX_RATIO.toFixed(2)}` : '',
    met: isJudged ? ratio <= MAX_RATIO : undefined,
    beside: `${networkMs.toFixed(0)} ms of network for ${flow.roundTrips} round trips, ${processMs.toFixed(0)} ms in all`,
  };
  if (!isJudged && isExact) return [time];
  return [
    time,
    {
      what: '  requests, connections',
      value: `${requests}, ${connections}`,
      goal: `${flow.requests}, at most ${flow.mostConnections}`,
      met: isExact,
      exact: true,
    },
  ];
}

function most(values: readonly number[]): number {
  return Math.max(...values);
}
