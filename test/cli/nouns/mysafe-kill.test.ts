import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMAND_LINE, Desk, type Ended } from '../../support/command-line.js';
import { type Ending, KILL_HOOK, killAtEach, killingMs, SAMPLE, samplePoints } from '../../support/kills.js';
import { startVault, type Vault } from '../../vault/index.js';

const NEW = 'correct horse battery staple';
const FIELDS = ['--username', 'bot', '--field', 'password=@value', '--yes'];
const COMMANDS = {
  create: ['mysafe', 'put', 'password:bot', ...FIELDS],
  update: ['mysafe', 'put', 'password:registry', ...FIELDS],
} as const;
type Name = keyof typeof COMMANDS;

async function withDesk<T>(operation: (desk: Desk, vault: Vault) => Promise<T>): Promise<T> {
  const vault = await startVault({ dialect: 'api' });
  const desk = new Desk(vault, vault.client('mysafe'));
  writeFileSync(join(desk.folder, 'value'), NEW);
  try {
    return await operation(desk, vault);
  } finally {
    desk.close();
    await vault.close();
  }
}

function run(desk: Desk, name: Name, at: number, countFile = ''): Promise<Ended> {
  const env = { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: countFile };
  return desk.run(COMMANDS[name], { env, nodeFlags: KILL_HOOK });
}

/** The passwords of the name that the command writes. */
const stored = (vault: Vault, name: Name): (string | undefined)[] =>
  vault.data.safe
    .filter(({ fields }) => fields['name'] === (name === 'create' ? 'bot' : 'registry'))
    .map(({ fields }) => fields['password']);

/** What is wrong after a kill, and after the run that follows it. */
async function tracesOf(desk: Desk, vault: Vault, name: Name, before: string): Promise<string[]> {
  const traces: string[] = [];
  const after = JSON.stringify([NEW]);
  if (![before, after].includes(JSON.stringify(stored(vault, name)))) traces.push('neither old nor new');
  const again = await desk.run(COMMANDS[name]);
  if (again.code !== 0) traces.push(`the next run failed: ${again.stderr}`);
  if (JSON.stringify(stored(vault, name)) !== after) traces.push('the next run did not leave one item');
  const holders = desk.files().filter(({ path, bytes }) => basename(path) !== 'value' && bytes.includes(NEW));
  if (holders.length > 0) traces.push('the value is in a file of the command');
  return traces;
}

function killAt(at: number, name: Name): Promise<Ending> {
  return withDesk(async (desk, vault) => {
    const before = JSON.stringify(stored(vault, name));
    const { signal } = await run(desk, name, at);
    await vault.settled();
    const traces = await tracesOf(desk, vault, name, before);
    return { at, killed: signal === 'SIGKILL', taken: 0, left: 0, files: 0, traces };
  });
}

test.each(Object.keys(COMMANDS) as Name[])(
  'a kill of mysafe put anywhere leaves the old or the new item, and the next run leaves one: %s',
  { timeout: killingMs(600_000) },
  async (name) => {
    const count = await withDesk(async (desk) => {
      const file = join(desk.folder, 'count');
      const ended = await run(desk, name, 0, file);
      expect(ended.code, ended.stderr).toBe(0);
      return Number(readFileSync(file, 'utf8'));
    });
    expect(count).toBeGreaterThan(100);
    const { kills, killed, bad } = await killAtEach(
      samplePoints(count, SAMPLE / 4),
      (at) => killAt(at, name),
      name,
    );
    expect(killed).toBeGreaterThan(kills * 0.7);
    expect(bad).toEqual([]);
  },
);
