import { inputsFor } from '../test/support/inputs.js';
import { Job } from '../test/support/runner.js';
import { sampleData, startVault, type Vault } from '../test/vault/index.js';
import { interleave, type Line, median } from './figures.js';

const SECRETS = 5_000;
const WANTED = 3;
const MAX_RATIO = 1.5;

/** Whole runs of main for three secrets, where the vault lists three and where it lists thousands, in turns. */
export async function measureListing(rounds: number): Promise<Line[]> {
  const cases = await Promise.all(
    [WANTED, SECRETS].map(async (count) => ({ vault: await vaultWith(count), samples: [] as number[] })),
  );
  try {
    await interleave(
      rounds,
      cases.map(({ vault, samples }) => async () => {
        samples.push(await runOnce(vault));
      }),
      1,
    );
    const [few = 0, many = 0] = cases.map(({ samples }) => median(samples));
    return [
      {
        what: `${WANTED} of ${SECRETS.toLocaleString('en')} listed secrets`,
        value: (many / few).toFixed(2),
        goal: `at most ${MAX_RATIO.toFixed(2)}`,
        met: many / few <= MAX_RATIO,
        beside: `${many.toFixed(0)} ms, to ${few.toFixed(0)} ms of ${WANTED} listed`,
      },
    ];
  } finally {
    await Promise.all(cases.map(({ vault }) => vault.close()));
  }
}

async function vaultWith(count: number): Promise<Vault> {
  const data = sampleData();
  const [first] = data.secrets;
  if (first === undefined) throw new Error('The sample has no secret.');
  data.secrets = Array.from({ length: count }, (_, index) => ({
    ...first,
    id: 10_000 + index,
    identity: `service-${index}/production`,
    data: [{ USERNAME: `user-${index}`, PASSWORD: `bench-password-${index}`, PORT: '5432' }],
  }));
  const vault = await startVault({ dialect: 'api', data });
  vault.authorization('ci').secretIds = data.secrets.map(({ id }) => id);
  return vault;
}

async function runOnce(vault: Vault): Promise<number> {
  const job = new Job();
  try {
    const secrets = Array.from(
      { length: WANTED },
      (_, index) => `"service-${index}/production"/PASSWORD > BENCH_${index}`,
    );
    const { code, log, tookMs } = await job.main(inputsFor(vault, { secrets: secrets.join('\n') }));
    if (code !== 0) throw new Error(`${WANTED} of the listing failed:\n${log}`);
    return tookMs;
  } finally {
    job.close();
  }
}
