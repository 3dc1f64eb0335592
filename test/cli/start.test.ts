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

/** What the most of the file may be that is needed with so many later parts. */
const SHARES = [0.05, 0.2, 0.55, 0.6];

/** The command line without the comments at its end, in which its later parts stand, but for the first `count` of them. */
function beginning(count: number): string {
  const whole = readFileSync(COMMAND_LINE, 'utf8');
  const at = whole.lastIndexOf(`\n/* A part of this program, compiled when it is needed, ${count + 1}:`);
  expect(at).toBeGreaterThan(0);
  expect(at, 'the most of it is read only when it is needed').toBeLessThan(
    whole.length * (SHARES[count] ?? 0),
  );
  const path = join(desk.folder, 'beginning.mjs');
  writeFileSync(path, whole.slice(0, at));
  return path;
}

test.each([
  [['version'], 0, 0],
  [['help'], 0, 0],
  [['help', 'exec'], 0, 0],
  [['exec', '--help'], 0, 0],
  [['help', 'such'], 2, 1],
  [['check', '--secrets', 'postgres/PASSWORD > DB'], 0, 1],
  [['check', '--secrets', 'postgres/PASSWORD >'], 1, 1],
  [['export', '--format', 'sh', '--secrets', 'postgres/PASSWORD > DB'], 0, 2],
  [['exec', '--secrets', 'postgres/PASSWORD > DB', '--', 'true'], 0, 3],
])('the beginning of the command line is all that %j needs', async (args, code, count) => {
  const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
  const [whole, part] = [await desk.run(args), await desk.spawn(node, [beginning(count), ...args], {})];
  expect([part.code, part.stderr]).toEqual([code, whole.stderr]);
  expect(part.stdout.toString()).toBe(whole.stdout.toString());
});
