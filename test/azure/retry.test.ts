import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seal } from '../../src/core/custody/seal.js';
import { openCarried } from '../../src/core/custody/unseal.js';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { startAzureVault } from '../support/azure-vault.js';
import { openAzureWay } from '../support/azure-ways.js';
import { longSecretsOf } from '../support/secret-files.js';
import { issueCertificates } from '../vault/certificate.js';
import type { Vault } from '../vault/index.js';

const WANTED = {
  secrets: 'postgres/PASSWORD > DB, file:db.txt',
  credentials: '94 > A\n96 > B',
};

interface Started {
  readonly vault: Vault;
  readonly job: AzureJob;
  readonly inputs: Record<string, string>;
}

async function start(): Promise<Started> {
  const vault = await startAzureVault();
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  return { vault, job, inputs: azureInputsFor(vault, WANTED) };
}

/** A first try that is killed once it holds both credentials, and so leaves them in the state alone. */
async function killedTry({ vault, job, inputs }: Started): Promise<void> {
  vault.faults.add({ match: { path: /credential\/1000/ }, fault: { kind: 'delay', ms: 20_000 } });
  const credentials = `${WANTED.credentials}\n1000 > C`;
  const main = await job.main(
    { ...inputs, credentials },
    {
      onStart: (pid) => {
        const looking = setInterval(() => {
          if (vault.custodies().length < 2) return;
          clearInterval(looking);
          process.kill(pid, 'SIGKILL');
        }, 5);
      },
    },
  );
  expect([main.signal, main.result]).toEqual(['SIGKILL', 'Failed']);
  expect(vault.custodies().length).toBe(2);
}

describe('when the task is tried again', () => {
  test('main first releases what the earlier try holds, and then takes its own', async () => {
    const started = await start();
    const { vault, job, inputs } = started;
    await killedTry(started);
    const main = await job.main({ ...inputs, credentials: '96 > B' });
    expect(main.result, main.told).toBe('Succeeded');
    expect(main.told).toContain('An earlier attempt of this step left custody or files behind');
    expect(main.told).toContain('released custody of 94');
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['96']);
    expect(faultsOf(job, main, longSecretsOf(vault))).toEqual([]);
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
  });

  test('the files of the earlier try are gone before they are written again', async () => {
    const { job, inputs } = await start();
    const first = await job.main(inputs);
    expect(first.result, first.told).toBe('Succeeded');
    const second = await job.main(inputs);
    expect(second.result, second.told).toBe('Succeeded');
    expect(second.told).not.toContain('FILE_REFUSED');
    const post = await job.post(inputs);
    expect(post.result, post.told).toBe('Succeeded');
    expect(existsSync(join(job.workspace, 'db.txt'))).toBe(false);
  });

  test('a secret file of the earlier try that main could not remove is removed in post', async () => {
    const { job, inputs } = await start();
    const [folder, aside] = [join(job.workspace, 'keys'), join(job.workspace, 'aside')];
    mkdirSync(folder);
    const first = await job.main({ ...inputs, secrets: 'postgres/PASSWORD > file:keys/db.txt' });
    expect([first.result, existsSync(join(folder, 'db.txt'))], first.told).toEqual(['Succeeded', true]);
    renameSync(folder, aside);
    symlinkSync(folder, folder);
    const second = await job.main({ ...inputs, secrets: 'postgres/PASSWORD > DB' });
    expect(second.result, second.told).toMatch(/Succeeded/);
    expect(second.told).toContain('could not be removed (ELOOP)');
    rmSync(folder);
    renameSync(aside, folder);
    const post = await job.post(inputs);
    expect([post.code, existsSync(join(folder, 'db.txt'))], post.told).toEqual([0, false]);
  });

  test('the key of an earlier try that took nothing is gone', async () => {
    const { vault, inputs } = await openAzureWay('oauth1');
    const job = new AzureJob();
    onTestFinished(async () => {
      job.close();
      await vault.close();
    });
    const keys = (): string[] =>
      readdirSync(job.temp).filter((name) => name.startsWith('segura-secrets-key-'));
    vault.faults.add({ match: {}, times: 1, fault: { kind: 'delay', ms: 20_000 } });
    const wanted = { ...inputs, credentials: '94 > A' };
    const killed = await job.main(wanted, {
      onStart: (pid) => {
        const looking = setInterval(() => {
          if (vault.journal.requests.length === 0) return;
          clearInterval(looking);
          process.kill(pid, 'SIGKILL');
        }, 5);
      },
    });
    expect([killed.signal, keys().length]).toEqual(['SIGKILL', 1]);
    // As if it had been killed just before it recorded what it asks for.
    const saved = job.agent.taskVariables.get('segura_ledger');
    if (saved === undefined) throw new Error('nothing was saved');
    const value = seal({ ...openCarried(saved.value), custody: [], files: [] }, undefined);
    job.agent.taskVariables.set('segura_ledger', { ...saved, value });
    const main = await job.main(wanted);
    expect([main.result, keys().length], main.told).toEqual(['Succeeded', 1]);
    expect(main.told).not.toContain('An earlier attempt');
    const post = await job.post(wanted);
    expect([post.result, keys(), vault.custodies()], post.told).toEqual(['Succeeded', [], []]);
  });

  test('the key and the CA file of an earlier try that main could not remove go with post', async () => {
    const { vault, inputs } = await openAzureWay('oauth1');
    const job = new AzureJob();
    onTestFinished(async () => {
      job.close();
      await vault.close();
    });
    const others = Array.from({ length: 150 }, () => issueCertificates('valid', '127.0.0.1').ca).join('');
    const caCertificate = join(job.folder, 'all.pem');
    writeFileSync(caCertificate, others + vault.caCertificate);
    const [next, aside] = [join(job.folder, 'next'), join(job.folder, 'aside')];
    mkdirSync(next);
    const kept = (folder: string): number =>
      readdirSync(folder).filter((name) => /^segura-secrets-(key|ca)-/.test(name)).length;
    const wanted = { ...inputs, caCertificate, credentials: '94 > A' };
    const first = await job.main({ ...wanted, custodyRelease: 'false' });
    expect([first.result, kept(job.temp)], first.told).toEqual(['Succeeded', 2]);
    renameSync(job.temp, aside);
    symlinkSync(job.temp, job.temp);
    const second = await job.main(wanted, { env: { AGENT_TEMPDIRECTORY: next } });
    expect([second.result, kept(next)], second.told).toEqual(['Succeeded', 2]);
    expect(second.told.match(/could not be removed \(ELOOP\)/g)).toHaveLength(2);
    rmSync(job.temp);
    renameSync(aside, job.temp);
    const post = await job.post(wanted, { env: { AGENT_TEMPDIRECTORY: next } });
    expect([post.result, kept(job.temp), kept(next), vault.custodies()], post.told).toEqual([
      'Succeeded',
      0,
      0,
      [],
    ]);
  });

  test('outputs are set again', async () => {
    const { job, inputs } = await start();
    for (const _try of [1, 2]) {
      const main = await job.main({ ...inputs, outputs: 'true' });
      expect([main.result, job.agent.refused], main.told).toEqual(['Succeeded', []]);
    }
    expect(job.agent.value('segura.DB')).not.toBeUndefined();
  });

  test('nothing new is taken while releasing fails, and post still knows what is held', async () => {
    const started = await start();
    const { vault, job, inputs } = started;
    await killedTry(started);
    const fault = { kind: 'businessError', code: 1_009 } as const;
    vault.faults.add({ match: { path: /custody\/94/ }, times: 1, fault });
    const main = await job.main(inputs);
    expect([main.code, main.result]).toEqual([0, 'Failed']);
    expect(main.told).toContain('RELEASE_FAILED: Custody of 94');
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
  });

  test('a state that is not ours stops the try, and stays as it is', async () => {
    const { vault, job, inputs } = await start();
    const state = { name: 'segura_ledger', value: 'x.{}', isSecret: false, isReadOnly: false };
    job.agent.taskVariables.set('segura_ledger', state);
    const main = await job.main(inputs);
    expect([main.code, main.result, vault.journal.requests]).toEqual([0, 'Failed', []]);
    expect(main.told).toContain('STATE_INVALID');
    expect(job.agent.taskVariables.get('segura_ledger')?.value).toBe('x.{}');
  });
});
