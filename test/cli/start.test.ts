import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND_LINE, Desk } from '../support/command-line.js';
import { startVault, type Vault } from '../vault/index.js';

let vault: Vault;
let desk: Desk;
beforeAll(async () => {
  vault = await startVault({ dialect: 'api' });
  desk = new Desk(vault);
});
afterAll(async () => {
  desk.close();
  await vault.close();
});

/** The command line without the comment at its end, in which the rest of it stands. */
function beginning(): string {
  const whole = readFileSync(COMMAND_LINE, 'utf8');
  const at = whole.lastIndexOf('\n/* The rest of this program');
  expect(at).toBeGreaterThan(0);
  expect(at, 'the most of it is read only when it is needed').toBeLessThan(whole.length / 3);
  const path = join(desk.folder, 'beginning.mjs');
  writeFileSync(path, whole.slice(0, at));
  return path;
}

test.each([
  [['version'], 0],
  [['help'], 0],
  [['help', 'exec'], 0],
  [['check', '--secrets', 'postgres/PASSWORD > DB'], 0],
  [['check', '--secrets', 'postgres/PASSWORD >'], 1],
])('the beginning of the command line is all that %j needs', async (args, code) => {
  const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
  const [whole, part] = [await desk.run(args), await desk.spawn(node, [beginning(), ...args], {})];
  expect([part.code, part.stderr]).toEqual([code, whole.stderr]);
  expect(part.stdout.toString()).toBe(whole.stdout.toString());
});
