import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { startAzureVault } from '../support/azure-vault.js';
import { formsIn } from '../support/encodings.js';
import { longSecretsOf } from '../support/secret-files.js';
import type { Fault, Vault } from '../vault/index.js';

const EVERYTHING = {
  application: 'billing',
  system: 'payments',
  environment: 'production',
  secrets: 'postgres/* > PG_*\ndb/prod/password > DB, output:DB_OUT\nstripe/* > S_*\ntls/* > T_*',
  credentials: '94 > DEPLOY, file:deploy\n94/* > D_*\nroot@web-01 > ROOT\n1000 > B',
  multiline: 'base64',
};

/** What main and post show, print or leave of any secret of the vault, in any encoding. */
async function leaksOf(wanted: Record<string, string>, prepare: (vault: Vault) => void = () => undefined) {
  const vault = await startAzureVault();
  prepare(vault);
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const inputs = azureInputsFor(vault, wanted);
  const main = await job.main(inputs);
  const post = await job.post(inputs);
  const secrets = longSecretsOf(vault);
  const found = [
    ...faultsOf(job, main, secrets),
    ...faultsOf(job, post, secrets),
    ...job
      .files()
      .flatMap(({ path, bytes }) => formsIn(bytes, secrets).map((form) => `${path} keeps ${form}`)),
  ];
  return { main, post, found, left: vault.custodies() };
}

describe('no byte but the lines made for it holds a secret of the vault in any encoding', () => {
  test('when all goes well', async () => {
    const { main, post, found, left } = await leaksOf(EVERYTHING);
    expect([main.result, post.result], main.told).toEqual(['Succeeded', 'Succeeded']);
    expect([found, left]).toEqual([[], []]);
  });

  const faults: Record<string, Fault> = {
    'a proxy answers in HTML': { kind: 'html', status: 502, handled: true },
    'the reply is cut': { kind: 'truncated' },
    'an error comes in a reply of success': { kind: 'errorWith200' },
    'the connection breaks after the deed': { kind: 'resetAfter' },
  };
  const places = { token: /oauth2\/token/, list: /sctm\/secret/, read: /pam\/credential\/94/ };
  for (const [name, fault] of Object.entries(faults)) {
    test.each(Object.entries(places))(`when ${name} at the %s`, async (_place, path) => {
      const { main, found, left } = await leaksOf({ ...EVERYTHING, retries: '1' }, (vault) =>
        vault.faults.add({ match: { path }, times: 6, fault }),
      );
      expect([found, left], main.told).toEqual([[], []]);
      expect([main.code, main.stderr]).toEqual([0, '']);
    });
  }
});
