import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacksScript } from '../support/terminal.js';
import type { Vault } from '../vault/index.js';

let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

const SECRETS = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'];

test.skipIf(lacksScript())('on a terminal, a request of over a second is shown while it runs', async () => {
  vault.faults.add({ match: { path: /sctm/ }, times: 1, fault: { kind: 'delay', ms: 2_500 } });
  const command = `'${process.execPath}' '${COMMAND_LINE}' exec ${SECRETS[0]} '${SECRETS[1]}' -- sh -c 'echo ran'`;
  writeFileSync(join(desk.folder, 'command.sh'), command);
  const ended = await desk.spawn('script', ['-qefc', 'sh command.sh', '/dev/null'], {});
  const shown = ended.stdout.toString();
  expect(ended.code, shown).toBe(0);
  expect(shown).toMatch(/waiting for GET \/iso\/sctm\/secret \(\d s\)/);
  // The line is wiped before anything else is written.
  expect(shown.split('\r\u001b[K').at(-1)).toMatch(/KEY: ready[\s\S]*ran/);
});

test('elsewhere, waiting prints nothing', async () => {
  vault.faults.add({ match: { path: /sctm/ }, times: 1, fault: { kind: 'delay', ms: 1_500 } });
  const ended = await desk.run(['exec', ...SECRETS, '--', 'true']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).not.toContain('waiting');
});

test('--quiet prints only warnings, --debug adds the requests without any value', async () => {
  const quiet = await desk.run(['exec', '--quiet', ...SECRETS, '--', 'true']);
  expect([quiet.code, quiet.stderr]).toEqual([0, '']);
  const debug = await desk.run(['exec', '--debug', ...SECRETS, '--', 'true']);
  expect(debug.stderr).toMatch(/debug: GET \/iso\/sctm\/secret: HTTP 200, \d+ ms/);
  for (const secret of vault.secretValues()) expect(debug.stderr).not.toContain(secret);
});
