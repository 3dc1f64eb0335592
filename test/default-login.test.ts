import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { ACTION, Job } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

let vault: Vault;
beforeAll(async () => {
  vault = await startVault({ dialect: 'api' });
});
afterAll(() => vault.close());

describe('the action with the default login', () => {
  test('loads no file that only other settings need', async () => {
    const action = mkdtempSync(join(tmpdir(), 'segura-action-'));
    const job = new Job(action);
    onTestFinished(() => {
      job.close();
      rmSync(action, { recursive: true });
    });
    for (const name of ['package.json', 'main.js', 'post.js', 'release.js', 'undici.js'])
      copyFileSync(join(ACTION, 'dist', name), join(action, name));
    // They have to be there, and loading one would fail.
    for (const name of ['main-rest.js', 'release-rest.js', 'undici-rest.js'])
      writeFileSync(join(action, name), '');
    const main = await job.main(
      inputsFor(vault, {
        application: 'billing',
        system: 'payments',
        environment: 'production',
        secrets: 'postgres/PASSWORD > DB',
        credentials: '94 > SSH',
      }),
    );
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(main.outputs.get('SSH')).toBe(vault.password(94));
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(vault.custodies()).toEqual([]);
  });
});
