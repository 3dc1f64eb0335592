import { onTestFinished } from 'vitest';
import { AzureJob, type AzureStepResult, azureInputsFor } from '../support/azure-job.js';
import { vaultWith } from '../support/nasty.js';
import type { Vault } from '../vault/index.js';

/** A job whose main has run. */
export interface Ran {
  readonly vault: Vault;
  readonly job: AzureJob;
  readonly inputs: Record<string, string>;
  readonly main: AzureStepResult;
  readonly secrets: readonly string[];
}

/** Main with a secret `postgres` of these values in the vault, each asked for under its name; `wanted` has other inputs. */
export async function runWith(
  values: Record<string, string>,
  wanted: Record<string, string> = {},
): Promise<Ran> {
  const vault = await vaultWith(values);
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const secrets = Object.keys(values).map((name) => `postgres/${name} > ${name}`);
  const inputs = azureInputsFor(vault, { secrets: secrets.join('\n'), ...wanted });
  const main = await job.main(inputs);
  return { vault, job, inputs, main, secrets: Object.values(values).filter((value) => value.length >= 8) };
}
