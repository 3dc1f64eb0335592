import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { startVault } from './vault/index.js';

describe('a credential in the custody of another client', () => {
  test('fails by name when there is no wait, and other custody is released', async () => {
    const vault = await startVault({ dialect: 'api' });
    vault.holdBy('95', 'a person');
    const job = new Job();
    const main = await job.main(inputsFor(vault, { credentials: '94 > A\n95 > B' }));
    expect(main.code).toBe(1);
    expect(main.log).toContain(
      '::error title=CUSTODY_HELD::Credential 95 is in the custody of another client',
    );
    expect(main.outputs.size).toBe(0);
    expect(vault.custodies().map(({ holder }) => holder)).toEqual(['a person']);
    expect((await job.post(inputsFor(vault, {}))).code).toBe(0);
    job.close();
    await vault.close();
  });

  test('makes the job wait, holding nothing meanwhile', async () => {
    const vault = await startVault({ dialect: 'api' });
    vault.holdBy('95', 'a person');
    const job = new Job();
    let isWaiting = false;
    let freeLooks = 0;
    // Custody of 95 ends only once the job was seen to hold nothing, again and again, while it waited.
    const looking = setInterval(() => {
      if (!isWaiting || vault.custodies().some(({ credentialId }) => credentialId === '94')) return;
      freeLooks += 1;
      if (freeLooks === 50) vault.releaseBy('95', 'a person');
    }, 20);
    const main = await job.main(inputsFor(vault, { credentials: '94 > A\n95 > B', 'custody-wait': '20' }), {
      onOutput: (text) => {
        isWaiting ||= text.includes('Waiting for custody of 95, at most 20 s.');
      },
    });
    clearInterval(looking);
    expect(main.code, main.log).toBe(0);
    expect(freeLooks).toBeGreaterThanOrEqual(50);
    expect([...main.outputs.keys()]).toEqual(['A', 'B']);
    expect([...vault.everTaken()].sort()).toEqual(['94', '95']);
    await job.post(inputsFor(vault, {}));
    expect(vault.custodies()).toEqual([]);
    job.close();
    await vault.close();
  });

  test('is obtained with the settings that the error of a run with a short deadline offers', async () => {
    const vault = await startVault({ dialect: 'api' });
    vault.holdBy('95', 'a person');
    const job = new Job();
    const wanted = { credentials: '95 > B', deadline: '20' };
    const refused = await job.main(inputsFor(vault, wanted));
    const [, remedy = ''] = /title=CUSTODY_HELD::[^\n]*\n([^\n]*)/.exec(refused.log) ?? [];
    const offered = [...remedy.matchAll(/([a-z-]+): "(\d+)"/g)].map(([, name, value]) => [name, value]);
    expect(offered.length, refused.log).toBeGreaterThan(0);
    const freed = setTimeout(() => vault.releaseBy('95', 'a person'), 2_000);
    const main = await job.main(inputsFor(vault, { ...wanted, ...Object.fromEntries(offered) }));
    clearTimeout(freed);
    expect(main.code, main.log).toBe(0);
    await job.post({});
    job.close();
    await vault.close();
  });

  test('fails the job when the wait is over, and then nothing is held', async () => {
    const vault = await startVault({ dialect: 'api' });
    vault.holdBy('95', 'a person');
    const job = new Job();
    const main = await job.main(inputsFor(vault, { credentials: '94 > A\n95 > B', 'custody-wait': '2' }));
    expect(main.code).toBe(1);
    expect(main.log).toContain('title=CUSTODY_HELD');
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['95']);
    job.close();
    await vault.close();
  });
});

describe('two jobs that want the same two credentials', () => {
  const orders: Record<string, readonly [string, string]> = {
    'in opposite orders': ['94 > A\n95 > B', '95 > A\n94 > B'],
    'under different names': ['94 > A\nroot@web-01 > B', 'web-01-root > A\ndeploy@app-01 > B'],
  };
  for (const [name, [first, second]] of Object.entries(orders)) {
    test.concurrent(`${name} both get them, one after the other`, async () => {
      const vault = await startVault({ dialect: 'api' });
      const run = async (credentials: string, client = vault.clients.ci): Promise<number | null> => {
        const job = new Job();
        const inputs = inputsFor(vault, { credentials, 'custody-wait': '60', deadline: '100' }, client);
        const main = await job.main(inputs);
        const post = await job.post(inputs);
        job.close();
        return main.code === 0 && post.code === 0 ? 0 : 1;
      };
      expect(await Promise.all([run(first), run(second, vault.clients.other)])).toEqual([0, 0]);
      expect(vault.custodies()).toEqual([]);
      await vault.close();
    });
  }
});
