import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND_LINE } from '../test/support/command-line.js';
import { inputsFor } from '../test/support/inputs.js';
import { ACTION, Job } from '../test/support/runner.js';
import { startVault } from '../test/vault/index.js';
import { atMost, interleave, type Line, median, told } from './figures.js';
import { runNode } from './process.js';

/** To a script by hand that does the same four requests. */
const MAX_FETCH = 2;
/** To `node -e 0`. */
const MAX_WITHOUT_NETWORK = 1.6;
const REQUESTS = 4;

const APPLICATION = { application: 'billing', system: 'payments', environment: 'production' } as const;
const SECRETS = 'postgres/PASSWORD > DB_PASSWORD';
const WANTED = ['--application', 'billing', '--system', 'payments', '--environment', 'production'];

/**
 * Whole processes, from start to end: one field of an application by the command line and by the action, beside a bare
 * script of node:https (bare-client.mjs), against one vault on loopback with a private CA; and commands that fetch
 * nothing, beside `node -e 0`: `check` of requests, with no vault to reach in its environment.
 */
export async function measureWholeProcess(rounds: number): Promise<Line[]> {
  const vault = await startVault({ dialect: 'api' });
  const folder = mkdtempSync(join(tmpdir(), 'segura-bench-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, vault.caCertificate);
  const { clientId, clientSecret } = vault.clients.ci;
  const env = {
    SENHASEGURA_URL: vault.url,
    SENHASEGURA_CLIENT_ID: clientId,
    SENHASEGURA_CLIENT_SECRET: clientSecret,
    SENHASEGURA_CA_CERTIFICATE: ca,
  };
  const times = new Map<string, number[]>();
  const note = (what: string, tookMs: number): void => {
    times.set(what, [...(times.get(what) ?? []), tookMs]);
  };
  const node =
    (what: string, args: readonly string[], requests: number, given = env as Record<string, string>) =>
    async (): Promise<void> => {
      vault.journal.clear();
      const { code, tookMs } = await runNode(args, given);
      const asked = vault.journal.requests.length;
      if (code !== 0 || asked !== requests)
        throw new Error(`${what} ended with ${code} after ${asked} requests`);
      note(what, tookMs);
    };
  const cli = (what: string, args: readonly string[], requests = 0) =>
    node(what, [COMMAND_LINE, ...args], requests);
  const main = async (): Promise<void> => {
    const job = new Job();
    const wanted = { ...APPLICATION, secrets: SECRETS, 'ca-certificate': ca };
    vault.journal.clear();
    const { code, log, tookMs } = await job.main(inputsFor(vault, wanted), { env: { RUNNER_DEBUG: '' } });
    job.close();
    if (code !== 0 || vault.journal.requests.length !== REQUESTS) throw new Error(log);
    note('main', tookMs);
  };
  try {
    await interleave(rounds, [
      node('bare', [join(ACTION, 'bench/bare-client.mjs')], REQUESTS),
      cli('export', ['export', '--format', 'sh', '--secrets', SECRETS, ...WANTED], REQUESTS),
      main,
      node('node', ['-e', '0'], 0),
      cli('version', ['version']),
      cli('help', ['help']),
      node('check', [COMMAND_LINE, 'check', '--secrets', SECRETS, ...WANTED], 0, {}),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
    await vault.close();
  }
  // The first round warms the file cache.
  const medianMs = (what: string): number => median((times.get(what) ?? []).slice(1));
  const line = (what: string, name: string, beside: string, most: number): Line =>
    atMost(what, medianMs(name) / medianMs(beside), most, `${medianMs(name).toFixed(1)} ms`);
  return [
    told('a bare script of node:https, 4 requests', '1.00', `${medianMs('bare').toFixed(1)} ms`),
    line('export, 4 requests', 'export', 'bare', MAX_FETCH),
    line('main, 4 requests', 'main', 'bare', MAX_FETCH),
    told('node -e 0', '1.00', `${medianMs('node').toFixed(1)} ms`),
    line('version', 'version', 'node', MAX_WITHOUT_NETWORK),
    line('help', 'help', 'node', MAX_WITHOUT_NETWORK),
    line('check', 'check', 'node', MAX_WITHOUT_NETWORK),
  ];
}
