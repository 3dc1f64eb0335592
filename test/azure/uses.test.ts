import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor, TASK } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { startAzureVault } from '../support/azure-vault.js';
import { longSecretsOf } from '../support/secret-files.js';
import type { Vault } from '../vault/index.js';

async function started() {
  const vault = await startAzureVault();
  const first = new AzureJob();
  const second = new AzureJob(TASK, first);
  onTestFinished(async () => {
    first.close();
    await vault.close();
  });
  return { vault, first, second, inputs: (wanted: Record<string, string>) => azureInputsFor(vault, wanted) };
}

const heldIn = (vault: Vault): string[] => vault.custodies().map(({ credentialId }) => credentialId);

describe('the state of the task', () => {
  test('releases what main took, whatever the inputs have become through a variable of a later step', async () => {
    const { vault, first, inputs } = await started();
    const main = await first.main(inputs({ credentials: '94 > A\n96 > B' }));
    expect(main.result, main.told).toBe('Succeeded');
    for (const given of [{}, inputs({ clientSecret: 'set-by-a-later-step', url: 'https://127.0.0.1:9' })]) {
      const post = await first.post({ ...given, releaseFailure: 'fail' });
      expect([post.code, post.result, heldIn(vault)], post.told).toEqual([0, 'Succeeded', []]);
    }
  });

  test('is a secret that is hidden before it is set, and shows no login in any line', async () => {
    const { vault, first, inputs } = await started();
    const main = await first.main(inputs({ credentials: '94 > A' }));
    const set = main.commands.findIndex(({ event }) => event === 'settaskvariable');
    const { data, properties } = main.commands[set] ?? { data: '', properties: new Map() };
    const login = /"login":"([\w-]+)"/.exec(data)?.[1] ?? '';
    expect([login.length > 30, properties.get('issecret')]).toEqual([true, 'true']);
    expect(
      main.commands.slice(0, set).some((each) => each.event === 'setsecret' && each.data === login),
    ).toBe(true);
    expect(main.log).not.toContain(login);
    expect(faultsOf(first, main, longSecretsOf(vault))).toEqual([]);
    const post = await first.post({});
    expect(faultsOf(first, post, longSecretsOf(vault))).toEqual([]);
    expect(first.files().filter(({ bytes }) => bytes.includes(login))).toEqual([]);
  });
});

describe('two steps of one job', () => {
  test('hold one credential until the last one ends', async () => {
    const { vault, first, second, inputs } = await started();
    await first.main(inputs({ credentials: '94 > A' }));
    await second.main(inputs({ credentials: '94 > B\n96 > C' }));
    const later = await second.post({});
    expect([later.result, heldIn(vault)], later.told).toEqual(['Succeeded', ['94']]);
    expect(later.told).toContain('custody of 94 stays');
    const last = await first.post({});
    expect([last.result, heldIn(vault)], last.told).toEqual(['Succeeded', []]);
  });

  test('the one that fails, and is tried again, releases only what it added itself', async () => {
    const { vault, first, second, inputs } = await started();
    await first.main(inputs({ credentials: '94 > A' }));
    for (const _try of [1, 2]) {
      const failed = await second.main(inputs({ credentials: '94/NO_SUCH > B\n96 > C' }));
      expect([failed.result, heldIn(vault)], failed.told).toEqual(['Failed', ['94']]);
    }
    await second.main(inputs({ credentials: '94 > B\n96 > C' }));
    await second.post({});
    expect(heldIn(vault)).toEqual(['94']);
    await first.post({});
    expect(heldIn(vault)).toEqual([]);
    expect(
      vault.journal.lines().filter((line) => line.startsWith('DELETE') && line.endsWith('/94')).length,
    ).toBe(1);
  });

  /** A first try that fails, cannot release 94, and so leaves it in the state and in the account of the job. */
  async function failedTry(vault: Vault, first: AzureJob, inputs: Record<string, string>): Promise<void> {
    const fault = { kind: 'businessError', code: 1_009 } as const;
    vault.faults.add({ match: { method: 'DELETE', path: /custody\/94/ }, times: 1, fault });
    const failed = await first.main({ ...inputs, credentials: '94/NO_SUCH > A' });
    expect([failed.result, heldIn(vault)], failed.told).toEqual(['Failed', ['94']]);
  }

  test.each([
    ['takes the credential again', { credentials: '94 > A' }, true, 'Succeeded'],
    ['takes another credential', { credentials: '96 > A' }, true, 'Succeeded'],
    ['fails before it takes anything', { credentials: 'no such line' }, false, 'Failed'],
  ] as const)(
    'the one that is tried again while the account is locked keeps no custody of a later one: it %s',
    async (_what, wanted, isUnlocked, result) => {
      const { vault, first, second, inputs } = await started();
      await failedTry(vault, first, inputs({}));
      const uses = join(first.temp, 'segura-secrets-uses');
      mkdirSync(uses, { recursive: true });
      // Held by a process that lives: this one.
      writeFileSync(join(uses, 'lock'), String(process.pid));
      const unlock = (): void => rmSync(join(uses, 'lock'), { force: true });
      const watching = setInterval(() => {
        const tries = vault.journal
          .lines()
          .filter((line) => line === 'DELETE /api/pam/credential/custody/94');
        if (isUnlocked && tries.length > 1) unlock();
      }, 1);
      const again = await first.main(inputs(wanted));
      clearInterval(watching);
      unlock();
      expect(again.result, again.told).toBe(result);
      await second.main(inputs({ credentials: '94 > B' }));
      const posts = [await second.post({}), await first.post({})];
      expect(heldIn(vault), posts.map(({ told }) => told).join('\n')).toEqual([]);
    },
  );
});
