import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_LINE, Desk } from '../test/support/command-line.js';
import { ACTION } from '../test/support/runner.js';
import { sampleData, startVault, type VaultData } from '../test/vault/index.js';
import { interleave, type Line, median, told } from './figures.js';
import { type LogFile, writeLog } from './log-file.js';
import { NODE } from './process.js';

const PRELOAD = ['--import', join(ACTION, 'bench/peak-memory.mjs')];
const COUNTS = [10, 100, 1_000];
const JUDGED_COUNT = 100;
const MAX_RATIO = 2;
const MAX_MEMORY_COUNT = 1_000;
const MAX_MEMORY_MB = 200;
/** Below, starting and fetching take longer than the output does. */
const MIN_JUDGED_BYTES = 512 * 1_024 * 1_024;
/** What anyone would write who only passes the output of a command on. */
const PLAIN = `
const child = require('node:child_process').spawn('cat', [process.argv[1]], { stdio: ['ignore', 'pipe', 'inherit'] });
child.stdout.on('data', (chunk) => {
  if (process.stdout.write(chunk)) return;
  child.stdout.pause();
  process.stdout.once('drain', () => child.stdout.resume());
});`;

interface Case {
  /** Secrets that are hidden; 0 is plain Node. */
  readonly count: number;
  readonly times: number[];
  readonly peaks: number[];
}

/** How much longer the output of a command takes through exec than through plain Node, and how much memory it needs. */
export async function measureRedaction(rounds: number, bytes: number): Promise<Line[]> {
  const secrets = Array.from({ length: Math.max(...COUNTS) }, randomSecret);
  const vault = await startVault({ dialect: 'api', data: dataWith(secrets) });
  const desk = new Desk(vault);
  const path = join(desk.folder, 'log');
  try {
    const log = writeLog(path, bytes, secrets.slice(0, Math.min(...COUNTS)));
    const cases: Case[] = [0, ...COUNTS].map((count) => ({ count, times: [], peaks: [] }));
    await interleave(
      rounds,
      cases.map((each) => async () => runOnce(each, path, log, desk)),
      1,
    );
    return linesOf(cases, log);
  } finally {
    desk.close();
    await vault.close();
  }
}

function randomSecret(): string {
  const length = randomInt(16, 41);
  return Array.from({ length }, () => String.fromCharCode(randomInt(0x21, 0x7f))).join('');
}

/** The sample, with a secret of each size for the authorization of the runners. */
function dataWith(secrets: readonly string[]): VaultData {
  const data = sampleData();
  const template = data.secrets[0];
  const authorization = data.authorizations.find(({ name }) => name === 'ci');
  if (template === undefined || authorization === undefined) throw new Error('the sample has changed');
  for (const count of COUNTS) {
    const rows = Object.fromEntries(secrets.slice(0, count).map((secret, at) => [`FIELD_${at}`, secret]));
    const id = 10_000 + count;
    data.secrets.push({ ...template, id, name: `bench-${count}`, identity: `bench-${count}`, data: [rows] });
    authorization.secretIds.push(id);
  }
  return data;
}

async function runOnce({ count, times, peaks }: Case, path: string, log: LogFile, desk: Desk): Promise<void> {
  const args = ['exec', '--secrets', `bench-${count}/* > BENCH_*`, '--', 'cat', path];
  const script = count === 0 ? ['-e', PLAIN, path] : [COMMAND_LINE, ...args];
  const peakFile = join(desk.folder, 'peak');
  const startedMs = performance.now();
  const child = spawn(NODE, [...PRELOAD, ...script], {
    cwd: desk.folder,
    env: { ...desk.env, PEAK_MEMORY_FILE: peakFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let messages = '';
  let bytes = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    messages += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  times.push(performance.now() - startedMs);
  peaks.push(Number(readFileSync(peakFile, 'utf8')) * 1_024);
  const wanted = count === 0 ? log.bytes : log.bytesHidden;
  if (code !== 0 || bytes !== wanted) {
    throw new Error(`exec ended with ${code} after ${bytes} bytes, not ${wanted}:\n${messages}`);
  }
}

function linesOf(cases: readonly Case[], log: LogFile): Line[] {
  // The first round warms the file cache.
  const ms = ({ times }: Case): number => median(times.slice(1));
  const plainMs = Math.max(1, ...cases.filter(({ count }) => count === 0).map(ms));
  return cases.map((each) => {
    const { count, peaks } = each;
    const megabytes = Math.max(...peaks) / 1e6;
    const speed = `${ms(each).toFixed(0)} ms, ${(log.bytes / ms(each) / 1e6).toFixed(2)} GB/s, peak ${megabytes.toFixed(0)} MB`;
    if (count === 0) return told('plain Node', '1.00', speed);
    const ratio = ms(each) / plainMs;
    const line = told(`exec, ${count} secrets`, ratio.toFixed(2), speed);
    const isTime = count === JUDGED_COUNT && log.bytes >= MIN_JUDGED_BYTES;
    if (isTime) return { ...line, goal: `at most ${MAX_RATIO.toFixed(2)}`, met: ratio <= MAX_RATIO };
    if (count !== MAX_MEMORY_COUNT) return line;
    return { ...line, goal: `peak under ${MAX_MEMORY_MB} MB`, met: megabytes < MAX_MEMORY_MB };
  });
}
