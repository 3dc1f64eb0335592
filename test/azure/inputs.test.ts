import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { connectionTo, WANTED } from '../support/azure-request.js';
import { startAzureVault } from '../support/azure-vault.js';
import type { Vault } from '../vault/index.js';

async function start(): Promise<{ vault: Vault; job: AzureJob }> {
  const vault = await startAzureVault();
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  return { vault, job };
}

describe('when inputs cannot be used', () => {
  test('main reports all bad inputs at once, in the spelling of the task, and sends nothing to the vault', async () => {
    const { vault, job } = await start();
    const bad = {
      timeout: 'soon',
      pamEndpoint: 'new',
      maskMetadata: 'perhaps',
      caCertificate: 'nowhere.pem',
    };
    const main = await job.main({ ...azureInputsFor(vault, WANTED), ...bad });
    expect(main.result).toBe('Failed');
    for (const name of Object.keys(bad)) expect(main.log).toContain(`Input "${name}" is "`);
    expect(main.log).toContain('pamEndpoint: "auto"');
    expect(main.log).not.toMatch(/pam-endpoint|ca-certificate|mask-metadata/);
    expect(vault.journal.requests).toEqual([]);
  });

  test.each([
    ['multiline', 'flatten', 'Write multiline: error (one of error, base64, file)'],
    ['outputs', 'yes', 'Write outputs: true (one of true, false)'],
  ])('rejects %s: %s', async (name, value, remedy) => {
    const { vault, job } = await start();
    const main = await job.main(azureInputsFor(vault, { ...WANTED, [name]: value }));
    expect([main.result, vault.journal.requests]).toEqual(['Failed', []]);
    expect(main.log).toContain(`INPUT_INVALID: Input "${name}" is "${value}".\n${remedy}`);
  });
});

describe('an agent that cannot carry values safely', () => {
  const percents = 'change every value that contains "%" and show it in the log';
  test.each([
    [{ DECODE_PERCENTS: 'false' }, percents],
    [{ SECRET_DECODE_PERCENTS: 'false', VSTS_SECRET_VARIABLES: '["DECODE_PERCENTS"]' }, percents],
    [{ AGENT_TEMPDIRECTORY: '' }, 'does not set AGENT_TEMPDIRECTORY'],
  ])('fails the task: %j', async (env, why) => {
    const { vault, job } = await start();
    const main = await job.main(azureInputsFor(vault, WANTED), { env: env as Record<string, string> });
    expect([main.code, main.result, vault.journal.requests]).toEqual([0, 'Failed', []]);
    expect(main.told).toContain('PLATFORM_UNSUPPORTED');
    expect(main.told).toContain(why);
  });
});

describe('the login', () => {
  test('fails if both a connection and inputs set it', async () => {
    const { vault, job } = await start();
    const main = await job.main(azureInputsFor(vault, WANTED), { connection: connectionTo(vault) });
    expect(main.result).toBe('Failed');
    expect(main.log).toContain('seguraConnection cannot be combined with url, clientId, clientSecret');
    expect(vault.journal.requests).toEqual([]);
  });

  test('fails if neither sets it', async () => {
    const { job } = await start();
    const main = await job.main(WANTED);
    expect(main.result).toBe('Failed');
    for (const name of ['url', 'clientId', 'clientSecret']) {
      expect(main.log).toContain(
        `Input "${name}" is empty.\nChoose a service connection in seguraConnection, or set ${name}.`,
      );
    }
  });

  test('fails if the connection lacks a part', async () => {
    const { vault, job } = await start();
    const { password: _password, ...connection } = connectionTo(vault);
    const main = await job.main(WANTED, { connection });
    expect([main.result, vault.journal.requests]).toEqual(['Failed', []]);
    expect(main.log).toContain('The service connection in seguraConnection has no client secret.');
  });

  test('fails if a variable of the pipeline does not exist', async () => {
    const { vault, job } = await start();
    const main = await job.main({ ...azureInputsFor(vault, WANTED), clientSecret: '$(SEGURA_SECRET)' });
    expect(main.stdout).not.toContain('SEGURA_SECRET');
    expect([main.result, vault.journal.requests]).toEqual(['Failed', []]);
    expect(main.log).toContain('Input "clientSecret" is the text $(…), because this run has no variable');
  });

  test('fails with the reason in the build of a fork', async () => {
    const { vault, job } = await start();
    const unknown = { clientId: '$(SEGURA_ID)', clientSecret: '$(SEGURA_SECRET)' };
    for (const lacking of [{ clientSecret: unknown.clientSecret }, { clientSecret: '' }, unknown]) {
      const inputs = { ...azureInputsFor(vault, WANTED), ...lacking };
      const main = await job.main(inputs, { env: { SYSTEM_PULLREQUEST_ISFORK: 'True' } });
      expect(main.result).toBe('Failed');
      expect(main.told).toContain('FORK_WITHOUT_SECRETS');
      expect(main.told).toContain("ne(variables['System.PullRequest.IsFork'], 'True')");
      expect(main.told).not.toContain('INPUT_');
    }
    expect(vault.journal.requests).toEqual([]);
  });

  test('does not mention forks if a build of a fork does get secrets', async () => {
    const { vault, job } = await start();
    const main = await job.main(azureInputsFor(vault, { secrets: 'postgres/PASSWORD > DB' }), {
      env: { SYSTEM_PULLREQUEST_ISFORK: 'True' },
    });
    expect(main.result, main.told).toBe('Succeeded');
  });
});
