import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor, TASK } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { connectionTo, WANTED } from '../support/azure-request.js';
import { startAzureVault } from '../support/azure-vault.js';
import { longSecretsOf } from '../support/secret-files.js';
import type { Vault } from '../vault/index.js';

async function start(): Promise<{ vault: Vault; job: AzureJob; secrets: string[] }> {
  const vault = await startAzureVault();
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  return { vault, job, secrets: longSecretsOf(vault) };
}

describe('a run that goes well', () => {
  test('sets secret variables, files and outputs, and post releases everything', async () => {
    const { vault, job, secrets } = await start();
    const inputs = azureInputsFor(vault, WANTED);
    const main = await job.main(inputs);
    expect([main.code, main.result, main.stderr], main.told).toEqual([0, 'Succeeded', '']);
    const { agent } = job;
    expect(agent.value('PG_PASSWORD')).toBe(vault.value('postgres', 'PASSWORD'));
    expect(agent.isSecret('PG_PASSWORD')).toBe(true);
    expect(agent.value('DEPLOY')).toBe(vault.password(94));
    expect(agent.value('segura.ONLY_OUT')).toBe(vault.value('postgres', 'PASSWORD'));
    expect([agent.isSecret('segura.ONLY_OUT'), agent.value('ONLY_OUT')]).toEqual([true, undefined]);
    const key = agent.value('TLS_KEY') ?? '';
    expect(agent.isSecret('TLS_KEY')).toBe(false);
    expect(readFileSync(key, 'utf8')).toBe(vault.value('tls', 'TLS_KEY'));
    expect([job.modeOf(key), job.modeOf(join(job.workspace, 'pw.txt'))]).toEqual([0o600, 0o600]);
    expect(main.log).toContain('\nenv:\n  PG_');
    expect(main.log).toContain('  DEPLOY: $(DEPLOY)\n');
    expect(main.log).toContain('  ONLY_OUT: $(segura.ONLY_OUT)');
    expect(faultsOf(job, main, secrets)).toEqual([]);
    expect(vault.custodies().length).toBe(2);

    const post = await job.post(inputs);
    expect([post.code, post.result, post.stderr], post.told).toEqual([0, 'Succeeded', '']);
    expect(post.log).toMatch(/^released custody of 94 after \d+ s$/m);
    expect(faultsOf(job, post, secrets)).toEqual([]);
    expect(vault.custodies()).toEqual([]);
    const left = job.files().filter(({ bytes }) => secrets.some((secret) => bytes.includes(secret)));
    expect(left).toEqual([]);
  });

  test('takes address, client and CA from a service connection', async () => {
    const { vault, job, secrets } = await start();
    const options = { connection: connectionTo(vault) };
    const main = await job.main(WANTED, options);
    expect(main.result, main.told).toBe('Succeeded');
    expect(job.agent.value('DEPLOY')).toBe(vault.password(94));
    expect(faultsOf(job, main, secrets)).toEqual([]);
    const post = await job.post(WANTED, options);
    expect(post.result, post.told).toBe('Succeeded');
    expect(faultsOf(job, post, secrets)).toEqual([]);
    expect(vault.custodies()).toEqual([]);
  });

  test('with outputs sets each variable twice, the second time as an output', async () => {
    const { vault, job, secrets } = await start();
    const main = await job.main(azureInputsFor(vault, { ...WANTED, outputs: 'true' }));
    expect(main.result, main.told).toBe('Succeeded');
    for (const name of ['DEPLOY', 'PG_PASSWORD', 'TLS_KEY']) {
      expect(job.agent.value(`segura.${name}`)).toBe(job.agent.value(name));
    }
    expect(job.agent.isSecret('segura.DEPLOY')).toBe(true);
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('prints nothing of a secret at debug level, not even the lines of the library', async () => {
    const { vault, job, secrets } = await start();
    const main = await job.main(azureInputsFor(vault, WANTED), { env: { SYSTEM_DEBUG: 'true' } });
    const debug = main.commands.filter(({ event }) => event === 'debug').map(({ data }) => data);
    expect(debug.some((line) => line.startsWith('POST /iso/oauth2/token'))).toBe(true);
    expect(debug.filter((line) => /secret|INPUT_/.test(line) && !/^GET|^POST/.test(line))).toEqual([]);
    expect(faultsOf(job, main, [...secrets, vault.clients.ci.clientSecret])).toEqual([]);
  });
});

describe('a run that fails', () => {
  test('midway releases at once what it holds, sets nothing, and names the problem', async () => {
    const { vault, job, secrets } = await start();
    const inputs = azureInputsFor(vault, { ...WANTED, credentials: `${WANTED.credentials}\n99999 > NONE` });
    const main = await job.main(inputs);
    expect([main.code, main.result], main.told).toEqual([0, 'Failed']);
    expect(main.log).toMatch(/^##\[error\]CREDENTIAL_NOT_FOUND: /m);
    expect([...job.agent.variables.keys()]).toEqual([]);
    expect(vault.custodies()).toEqual([]);
    expect(faultsOf(job, main, secrets)).toEqual([]);
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
  });
});

test('an unforeseen error shows only its kind, and the process still ends with code 0', async () => {
  const { vault, job } = await start();
  const text = 'hunter2-in-a-message';
  const hook = `data:text/javascript,setTimeout(()=>{throw new RangeError(${JSON.stringify(text.split('-'))}.join("-"))},250)`;
  vault.faults.add({ match: { path: /oauth2/ }, fault: { kind: 'delay', ms: 5_000 } });
  const main = await job.main(azureInputsFor(vault, WANTED), { nodeFlags: ['--import', hook] });
  expect([main.code, main.result, main.stderr]).toEqual([0, 'Failed', '']);
  expect(main.told).toContain('INTERNAL: An unexpected RangeError stopped the step');
  expect(main.stdout).not.toContain(text);
});

test('a task that cannot be loaded says so with a remedy and no stack, and asks the vault for nothing', async () => {
  const { vault, job } = await start();
  rmSync(job.temp, { recursive: true });
  writeFileSync(job.temp, '');
  const main = await job.main(azureInputsFor(vault, WANTED));
  expect([main.code, main.result, main.stderr, vault.journal.requests]).toEqual([0, 'Failed', '', []]);
  expect(main.told).toMatch(/^##\[error\]PLATFORM_UNSUPPORTED: The task cannot be loaded \([A-Z]+\)\.$/m);
  expect(main.told).toContain('Let the agent write to its temporary folder (Agent.TempDirectory)');
  expect(main.told).not.toMatch(/Unhandled|^\s+at /m);
});

test('speaks Brazilian Portuguese if the organization does', async () => {
  const { vault, job } = await start();
  const main = await job.main(azureInputsFor(vault, WANTED), { env: { SYSTEM_CULTURE: 'pt-BR' } });
  const strings = readFileSync(join(TASK, 'Strings/resources.resjson/pt-BR/resources.resjson'), 'utf8');
  const { 'loc.messages.EnvBlock': expected = '' } = JSON.parse(strings) as Record<string, string>;
  expect(expected).not.toBe('');
  expect(main.log).toContain(expected);
});
