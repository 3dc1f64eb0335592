import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startVault, type Vault } from '../vault/index.js';
import { COMMAND_LINE, Desk, type Ended } from './command-line.js';
import { type Ending, KILL_HOOK, killAtEach, samplePoints, type Tally } from './kills.js';
import { ACTION } from './runner.js';

const NEW = 'correct horse battery staple';
const ENV = `PORT=8080\nDB_PASSWORD='${NEW}'\n`;
const STRIPPED = 'PORT=8080\n';
/** Commands that write, as the tests of kills run them. */
export const COMMANDS = {
  put: ['secret', 'put', 'stripe', '--field', 'DB_PASSWORD=@value', '--yes'],
  migrate: ['migrate', '.env', '--identity', 'stripe', '--yes'],
  'migrate --strip': ['migrate', '.env', '--identity', 'stripe', '--strip', '--yes'],
} as const;
export type Name = keyof typeof COMMANDS;

async function withDesk<T>(operation: (desk: Desk, vault: Vault) => Promise<T>): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  const desk = new Desk(vault);
  writeFileSync(join(desk.folder, 'value'), NEW);
  writeFileSync(join(desk.folder, '.env'), ENV);
  try {
    return await operation(desk, vault);
  } finally {
    desk.close();
    await vault.close();
  }
}

/** Awaits of the bundle, from 1 on, or calls to the disk, from 0 on. */
type Hook = 'await' | 'call';

const CALL_HOOK = ['--import', join(ACTION, 'test/support/kill-at-call.mjs')];

function run(desk: Desk, name: Name, hook: Hook, at: number, countFile = ''): Promise<Ended> {
  const env =
    hook === 'call'
      ? { KILL_AT_CALL: String(at), KILL_COUNT_FILE: countFile }
      : { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: countFile };
  return desk.run(COMMANDS[name], { env, nodeFlags: hook === 'call' ? CALL_HOOK : KILL_HOOK });
}

const fieldsOf = (vault: Vault): string =>
  JSON.stringify(vault.data.secrets.find(({ identity }) => identity === 'stripe')?.data);

/** What is wrong after a kill, and after the run that follows it. */
async function tracesOf(desk: Desk, vault: Vault, name: Name, before: string): Promise<string[]> {
  const after = JSON.stringify([{ ...JSON.parse(before)[0], DB_PASSWORD: NEW }]);
  const traces: string[] = [];
  const fields = fieldsOf(vault);
  if (fields !== before && fields !== after) traces.push('the secret is neither old nor new');
  const text = readFileSync(join(desk.folder, '.env'), 'utf8');
  if (text !== ENV && (text !== STRIPPED || name !== 'migrate --strip'))
    traces.push('.env is neither old nor new');
  if (text === STRIPPED && fields !== after) traces.push('.env lost what the vault does not have');
  const again = await desk.run(COMMANDS[name]);
  if (again.code !== 0) traces.push(`the next run failed: ${again.stderr}`);
  if (fieldsOf(vault) !== after) traces.push('the next run did not finish the secret');
  if (name === 'migrate --strip' && readFileSync(join(desk.folder, '.env'), 'utf8') !== STRIPPED)
    traces.push('the next run did not finish .env');
  const holders = desk.files().filter(({ bytes }) => bytes.includes(NEW));
  const own = holders.filter(
    ({ path }) => !['value', '.env'].includes(basename(path)) && !path.includes('/backups/'),
  );
  if (own.length > 0) traces.push('the value is in a file of the command');
  return traces;
}

function killAt(at: number, name: Name, hook: Hook): Promise<Ending> {
  return withDesk(async (desk, vault) => {
    const before = fieldsOf(vault);
    const { signal } = await run(desk, name, hook, at);
    await vault.settled();
    const traces = await tracesOf(desk, vault, name, before);
    return { at, killed: signal === 'SIGKILL', taken: 0, left: 0, files: 0, traces };
  });
}

/** How many awaits, or calls to the disk, a whole run has. */
function countOf(name: Name, hook: Hook): Promise<number> {
  return withDesk(async (desk) => {
    const file = join(desk.folder, 'count');
    const ended = await run(desk, name, hook, hook === 'call' ? -1 : 0, file);
    if (ended.code !== 0) throw new Error(ended.stderr);
    return Number(readFileSync(file, 'utf8'));
  });
}

/**
 * Kills the command at so many awaits of its bundle, the HTTP client's too; after each it runs once more. A tally without bad
 * ones: the secret and the file are old or new each time, and the next run finishes both.
 */
export async function killsOf(name: Name, most: number): Promise<Tally> {
  const count = await countOf(name, 'await');
  if (count < 100) throw new Error(`only ${count} awaits were counted`);
  return killAtEach(samplePoints(count, most), (at) => killAt(at, name, 'await'), name);
}

/** The same before each call to the disk: what a command writes to files, it writes without an await. */
export async function killsAtCallsOf(name: Name): Promise<Tally> {
  const calls = Array.from({ length: await countOf(name, 'call') }, (_, at) => at);
  return killAtEach(calls, (at) => killAt(at, name, 'call'), `${name}, calls`);
}
