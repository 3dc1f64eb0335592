import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND_LINE } from '../test/support/command-line.js';
import { startDelayingRelay } from '../test/support/delaying-relay.js';
import { ACTION } from '../test/support/runner.js';
import { startVault } from '../test/vault/index.js';
import { atMost, interleave, type Line, median, told } from './figures.js';
import { runNode } from './process.js';

const ENTRIES = 1_000;
const ROUND_TRIP_MS = 20;
const REQUESTS = 4;
const MAX_RATIO = 2;

/** Whole processes that move a file of 1,000 entries over a line of 20 ms, beside a script of the requests alone (bare-migration.mjs). */
export async function measureMigration(rounds: number): Promise<Line[]> {
  const vault = await startVault({ dialect: 'api' });
  const folder = mkdtempSync(join(tmpdir(), 'segura-bench-'));
  const [ca, file] = [join(folder, 'ca.pem'), join(folder, 'many.env')];
  writeFileSync(ca, vault.caCertificate);
  const lines = Array.from({ length: ENTRIES }, (_, at) => `TOKEN_${at}=value-${at}-${'x'.repeat(at % 90)}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { clientId, clientSecret } = vault.clients.ci;
  const times = { bare: [] as number[], migrate: [] as number[] };
  let most = 0;
  const run = (into: number[], args: readonly string[]) => async (): Promise<void> => {
    vault.data.secrets = vault.data.secrets.filter(({ identity }) => identity !== 'shop');
    vault.journal.clear();
    const relay = await startDelayingRelay(vault.port, ROUND_TRIP_MS);
    const env = {
      SENHASEGURA_URL: `https://127.0.0.1:${relay.port}`,
      SENHASEGURA_CLIENT_ID: clientId,
      SENHASEGURA_CLIENT_SECRET: clientSecret,
      SENHASEGURA_CA_CERTIFICATE: ca,
    };
    const { code, tookMs } = await runNode(args, env);
    await relay.close();
    most = Math.max(most, vault.journal.requests.length);
    if (code !== 0 || vault.value('shop', 'TOKEN_0') === undefined)
      throw new Error(`${args[0]} ended with ${code}`);
    into.push(tookMs);
  };
  try {
    await interleave(rounds, [
      run(times.bare, [join(ACTION, 'bench/bare-migration.mjs'), file]),
      run(times.migrate, [COMMAND_LINE, 'migrate', file, '--identity', 'shop', '--yes']),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
    await vault.close();
  }
  // The first round warms the file cache.
  const [bareMs, migrateMs] = [times.bare, times.migrate].map((each) => median(each.slice(1)));
  return [
    told('the requests alone, by node:https', '1.00', `${(bareMs ?? 0).toFixed(0)} ms`),
    atMost('migrate', (migrateMs ?? 0) / (bareMs ?? 1), MAX_RATIO, `${(migrateMs ?? 0).toFixed(0)} ms`),
    { what: '  requests', value: String(most), goal: String(REQUESTS), met: most === REQUESTS, exact: true },
  ];
}
