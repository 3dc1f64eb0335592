import { expect, test } from 'vitest';
import type { Vault, VaultOptions } from './index.js';
import { ask, tokenFor } from './raw-client.js';
import { dynamicSecret } from './sample-secrets.js';
import { openVault } from './vault-fixture.js';

const PROVISION = '/iso/coe/dapp/provision';
const ENDS = ['/iso/coe/dapp/deprovision', '/iso/dapp/deprovision'];
const POD = { pod_name: 'pod-1', deploy: 'web', namespace: 'shop' };

async function opened(options: VaultOptions = {}): Promise<{ vault: Vault; token: string }> {
  const vault = await openVault(options);
  vault.data.secrets.push(dynamicSecret(301, 'app/db', 900), dynamicSecret(302, 'app/queue', undefined));
  vault.authorization('ci').secretIds.push(301, 302);
  return { vault, token: await tokenFor(vault, vault.clients.ci) };
}

/** Source: docs.senhasegura.io v3-32 "Provision a credential": an application, whose secrets have data as one object. */
test.each(['iso', 'coe'] as const)(
  'in dialect %s, provision gives an application with object data',
  async (dialect) => {
    const { vault, token } = await opened({ dialect });
    const one = await ask(vault, 'POST', PROVISION, { token, form: { ...POD, identity: 'app/db' } });
    const [secret, ...others] = one.body.application.secrets;
    const [lease] = vault.leases();
    expect(others).toEqual([]);
    expect(secret).toMatchObject({ secret_id: '301', identity: 'app/db' });
    expect(secret.data).toMatchObject({ USERNAME: lease?.username, PASSWORD: lease?.password, TTL: '900' });
    const all = await ask(vault, 'POST', PROVISION, { token, form: POD });
    expect(all.body.application.secrets.map((each: { identity: string }) => each.identity)).toEqual([
      'app/db',
      'app/queue',
    ]);
    expect(vault.leases()).toHaveLength(3);
  },
);

/** Source: docs.senhasegura.io v3-33 "POST | Provision": one secret, and a body of JSON. */
test('in dialect api, provision gives one secret, each time with a user of its own', async () => {
  const { vault, token } = await opened({ dialect: 'api' });
  const bodies: { username: string; password: string }[] = [];
  for (const pod_name of ['pod-1', 'pod-2']) {
    const json = { ...POD, pod_name, identity: 'app/db' };
    const { body } = await ask(vault, 'POST', PROVISION, { token, json });
    expect(body).toMatchObject({
      code: 200,
      tenant: 'senhasegura',
      response: { message: 'Secret provisions done.' },
    });
    const [{ USERNAME: username, PASSWORD: password }] = body.secret.data;
    bodies.push({ username, password });
  }
  expect(vault.leases()).toMatchObject(bodies);
  expect(new Set(bodies.map(({ username }) => username)).size).toBe(2);
  for (const { password } of bodies) expect(vault.secretValues()).toContain(password);
  const listed = (await ask(vault, 'GET', '/iso/sctm/secret', { token })).body.secrets;
  expect(listed.find((each: { identity: string }) => each.identity === 'app/db')).toMatchObject({
    secret_id: '301',
    data: [{ USERNAME: null, PASSWORD: null }],
  });
});

test.each(ENDS)('%s ends exactly the lease of that pod, deploy, namespace and secret', async (path) => {
  const { vault, token } = await opened({ dialect: 'api' });
  for (const identity of ['app/db', 'app/queue'])
    for (const pod_name of ['pod-1', 'pod-2'])
      await ask(vault, 'POST', PROVISION, { token, json: { ...POD, pod_name, identity } });
  const end = (form: Record<string, string>) => ask(vault, 'POST', path, { token, form });
  expect((await end({ ...POD, secret_id: '301' })).status).toBe(200);
  expect(vault.leases().map(({ pod, secretId }) => `${pod} ${secretId}`)).toEqual([
    'pod-2 301',
    'pod-1 302',
    'pod-2 302',
  ]);
  expect((await end({ ...POD, secret_id: '301' })).body.exception).toMatchObject({ code: 1005 });
  for (const missing of ['pod_name', 'deploy', 'namespace', 'secret_id'])
    expect((await end({ ...POD, secret_id: '302', [missing]: '' })).body.exception).toMatchObject({
      code: 1001,
    });
  const other = await tokenFor(vault, vault.clients.other);
  expect((await ask(vault, 'POST', path, { token: other, form: { ...POD, secret_id: '302' } })).status).toBe(
    400,
  );
  expect(vault.leases()).toHaveLength(3);
});

test('a lease ends by itself after the TTL of its profile', async () => {
  let now = Date.UTC(2026, 0, 1);
  const { vault, token } = await opened({ dialect: 'api', now: () => now, tokenLifetimeSeconds: 86_400 });
  const events: string[] = [];
  vault.journal.subscribe((entry) => entry.kind === 'lease' && events.push(`${entry.event} ${entry.held}`));
  for (const identity of ['app/db', 'app/queue'])
    await ask(vault, 'POST', PROVISION, { token, json: { ...POD, identity } });
  now += 899_000;
  expect(vault.leases()).toHaveLength(2);
  now += 1_000;
  expect(vault.leases().map(({ identity }) => identity)).toEqual(['app/queue']);
  expect(events).toEqual(['provisioned 1', 'provisioned 2', 'expired 1']);
});

test('provision is rejected without a profile, for an unknown secret, and for who may only read', async () => {
  const { vault, token } = await opened({ dialect: 'api' });
  const refusal = async (identity: string) =>
    (await ask(vault, 'POST', PROVISION, { token, json: { ...POD, identity } })).body.exception.code;
  expect(await refusal('postgres')).toBe(1006);
  expect(await refusal('nope')).toBe(1005);
  vault.authorization('ci').permission = 'Read-only';
  expect(await refusal('app/db')).toBe(1039);
  expect(vault.everLeased()).toEqual([]);
});
