import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob } from '../support/azure-job.js';
import { connectionTo } from '../support/azure-request.js';
import { openAzureWay } from '../support/azure-ways.js';
import { startConnectProxy } from '../support/connect-proxy.js';
import { type OpenWay, WAYS, type Way } from '../support/ways.js';

const WANTED = { secrets: 'postgres/PASSWORD > DB_PASSWORD', credentials: '94 > SSH_PASSWORD' };
const ACCESS_TOKEN = 'ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN';

async function started(way: Way, tls: false | 'wrong-host' = false): Promise<OpenWay & { job: AzureJob }> {
  const open = await openAzureWay(way, {}, { tls });
  open.vault.journal.clear();
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await open.close();
  });
  return { ...open, job };
}

/** Lines that show a secret, those that mask it or carry it as a secret of the step left out. */
function shown(stdout: string, secrets: readonly string[]): string[] {
  const lines = stdout
    .split(/\r\n|\r|\n/)
    .filter((line) => !/^##vso\[task\.(?:setsecret|setvariable)/.test(line));
  return lines.filter((line) => secrets.some((secret) => secret.length >= 4 && line.includes(secret)));
}

describe.each(WAYS)('a task that logs in by %s', (way) => {
  test('gets what it asks for, and post releases custody with nothing but its state', async () => {
    const { vault, job, inputs, env, secrets, service } = await started(way);
    const main = await job.main({ ...inputs, ...WANTED }, { env });
    expect([main.code, main.result, main.stderr], main.told).toEqual([0, 'Succeeded', '']);
    expect(job.agent.value('DB_PASSWORD')).toBe(vault.value('postgres', 'PASSWORD'));
    expect(job.agent.value('SSH_PASSWORD')).toBe(vault.password(94));
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    // A variable that an input names may be another by now.
    const post = await job.post({ url: 'https://elsewhere.example' }, { env });
    expect([post.code, post.result, post.stderr], post.told).toEqual([0, 'Succeeded', '']);
    expect(post.told).toContain('released custody of 94');
    expect(vault.custodies()).toEqual([]);
    const hidden = [...secrets, ...(service?.issued ?? []), env[ACCESS_TOKEN] ?? ''];
    expect([...shown(main.stdout, hidden), ...shown(post.stdout, hidden)]).toEqual([]);
    expect(main.log + post.log).not.toContain(vault.password(94));
    const left = job.files();
    expect(left.filter(({ path }) => path.includes('segura-secrets-key'))).toEqual([]);
    for (const { bytes } of left) expect(shown(bytes.toString(), hidden)).toEqual([]);
    expect([job.agent.refused, job.agent.forbidden]).toEqual([[], []]);
  });

  test('masks its secret inputs before it reports that others cannot be used', async () => {
    const { vault, job, inputs, env, secrets } = await started(way);
    const main = await job.main({ ...inputs, ...WANTED, timeout: 'soon' }, { env });
    expect([main.result, vault.journal.requests]).toEqual(['Failed', []]);
    for (const secret of secrets.filter((each) => each.length >= 4))
      expect(
        [...job.agent.masks].some((mask) => mask.includes(secret)),
        main.log,
      ).toBe(true);
    expect(main.log).toContain('Input "timeout" is "soon"');
  });

  test('whose step fails releases at once what it took', async () => {
    const { vault, job, inputs, env } = await started(way);
    const main = await job.main({ ...inputs, credentials: '94 > A\n94/absent > B' }, { env });
    expect(main.result, main.told).toBe('Failed');
    expect(main.told).toContain('released custody of 94');
    expect(vault.custodies()).toEqual([]);
    const post = await job.post({}, { env });
    expect([post.result, post.told.includes('custody of 94')], post.told).toEqual(['Succeeded', false]);
  });
});

describe('a service connection', () => {
  test('without a client secret gives the vault to a task that logs in with an identity token', async () => {
    const { vault, job, env } = await started('oidc client-assertion');
    const { password: _password, ...connection } = connectionTo(vault);
    const main = await job.main({ ...WANTED, authMethod: 'oidc' }, { env, connection });
    expect(main.result, main.told).toBe('Succeeded');
    const post = await job.post({}, { env });
    expect([post.result, vault.custodies()], post.told).toEqual(['Succeeded', []]);
  });

  test('with one lets the pipeline log in another way', async () => {
    const { vault, job, env } = await started('oidc client-assertion');
    const connection = { ...connectionTo(vault), password: 'an old client secret' };
    const main = await job.main({ ...WANTED, authMethod: 'oidc' }, { env, connection });
    expect(main.result, main.told).toBe('Succeeded');
    await job.post({}, { env });
    expect(vault.custodies()).toEqual([]);
  });

  test('is not combined with vaultUrl', async () => {
    const { vault, job, env } = await started('oidc client-assertion');
    const given = { ...WANTED, authMethod: 'oidc', vaultUrl: vault.url };
    const main = await job.main(given, { env, connection: connectionTo(vault) });
    expect(main.result).toBe('Failed');
    expect(main.told).toContain('seguraConnection cannot be combined with vaultUrl');
  });
});

test('vaultUrl with only a client id means the identity token of the pipeline', async () => {
  const { vault, job, inputs, env } = await started('oidc client-assertion');
  const { clientId = '', caCertificate = '' } = inputs;
  const main = await job.main({ vaultUrl: vault.url, clientId, caCertificate, ...WANTED }, { env });
  expect(main.result, main.told).toBe('Succeeded');
  await job.post({}, { env });
  expect(vault.custodies()).toEqual([]);
});

test('post asks the token service of main, even if a later step changed the variable', async () => {
  const { vault, job, inputs, env, service } = await started('oidc client-assertion');
  const main = await job.main({ ...inputs, ...WANTED }, { env });
  expect(main.result, main.told).toBe('Succeeded');
  const asked = service?.requests.length ?? 0;
  const moved = { ...env, SYSTEM_OIDCREQUESTURI: 'https://127.0.0.1:9/oidctoken' };
  const post = await job.post({}, { env: moved });
  expect([post.result, vault.custodies()], post.told).toEqual(['Succeeded', []]);
  expect(service?.requests.length).toBe(asked + 1);
});

describe('a build of a fork', () => {
  const FORK = { SYSTEM_PULLREQUEST_ISFORK: 'True' };

  test('that logs in with an identity token needs no secret variable', async () => {
    const { vault, job, inputs, env } = await started('oidc client-assertion');
    const main = await job.main({ ...inputs, ...WANTED }, { env: { ...env, ...FORK } });
    expect(main.result, main.told).toBe('Succeeded');
    await job.post({}, { env });
    expect(vault.custodies()).toEqual([]);
  });

  test.each<[Way, string]>([
    ['oauth1', 'consumerSecret'],
    ['access-token', 'accessToken'],
  ])('is why a secret input of %s is missing', async (way, name) => {
    const { vault, job, inputs } = await started(way);
    const main = await job.main({ ...inputs, ...WANTED, [name]: '$(SEGURA_SECRET)' }, { env: FORK });
    expect([main.result, vault.journal.requests]).toEqual(['Failed', []]);
    expect(main.told).toContain(`FORK_WITHOUT_SECRETS: Input "${name}" is empty`);
  });
});

test.each<[Way, string]>([
  ['oauth1', 'tokenSecret'],
  ['access-token', 'accessToken'],
  ['encrypted values', 'decryptionKey'],
])('no value overwrites the variable that holds a secret of %s', async (way, name) => {
  const { vault, job, inputs, env } = await started(way);
  const text = Buffer.from(inputs[name] ?? '').toString('base64');
  const given = name === 'decryptionKey' ? text : (inputs[name] ?? '');
  job.agent.variables.set('my_secret', {
    name: 'MY_SECRET',
    value: given,
    isSecret: true,
    isReadOnly: false,
  });
  const asked = { ...inputs, [name]: given, secrets: 'postgres/PASSWORD > MY_SECRET' };
  const main = await job.main(asked, { env });
  expect(main.result, main.told).toBe('Failed');
  expect(main.told).toContain(`MY_SECRET, which holds the secret of input "${name}"`);
  expect(vault.custodies()).toEqual([]);
});

test("the agent's proxy is used for the token service if the bypass list names only the vault", async () => {
  const { vault, job, inputs, env, service } = await started('oidc client-assertion', 'wrong-host');
  const proxy = await startConnectProxy({ divertTo: Number(new URL(service?.origin ?? '').port) });
  onTestFinished(() => proxy.close());
  const elsewhere = (name: string): string => (env[name] ?? '').replace('127.0.0.1', 'elsewhere.invalid');
  const agent = {
    AGENT_PROXYURL: proxy.url,
    AGENT_PROXYBYPASSLIST: JSON.stringify([vault.url.replaceAll('.', '\\.')]),
    SYSTEM_OIDCREQUESTURI: elsewhere('SYSTEM_OIDCREQUESTURI'),
    SYSTEM_TEAMFOUNDATIONSERVERURI: elsewhere('SYSTEM_TEAMFOUNDATIONSERVERURI'),
  };
  const caCertificate = `${inputs['caCertificate']}${service?.caCertificate}`;
  const main = await job.main({ ...inputs, ...WANTED, caCertificate }, { env: { ...env, ...agent } });
  expect([main.result, proxy.connects.length > 0], main.told).toEqual(['Succeeded', true]);
  const post = await job.post({}, { env: { ...env, ...agent } });
  expect([post.result, vault.custodies()], post.told).toEqual(['Succeeded', []]);
  expect(proxy.connects.every((target) => target.startsWith('elsewhere.invalid'))).toBe(true);
});
