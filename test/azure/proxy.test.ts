import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, type AzureStepResult, azureInputsFor } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { azureSampleData } from '../support/azure-vault.js';
import { type ConnectProxy, type ConnectProxyOptions, startConnectProxy } from '../support/connect-proxy.js';
import { longSecretsOf } from '../support/secret-files.js';
import { startVault, type Vault } from '../vault/index.js';

const LOGIN = { user: 'corp\\build er@ci', password: "p@ss:w/rd%40#?&+ çé'" };
const DEAD = 'http://127.0.0.1:9';
const WANTED = { secrets: 'postgres/PASSWORD > DB', credentials: '94 > DEPLOY' };

/** The name that the vault's certificate has, and that a hook leads to loopback where no proxy does. */
const HOST = 'elsewhere.invalid';
const LOOKUP = encodeURIComponent(
  `import dns from 'node:dns'; dns.lookup = (name, options, done) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);`,
);
const HOOK = ['--import', `data:text/javascript,${LOOKUP}`];

interface Place {
  readonly vault: Vault;
  readonly job: AzureJob;
  readonly proxy: ConnectProxy;
}

async function start(options: ConnectProxyOptions = {}): Promise<Place> {
  const vault = await startVault({ dialect: 'api', data: azureSampleData(), tls: 'wrong-host' });
  const proxy = await startConnectProxy({ ...options, divertTo: Number(new URL(vault.url).port) });
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await Promise.all([vault.close(), proxy.close()]);
  });
  return { vault, job, proxy };
}

function remote(vault: Vault): string {
  return vault.url.replace('127.0.0.1', HOST);
}

/** As the agent hands on what its own configuration says; the password is a secret variable. */
function agentProxy(
  address: string,
  bypass: readonly string[] = [],
  login?: typeof LOGIN,
): Record<string, string> {
  return {
    AGENT_PROXYURL: address,
    AGENT_PROXYBYPASSLIST: JSON.stringify(bypass),
    ...(login === undefined
      ? {}
      : {
          AGENT_PROXYUSERNAME: login.user,
          SECRET_AGENT_PROXYPASSWORD: login.password,
          VSTS_SECRET_VARIABLES: JSON.stringify(['agent.proxypassword']),
        }),
  };
}

async function both(
  { vault, job }: Place,
  env: Record<string, string>,
  wanted: Record<string, string> = {},
): Promise<AzureStepResult> {
  const inputs = azureInputsFor(vault, { ...WANTED, url: remote(vault), ...wanted });
  const options = { env, nodeFlags: HOOK };
  const main = await job.main(inputs, options);
  expect(main.result, main.told).toBe('Succeeded');
  expect(job.agent.value('DEPLOY')).toBe(vault.password(94));
  const post = await job.post(inputs, options);
  expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
  expect(vault.custodies()).toEqual([]);
  return main;
}

describe("the agent's proxy", () => {
  test('is used with its user and password, which no output shows', async () => {
    const place = await start(LOGIN);
    const main = await both(place, agentProxy(place.proxy.address, [], LOGIN));
    expect(place.proxy.connects.length).toBeGreaterThan(1);
    const secrets = [...longSecretsOf(place.vault), LOGIN.password];
    const state = ({ event }: { event: string }): boolean => event === 'settaskvariable';
    expect(main.commands.filter(state).every(({ properties }) => properties.get('issecret') === 'true')).toBe(
      true,
    );
    const rest = main.stdout.split('\n').filter((line) => !line.startsWith('##vso[task.settaskvariable '));
    expect(faultsOf(place.job, { ...main, stdout: rest.join('\n') }, secrets)).toEqual([]);
  });

  test('keeps the user and password of its address', async () => {
    const place = await start(LOGIN);
    const main = await both(place, agentProxy(place.proxy.url));
    expect(place.proxy.connects.length).toBeGreaterThan(1);
    expect(main.log).not.toContain(LOGIN.password);
  });

  test.each([[[`^https://ELSEWHERE\\.invalid:\\d+$`]], [['(', '  ', '  elsewhere  ']]])(
    'is not used for a vault that its bypass list matches, in any case: %j',
    async (bypass) => {
      const place = await start();
      const main = await both(place, { ...agentProxy(DEAD, bypass), HTTPS_PROXY: DEAD });
      expect(place.proxy.connects).toEqual([]);
      expect(main.told.includes(', ( is not a valid regular expression.')).toBe(bypass.includes('('));
    },
  );

  test.each([[['\\.example\\.com$', '^https://elsewhere\\.invalid$', '/base', '[', '']], [[]]])(
    'is used if its bypass list matches no origin, and NO_PROXY does not apply: %j',
    async (bypass) => {
      const place = await start();
      const env = { ...agentProxy(place.proxy.address, bypass), NO_PROXY: HOST };
      await both(place, env);
      expect(place.proxy.connects.length).toBeGreaterThan(1);
    },
  );

  test('is used if its bypass list cannot be read, with a warning', async () => {
    const place = await start();
    const main = await both(place, { ...agentProxy(place.proxy.address), AGENT_PROXYBYPASSLIST: '["' });
    expect(place.proxy.connects.length).toBeGreaterThan(1);
    expect(main.told).toContain('The proxy bypass list of the agent cannot be read. The task ignores it.');
  });

  test('is not used on loopback', async () => {
    const place = await start();
    const url = remote(place.vault).replace(HOST, '127.0.0.1');
    const env = { ...agentProxy(DEAD), HTTPS_PROXY: DEAD };
    await both(place, env, { url, caCertificate: '', tlsVerify: 'false' });
    expect(place.proxy.connects).toEqual([]);
  });

  test('is used for a token endpoint on another host although the vault is on its bypass list', async () => {
    const place = await start();
    const [url, endpoint] = [
      remote(place.vault).replace(HOST, '127.0.0.1'),
      `${remote(place.vault)}/iso/oauth2/token`,
    ];
    await both(place, agentProxy(place.proxy.address), { url, tokenEndpoint: endpoint, tlsVerify: 'false' });
    expect(new Set(place.proxy.connects)).toEqual(new Set([new URL(endpoint).host]));
  });

  test('is used for a token endpoint below the host of the vault, which alone its bypass list matches', async () => {
    const place = await start();
    const [url, endpoint] = [
      remote(place.vault).replace(HOST, 'invalid'),
      `${remote(place.vault)}/iso/oauth2/token`,
    ];
    const env = agentProxy(place.proxy.address, ['^https://invalid:']);
    await both(place, env, { url, tokenEndpoint: endpoint, tlsVerify: 'false' });
    expect(new Set(place.proxy.connects)).toEqual(new Set([new URL(endpoint).host]));
  });

  test('is overridden by the input, whatever the agent has', async () => {
    const place = await start();
    const env = { ...agentProxy('nonsense'), AGENT_PROXYBYPASSLIST: '["("]' };
    const main = await both(place, env, { proxy: place.proxy.address });
    expect(place.proxy.connects.length).toBeGreaterThan(1);
    expect(main.told).not.toContain('bypass list');
  });

  test.each(['nonsense', 'ftp://proxy.example.com', 'http://user:hunter2%ZZ@proxy.example.com'])(
    'is rejected by its name if it is not the address of a proxy: %s',
    async (address) => {
      const { vault, job } = await start();
      const inputs = azureInputsFor(vault, { ...WANTED, url: remote(vault) });
      const main = await job.main(inputs, { env: agentProxy(address) });
      expect([main.result, vault.journal.requests]).toEqual(['Failed', []]);
      expect(main.told).toContain(
        'INPUT_INVALID: The proxy URL of the agent, Agent.ProxyUrl, is not a valid HTTP proxy URL.',
      );
      expect(main.told).not.toMatch(/HTTPS_PROXY|hunter2/);
    },
  );
});

describe("the agent's CA file", () => {
  test('is used if the inputs name none, by post too', async () => {
    const place = await start();
    const file = join(place.job.folder, 'agent-ca.pem');
    writeFileSync(file, place.vault.caCertificate);
    await both(place, { AGENT_CAINFO: file }, { caCertificate: '' });
  });

  test('is overridden by the input', async () => {
    const place = await start();
    await both(place, { AGENT_CAINFO: '/nowhere/ca.pem' });
  });

  test('causes a warning if it cannot be read, and the vault is not trusted without it', async () => {
    const { vault, job } = await start();
    const env = { AGENT_CAINFO: '/nowhere/ca.pem' };
    const main = await job.main(azureInputsFor(vault, { ...WANTED, caCertificate: '' }), { env });
    expect(main.result).toBe('Failed');
    expect(main.told).toContain('The CA file of the agent, /nowhere/ca.pem, cannot be read (ENOENT).');
    expect(main.told).toContain('TLS_UNTRUSTED');
  });
});
