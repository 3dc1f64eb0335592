import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, tokenFor } from './raw-client.js';
import { openVault, until } from './vault-fixture.js';

test('every reply has the date of the vault, also a rejection and a fault', async () => {
  const vault = await openVault({ now: () => Date.UTC(2031, 4, 6, 7, 8, 9, 500) });
  vault.faults.add({ match: { path: '/iso/sctm/secret' }, fault: { kind: 'status', status: 503 } });
  for (const path of ['/nothing/here', '/iso/pam/credential/94', '/iso/sctm/secret']) {
    const { headers } = await ask(vault, 'GET', path, { token: 'stale' });
    expect(headers.date).toBe('Tue, 06 May 2031 07:08:09 GMT');
  }
});

test('a valid certificate is trusted only through its CA', async () => {
  const vault = await openVault();
  expect((await ask(vault, 'GET', '/iso/x')).status).toBe(404);
  await expect(ask({ ...vault, caCertificate: '' }, 'GET', '/iso/x')).rejects.toThrow(
    /unable to verify|self-signed/,
  );
  const ca = new X509Certificate(vault.caCertificate);
  expect([ca.ca, ca.verify(ca.publicKey)]).toEqual([true, true]);
  const named = { ...vault, url: vault.url.replace('127.0.0.1', 'localhost') };
  expect((await ask(named, 'GET', '/iso/x')).status).toBe(404);
});

test('a wrong certificate is wrong in the requested way', async () => {
  for (const [tls, code] of [
    ['wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const) {
    const vault = await openVault({ tls });
    await expect(ask(vault, 'GET', '/iso/x')).rejects.toMatchObject({ code });
    expect(vault.journal.requests).toEqual([]);
  }
});

test('without TLS it speaks plain HTTP', async () => {
  const vault = await openVault({ tls: 'off' });
  expect(vault.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await tokenFor(vault, vault.clients.ci)).toMatch(/^eyJ/);
});

test('the journal names the connection, the client and the result, and no secret', async () => {
  const vault = await openVault({ now: () => 42 });
  const token = await tokenFor(vault, vault.clients.ci);
  await ask(vault, 'GET', '/iso/pam/credential/94?credential=94', {
    token,
    headers: { 'user-agent': 'probe' },
  });
  const [first, second] = vault.journal.requests;
  expect(first).toMatchObject({
    number: 1,
    connection: 1,
    path: '/iso/oauth2/token',
    status: 200,
    scheme: 'none',
  });
  expect(second).toMatchObject({
    at: 42,
    method: 'GET',
    path: '/iso/pam/credential/94',
    queryNames: ['credential'],
    clientId: vault.clients.ci.clientId,
    connection: 2,
    scheme: 'bearer',
    userAgent: 'probe',
    outcome: 'replied',
  });
  expect(vault.connections()).toBe(2);
  const written = JSON.stringify([vault.journal.requests, vault.journal.custody]);
  for (const secret of vault.secretValues()) expect(written).not.toContain(secret);
});

test('its secrets include every token, client secret and password, and no username', async () => {
  const vault = await openVault();
  const token = await tokenFor(vault, vault.clients.ci);
  const secrets = vault.secretValues();
  expect(secrets).toEqual(
    expect.arrayContaining([
      token,
      vault.clients.ci.clientSecret,
      vault.clients.other.clientSecret,
      vault.password(1_049),
      vault.value('stripe', 'STRIPE_SECRET_KEY'),
    ]),
  );
  expect(secrets).not.toContain('svc_billing');
  expect(secrets).not.toContain('');
});

test('closing drops what is under way', async () => {
  const vault = await openVault();
  vault.faults.add({ fault: { kind: 'lateCustody', ms: 60_000 } });
  const waiting = ask(vault, 'GET', '/iso/pam/credential/94', { token: 'x' });
  const failed = expect(waiting).rejects.toThrow();
  await until(() => vault.journal.requests.length === 1);
  await vault.close();
  await failed;
  await vault.settled();
  expect(vault.everTaken()).toEqual([]);
});

/** Source: docs.senhasegura.io v3-32, "Unexpected error" with status 500. */
test('an odd request gets an error, and the vault goes on', async () => {
  const vault = await openVault({ variablesApproved: true });
  const token = await tokenFor(vault, vault.clients.ci);
  const key = { hostname: 'app-01', ip: '10.0.0.11', private_key: 'priv', public_key: 'pub' };
  const devices = [{ hostname: { toString: 1 } }];
  const named = await ask(vault, 'POST', '/iso/pam/key', { token, json: { ...key, devices } });
  expect(named.body.key.devices_error).toEqual([{ hostname: '' }]);
  const map = Buffer.from('a: [b').toString('base64').replaceAll('=', ',');
  const mapped = await ask(vault, 'POST', '/iso/cicd/variables', { token, form: { env: '', map } });
  expect([mapped.status, mapped.body.response.message]).toEqual([500, 'Unexpected error']);
  const { oauth1 } = vault.clients.ci;
  const parameters = {
    oauth_consumer_key: oauth1?.consumerKey ?? '',
    oauth_token: oauth1?.tokenKey ?? '',
    oauth_signature_method: 'HMAC-SHA1',
    oauth_signature: '\u00e9'.repeat(28),
  };
  const signed = await ask(vault, 'GET', `/iso/pam/credential?${new URLSearchParams(parameters)}`);
  expect([signed.status, signed.body.response.message]).toEqual([401, 'Invalid signature']);
});
