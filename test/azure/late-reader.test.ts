import { generateKeyPairSync } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { vaultWith } from '../support/nasty.js';
import { filesWith, longSecretsOf } from '../support/secret-files.js';

/** Its masks alone are more than a pipe holds. */
const KEY = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;

test.each([
  // Main is killed once it holds two credentials, or after this many milliseconds: it waits for its reader, and never does.
  ['only after main is gone', 3_500, 3_000, false],
  ['after a while', 1_500, 20_000, true],
])(
  'nothing that post needs is lost when the agent reads what main prints %s, and main is killed',
  async (_when, readsAfterMs, killAfterMs, reachesVault) => {
    const vault = await vaultWith({ KEY });
    const job = new AzureJob();
    onTestFinished(async () => {
      job.close();
      await vault.close();
    });
    const inputs = azureInputsFor(vault, {
      secrets: 'postgres/KEY > path:KEY',
      credentials: '94 > A\n96 > B\n1000 > C',
    });
    vault.faults.add({ match: { path: /credential\/1000/ }, fault: { kind: 'delay', ms: 20_000 } });
    const main = await job.main(inputs, {
      readsAfterMs,
      onStart: (pid) => {
        const startedMs = performance.now();
        const looking = setInterval(() => {
          if (vault.custodies().length < 2 && performance.now() - startedMs < killAfterMs) return;
          clearInterval(looking);
          process.kill(pid, 'SIGKILL');
        }, 5);
      },
    });
    expect([main.signal, vault.everTaken().length > 0]).toEqual(['SIGKILL', reachesVault]);
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
    expect(filesWith(longSecretsOf(vault), job.files())).toEqual([]);
  },
);
