import { expect, test } from 'vitest';
import { Secret } from '../../../../src/core/secret.js';
import { plain } from '../../../../src/core/text.js';
import { NO_PARAMETERS } from '../../../../src/core/vault/auth/auth-settings.js';
import { clientSecretAuth } from '../../../../src/core/vault/auth/client-secret.js';
import { Client, type ClientParts, UNVERIFIED } from '../../../../src/core/vault/client.js';

import type { Connection } from '../../../../src/core/vault/connection/connection.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  FakeClock,
  FakeTransport,
  json,
  problemsOfPromise,
  quietLog,
  success,
  token,
} from '../../fakes.js';

const CONNECTION = {
  url: 'https://vault.example.com',
  proxy: 'http://me:hunter2@proxy.example.com:3128',
  noProxy: '',
  caCertificates: '',
  tlsVerify: true,
};

function opening(given: Partial<ClientParts> = {}) {
  const clock = new FakeClock();
  const events: string[] = [];
  const tokens: string[] = [];
  const transport = new FakeTransport(({ path }) => {
    if (path.includes('token')) return token(`token-${tokens.push(path)}`);
    if (path.includes('Application')) return success({ id: 'app-id', signature: 'app-signature' });
    return success({ secrets: [{ identity: 'db', data: [] }] });
  });
  const opened = Client.open({
    connection: CONNECTION,
    reach: {
      connect: async () => {
        events.push('dial');
        return transport;
      },
      secretsOf: () => [{ value: 'hunter2', user: 'me' }],
    },
    auth: clientSecretAuth(CLIENT_ID, new Secret(CLIENT_SECRET)),
    endpoints: { dsm: 'auto', pam: 'auto' },
    limits: {
      timeoutMs: 30_000,
      retries: 0,
      deadlineAtMs: clock.now + 60_000,
      signal: new AbortController().signal,
    },
    clock,
    log: {
      ...quietLog,
      warning: (message) => events.push(message === UNVERIFIED ? 'unverified' : plain(message)),
    },
    hide: (secret, user) => events.push(`hide ${secret.reveal()}${user === undefined ? '' : ` of ${user}`}`),
    ...given,
  });
  return { opened, events, transport };
}

test('the whole login of a client is masked before the connection to the vault is opened', async () => {
  const { opened, events, transport } = opening();
  await opened;
  expect(events).toEqual([`hide ${CLIENT_SECRET} of ${CLIENT_ID}`, 'hide hunter2 of me', 'dial']);
  expect(transport.lines).toEqual([]);
});

test('each token is hidden, and requested once', async () => {
  const { opened, events, transport } = opening();
  const client = await opened;
  await client.listSecrets();
  await client.listSecrets();
  expect(events.slice(3)).toEqual([`hide token-1`]);
  expect(transport.lines).toEqual(['POST /iso/oauth2/token', 'GET /iso/sctm/secret', 'GET /iso/sctm/secret']);
});

test('TLS without verification causes a warning, unless there was one before', async () => {
  const connection = { ...CONNECTION, tlsVerify: false };
  const loud = opening({ connection });
  await loud.opened;
  expect(loud.events).toContain('unverified');
  const quiet = opening({ connection, isWarned: true });
  await quiet.opened;
  expect(quiet.events).not.toContain('unverified');
});

test('an application has its own login on the same connection, masked before it is used', async () => {
  const { opened, events, transport } = opening();
  const client = await opened;
  const own = await client.asApplication({ application: 'a', system: 's', environment: 'e' });
  await own.listSecrets();
  expect(own.session.clientId).toBe('app-id');
  expect(events.filter((each) => each === 'dial')).toHaveLength(1);
  expect(events.slice(-3)).toEqual([`hide app-signature`, 'hide app-signature of app-id', `hide token-2`]);
  expect(transport.requests.at(-1)?.headers['authorization']).toBe('Bearer token-2');
});

test('a client with other limits uses the existing token', async () => {
  const { opened, transport } = opening();
  const client = await opened;
  await client.session.authorize();
  const within = await client.within({
    deadlineAtMs: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
  });
  await within.listSecrets();
  expect(transport.lines).toEqual(['POST /iso/oauth2/token', 'GET /iso/sctm/secret']);
});

test('no message contains a login that a peer echoes in a header', async () => {
  for (const [header, status, id, isShown] of [
    ['x-request-id', 503, `x-${CLIENT_SECRET}`, false],
    ['x-request-id', 503, '7d2e4c1a', true],
    ['location', 302, `https://${CLIENT_SECRET}/`, false],
    ['location', 302, 'https://portal.example.com/', true],
  ] as const) {
    const transport = new FakeTransport(({ path }) =>
      path.includes('token') ? token() : json(status, {}, { [header]: id }),
    );
    const client = await opening({
      reach: { connect: async () => transport, secretsOf: () => [] },
      isSecretIn: (text) => text.includes(CLIENT_SECRET),
    }).opened;
    const [problem] = await problemsOfPromise(client.listSecrets());
    expect(problem?.code).toBe(status === 302 ? 'REDIRECTED' : 'VAULT_FAILED');
    expect(problem?.message.includes(id.replaceAll(/^https:..|\/$/g, ''))).toBe(isShown);
  }
});

test('another host that has the token endpoint is shown no client certificate', async () => {
  const connections: Connection[] = [];
  const clientCertificate = { certificate: 'CERTIFICATE', key: 'KEY' };
  const { opened } = opening({
    connection: { ...CONNECTION, clientCertificate },
    reach: {
      connect: async (connection) => {
        connections.push(connection);
        return new FakeTransport(() => token());
      },
      secretsOf: () => [],
    },
    auth: clientSecretAuth(CLIENT_ID, new Secret(CLIENT_SECRET), {
      ...NO_PARAMETERS,
      tokenEndpoint: 'https://login.example.com/token',
    }),
  });
  await opened;
  expect(connections.map((each) => [each.url, each.clientCertificate])).toEqual([
    [CONNECTION.url, clientCertificate],
    ['https://login.example.com', undefined],
  ]);
});
