import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { startAzureVault } from './support/azure-vault.js';
import { flagsOf } from './support/break-offs.js';
import { HANG_MS, NO_HANG_MS } from './support/hang.js';
import { inputsFor } from './support/inputs.js';
import { closedPipe, fullPipe, type PipeEnd } from './support/pipes.js';
import { Job } from './support/runner.js';
import { filesWith, longSecretsOf } from './support/secret-files.js';
import { isWindows } from './support/skips.js';
import type { Vault } from './vault/index.js';

const WANTED = { secrets: 'postgres/USERNAME > path:USER', credentials: '94 > A\n96 > B' };

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  readonly tookMs: number;
}
interface Options {
  readonly stdout?: number;
  readonly nodeFlags?: readonly string[];
}
interface Client {
  readonly main: (options?: Options) => Promise<Ended>;
  readonly post: (options?: Options) => Promise<Ended>;
  readonly files: () => readonly { readonly path: string; readonly bytes: Buffer }[];
}

const CLIENTS: Record<string, (vault: Vault) => Client> = {
  'the action': (vault) => {
    const job = new Job();
    onTestFinished(() => job.close());
    const inputs = inputsFor(vault, WANTED);
    return {
      main: (options) => job.main(inputs, options),
      post: (options) => job.post(inputs, options),
      files: () => job.leftBehind(),
    };
  },
  'the Azure task': (vault) => {
    const job = new AzureJob();
    onTestFinished(() => job.close());
    const inputs = azureInputsFor(vault, WANTED);
    return {
      main: (options) => job.main(inputs, options),
      post: (options) => job.post(inputs, options),
      files: () => job.files(),
    };
  },
};

async function start(name: string): Promise<{ vault: Vault; client: Client }> {
  const vault = await startAzureVault();
  onTestFinished(() => vault.close());
  const client = (CLIENTS[name] as (typeof CLIENTS)[string])(vault);
  return { vault, client };
}

function during(pipe: PipeEnd): number {
  onTestFinished(() => pipe.close());
  return pipe.descriptor;
}

describe.skipIf(isWindows()).each(Object.keys(CLIENTS))('%s', (name) => {
  test('takes nothing when no one reads what main prints', async () => {
    const { vault, client } = await start(name);
    const main = await client.main({ stdout: during(closedPipe()) });
    expect([main.stderr, vault.everTaken(), vault.custodies()]).toEqual(['', [], []]);
    expect(filesWith(longSecretsOf(vault), client.files())).toEqual([]);
  });

  test('releases when no one reads what post prints', async () => {
    const { vault, client } = await start(name);
    expect((await client.main()).code).toBe(0);
    expect(vault.custodies().length).toBe(2);
    const post = await client.post({ stdout: during(closedPipe()) });
    expect([post.code, post.stderr, vault.custodies()]).toEqual([0, '', []]);
  });

  test('ends in time although a reader is stuck', async () => {
    const { vault, client } = await start(name);
    expect((await client.main()).code).toBe(0);
    vault.faults.add({ match: { path: /custody/ }, times: 9, fault: { kind: 'delay', ms: HANG_MS } });
    const post = await client.post({ stdout: during(fullPipe()), nodeFlags: flagsOf('time runs out') });
    expect(post.code).toBe(0);
    // One second until the limit, one for the last lines.
    expect(post.tookMs).toBeLessThan(NO_HANG_MS);
  });
});
