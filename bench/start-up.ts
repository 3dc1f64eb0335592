import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACTION } from '../test/support/runner.js';
import { atMost, interleave, type Line, median, told } from './figures.js';
import { runNode } from './process.js';

const MAX_MAIN = 2;
const MAX_POST = 1.3;
const MAX_POST_NODE_20 = 1.6;

/** What main saves before all else. */
const NOTHING = { STATE_segura_ledger: '' };

/** Start-up: main that stops at a missing input, and post with nothing to do, as ratios to node doing nothing. */
export async function measureStartUp(rounds: number, nodeMajor: number): Promise<Line[]> {
  const bare = timed(['-e', '0'], 0);
  const main = timed([join(ACTION, 'dist/main.js')], 1);
  const post = timed([join(ACTION, 'dist/post.js')], 0, NOTHING);
  await interleave(
    rounds,
    [bare, main, post].map(({ run }) => run),
  );
  const isAlone = await runsAlone();
  const bareMs = bare.medianMs();
  const line = (what: string, ms: number, most: number): Line =>
    atMost(what, ms / bareMs, most, `${ms.toFixed(1)} ms`);
  return [
    told('node -e 0', '1.00', `${bareMs.toFixed(1)} ms`),
    line('main, a missing input', main.medianMs(), MAX_MAIN),
    line('post, nothing to do', post.medianMs(), nodeMajor >= 24 ? MAX_POST : MAX_POST_NODE_20),
    {
      what: 'idle post loads no other file',
      value: isAlone ? 'yes' : 'no',
      goal: 'yes',
      met: isAlone,
      exact: true,
    },
  ];
}

function timed(
  args: readonly string[],
  wantedCode: number,
  env: Readonly<Record<string, string>> = {},
): { run: () => Promise<void>; medianMs: () => number } {
  const times: number[] = [];
  return {
    run: async () => {
      const { code, tookMs } = await runNode(args, env);
      if (code !== wantedCode)
        throw new Error(`node ${args.join(' ')} ended with ${code}, not ${wantedCode}`);
      times.push(tookMs);
    },
    // The first round warms the file cache.
    medianMs: () => median(times.slice(1)),
  };
}

/** Whether post, in a folder of its own without the files it could load, ends well when there is nothing in the state. */
async function runsAlone(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'segura-bench-'));
  try {
    copyFileSync(join(ACTION, 'dist/post.js'), join(folder, 'post.js'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const idle = await runNode([join(folder, 'post.js')], NOTHING);
    const busy = await runNode([join(folder, 'post.js')], { STATE_segura_ledger: 'x' });
    return idle.code === 0 && busy.code !== 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
