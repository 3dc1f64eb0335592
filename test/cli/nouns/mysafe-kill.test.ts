import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { type KilledCommand, killCommand } from '../../support/command-kills.js';
import { Desk } from '../../support/command-line.js';
import { killingMs, SAMPLE } from '../../support/kills.js';
import type { Vault } from '../../vault/index.js';

const NEW = 'correct horse battery staple';
const FIELDS = ['--username', 'bot', '--field', 'password=@value', '--yes'];
const COMMANDS = {
  create: ['mysafe', 'put', 'password:bot', ...FIELDS],
  update: ['mysafe', 'put', 'password:registry', ...FIELDS],
} as const;
type Name = keyof typeof COMMANDS;

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

const commandOf = (name: Name): KilledCommand => ({
  what: name,
  args: COMMANDS[name],
  deskOf: (vault) => new Desk(vault, vault.client('mysafe')),
  furnish: (desk) => writeFileSync(join(desk.folder, 'value'), NEW),
  killOnce: async ({ at, desk, vault, run }) => {
    const before = JSON.stringify(stored(vault, name));
    const { signal } = await run();
    await vault.settled();
    const traces = await tracesOf(desk, vault, name, before);
    return { at, killed: signal === 'SIGKILL', taken: 0, left: 0, files: 0, traces };
  },
});

test.each(Object.keys(COMMANDS) as Name[])(
  'a kill of mysafe put anywhere leaves the old or the new item, and the next run leaves one: %s',
  { timeout: killingMs(1_800_000) },
  async (name) => {
    const { kills, killed, bad } = await killCommand(commandOf(name), SAMPLE / 2);
    expect(killed).toBeGreaterThan(kills * 0.7);
    expect(bad).toEqual([]);
  },
);
