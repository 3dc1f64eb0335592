import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { COMMAND_LINE, Desk } from '../test/support/command-line.js';
import { startVault } from '../test/vault/index.js';
import { atMost, interleave, type Line, median, told } from './figures.js';
import { NODE, runNode } from './process.js';

const MAX_BEYOND = 1.5;
const SECRETS = ['--quiet', '--secrets', 'postgres/PASSWORD > DB'];

/** What `exec -- true` takes beyond a fetch of the same, as a ratio to node doing nothing. */
export async function measureExecStart(rounds: number): Promise<Line[]> {
  const vault = await startVault({ dialect: 'api' });
  const desk = new Desk(vault);
  const nowhere = openSync(devNull, 'w');
  const times = { bare: [] as number[], fetch: [] as number[], exec: [] as number[] };
  const run = async (args: readonly string[], into: number[]): Promise<void> => {
    const startedMs = performance.now();
    const child = spawn(NODE, [COMMAND_LINE, ...args], {
      cwd: desk.folder,
      env: desk.env,
      // `ignore` opens the null device for both ways, as Node does for a closed descriptor: export refuses that.
      stdio: ['ignore', nowhere, 'ignore'],
    });
    const code = await new Promise((done) => child.once('exit', done));
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
    into.push(performance.now() - startedMs);
  };
  try {
    await interleave(rounds, [
      async () => {
        times.bare.push((await runNode(['-e', '0'])).tookMs);
      },
      () => run(['export', '--format', 'sh', ...SECRETS], times.fetch),
      () => run(['exec', ...SECRETS, '--', 'true'], times.exec),
    ]);
  } finally {
    desk.close();
    closeSync(nowhere);
    await vault.close();
  }
  // The first round warms the file cache.
  const [bareMs, fetchMs, execMs] = [times.bare, times.fetch, times.exec].map((each) =>
    median(each.slice(1)),
  );
  const beyondMs = (execMs ?? 0) - (fetchMs ?? 0);
  return [
    told('node -e 0', '1.00', `${(bareMs ?? 0).toFixed(1)} ms`),
    told(
      'export of the same',
      ((fetchMs ?? 0) / (bareMs ?? 1)).toFixed(2),
      `${(fetchMs ?? 0).toFixed(1)} ms`,
    ),
    atMost('exec -- true, beyond it', beyondMs / (bareMs ?? 1), MAX_BEYOND, `${beyondMs.toFixed(1)} ms`),
  ];
}
