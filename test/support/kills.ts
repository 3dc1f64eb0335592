import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Vault } from '../vault/index.js';
import { ACTION } from './runner.js';
import { filesWith, longSecretsOf } from './secret-files.js';

/** What a process loads that is killed with SIGKILL at an await of its bundle: see kill-hook.mjs. */
export const KILL_HOOK = ['--import', join(ACTION, 'test/support/kill-hook.mjs')];

/**
 * Every kill is independent, with its own vault, so that many can wait at once. Not more: all these vaults share one event
 * loop, and a release gives up after 54 s.
 */
const limit = pLimit(12);

/** How many kills a test makes; SEGURA_TEST_KILLS says another number, and a large one is every await. */
export const SAMPLE = Number(process.env['SEGURA_TEST_KILLS'] ?? 40);

/** The time that a test of kills may take: more where SEGURA_TEST_KILLS asks for more. */
export function killingMs(ms: number): number {
  return ms * Math.max(1, Math.min(SAMPLE, 5_000) / 500);
}

/** What one kill, and what releases custody after it, came to. */
export interface Ending {
  readonly at: number;
  readonly killed: boolean;
  readonly taken: number;
  readonly left: number;
  readonly files: number;
  /** Other traces of the action or of a secret, each named. */
  readonly traces: readonly string[];
}

/** What is looked for besides. */
interface EndingParts {
  readonly files: () => readonly { readonly bytes: Buffer }[];
  /** Default: what the vault knows. */
  readonly secrets?: () => readonly string[];
  readonly traces?: () => readonly string[];
}

/** Looks at the vault and the files once the vault has carried out every request. */
export async function endingOf(
  { at, signal }: { readonly at: number; readonly signal: NodeJS.Signals | null },
  vault: Vault,
  { files, secrets = () => longSecretsOf(vault), traces = () => [] }: EndingParts,
): Promise<Ending> {
  await vault.settled();
  return {
    at,
    killed: signal === 'SIGKILL',
    taken: vault.everTaken().length + vault.everLeased().length,
    left: vault.custodies().length + vault.leases().length,
    files: filesWith(secrets(), files()).length,
    traces: traces(),
  };
}

/** So many of the awaits 1 to `count`, evenly apart and others each time; all of them when `most` is as large. */
export function samplePoints(count: number, most: number): number[] {
  const step = Math.max(1, count / most);
  const offset = Math.random() * step;
  return Array.from({ length: Math.min(count, most) }, (_, index) => Math.floor(offset + index * step) + 1);
}

/** What all the kills of a test came to. */
export interface Tally {
  readonly kills: number;
  /** In how many the process was still there to be killed. */
  readonly killed: number;
  readonly withCustody: number;
  /** Those in which custody, a secret file or another trace was left. */
  readonly bad: readonly Ending[];
}

export async function killAtEach(
  points: readonly number[],
  killAt: (at: number) => Promise<Ending>,
  what = '',
): Promise<Tally> {
  // For all tests of a file together.
  const tries = await Promise.all(points.map((at) => limit(() => killedAt(at, killAt))));
  const endings = tries.flat();
  const withCustody = endings.filter(({ taken }) => taken > 0).length;
  const bad = endings.filter(({ left, files, traces }) => left > 0 || files > 0 || traces.length > 0);
  console.log(
    what,
    points.length,
    'kills;',
    withCustody,
    'with custody taken;',
    bad.length,
    'left something',
  );
  return {
    kills: points.length,
    killed: endings.filter(({ killed }) => killed).length,
    withCustody,
    bad,
  };
}

/**
 * A kill. Beside other work a run has fewer awaits than the one in which they were counted: where it had ended before the
 * kill, another run is killed earlier.
 */
async function killedAt(at: number, killAt: (at: number) => Promise<Ending>): Promise<Ending[]> {
  const ending = await killAt(at);
  return ending.killed ? [ending] : [ending, await killAt(Math.ceil(at * 0.8))];
}
