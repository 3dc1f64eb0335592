import { constants, privateDecrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Fault, Vault } from './index.js';
import { ask, tokenFor } from './raw-client.js';
import { openVault, until } from './vault-fixture.js';

/** Each fault as a client meets it, and whether the vault still did its work. */
const path = '/iso/pam/credential/94';

async function struck(fault: Fault): Promise<{ vault: Vault; token: string }> {
  const vault = await openVault();
  const token = await tokenFor(vault, vault.clients.ci);
  vault.faults.add({ match: { path }, fault });
  return { vault, token };
}

/** Resolves when the request after the token's has arrived. */
function arrival(vault: Vault): Promise<void> {
  return until(() => vault.journal.requests.length === 2);
}

async function replyTo(fault: Fault) {
  const { vault, token } = await struck(fault);
  const reply = await ask(vault, 'GET', path, { token });
  return { vault, token, ...reply };
}

test('affects the matching requests, for the configured count, after the configured number', async () => {
  const vault = await openVault();
  const [ci, other] = [await tokenFor(vault, vault.clients.ci), await tokenFor(vault, vault.clients.other)];
  const { clientId } = vault.clients.ci;
  const match = { method: 'GET', path: /^\/iso\/pam\//, clientId };
  vault.faults.add({ match, after: 1, times: 2, fault: { kind: 'status', status: 503 } });
  vault.faults.add({ match, fault: { kind: 'status', status: 504 } });
  expect((await ask(vault, 'GET', '/iso/pam/credential/96', { token: other })).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await ask(vault, 'GET', path, { token: ci })).status);
  expect(statuses).toEqual([504, 503, 503, 200, 200]);
  vault.faults.add({ times: Infinity, fault: { kind: 'status', status: 500 } });
  vault.faults.clear();
  expect((await ask(vault, 'GET', path, { token: ci })).status).toBe(200);
});

test('a delay comes before custody, a delayed reply after', async () => {
  const delayed = await struck({ kind: 'delay', ms: 200 });
  const slow = ask(delayed.vault, 'GET', path, { token: delayed.token });
  await arrival(delayed.vault);
  expect(delayed.vault.custodies()).toEqual([]);
  expect((await slow).status).toBe(200);
  expect(delayed.vault.custodies()).toHaveLength(1);

  const late = await struck({ kind: 'delayReply', ms: 200 });
  const waiting = ask(late.vault, 'GET', path, { token: late.token });
  await arrival(late.vault);
  await until(() => late.vault.custodies().length === 1);
  expect(late.vault.journal.requests.at(-1)).not.toHaveProperty('status');
  expect((await waiting).status).toBe(200);
});

test('a reset takes no custody, a reset after handling does', async () => {
  const before = await struck({ kind: 'reset' });
  await expect(ask(before.vault, 'GET', path, { token: before.token })).rejects.toThrow(/hang up|ECONNRESET/);
  expect(before.vault.everTaken()).toEqual([]);
  const after = await struck({ kind: 'resetAfter' });
  await expect(ask(after.vault, 'GET', path, { token: after.token })).rejects.toThrow(/hang up|ECONNRESET/);
  expect(after.vault.custodies()).toMatchObject([{ credentialId: '94' }]);
  expect(after.vault.journal.requests.at(-1)).toMatchObject({ fault: 'resetAfter', outcome: 'reset' });
});

test('late custody is taken for a client that has gone', async () => {
  const { vault, token } = await struck({ kind: 'lateCustody', ms: 200 });
  const gone = new AbortController();
  const reading = expect(ask(vault, 'GET', path, { token, signal: gone.signal })).rejects.toThrow(/abort/i);
  await arrival(vault);
  gone.abort();
  await reading;
  expect(vault.custodies()).toEqual([]);
  await vault.settled();
  expect(vault.custodies()).toMatchObject([{ credentialId: '94' }]);
  expect(vault.journal.requests.at(-1)).toMatchObject({ fault: 'lateCustody', outcome: 'client-gone' });
  expect(vault.journal.custody.at(-1)).toMatchObject({ event: 'taken', credentialId: '94' });
});

test('a delayed request of a client that has gone is not handled', async () => {
  const { vault, token } = await struck({ kind: 'delay', ms: 200 });
  const gone = new AbortController();
  const reading = expect(ask(vault, 'GET', path, { token, signal: gone.signal })).rejects.toThrow(/abort/i);
  await arrival(vault);
  gone.abort();
  await reading;
  await vault.settled();
  expect(vault.everTaken()).toEqual([]);
});

test('429 says in three ways when to come back', async () => {
  const seconds = await replyTo({ kind: 'tooManyRequests', retryAfterSeconds: 3 });
  expect([seconds.status, seconds.headers['retry-after']]).toEqual([429, '3']);
  const date = await replyTo({ kind: 'tooManyRequests', retryAfterDate: Date.UTC(2030, 0, 1) });
  expect(date.headers['retry-after']).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  const reset = await replyTo({ kind: 'tooManyRequests', rateLimitReset: 1_900_000_000 });
  expect(reset.headers['x-ratelimit-reset']).toBe('1900000000');
  expect(reset.headers).not.toHaveProperty('retry-after');
});

test('plain statuses are answered by the gateway, before custody', async () => {
  for (const status of [408, 500, 502, 503, 504]) {
    const reply = await replyTo({ kind: 'status', status });
    expect([reply.status, reply.headers['content-type']]).toEqual([status, 'text/plain']);
    expect(reply.vault.everTaken()).toEqual([]);
  }
  const handled = await replyTo({ kind: 'status', status: 504, handled: true });
  expect(handled.vault.everTaken()).toEqual(['94']);
});

test('the documented errors of HTTP 500 and 401', async () => {
  const closed = await replyTo({ kind: 'resourceNotAuthorized' });
  expect([closed.status, closed.body.response.message]).toEqual([
    500,
    'You are not authorized to access this resource.',
  ]);
  const unexpected = await replyTo({ kind: 'unexpectedError' });
  expect(unexpected.body).toMatchObject({
    response: { message: 'Unexpected error' },
    exception: { code: 500, message: 'Check the index log system error for more details' },
  });
  expect((await replyTo({ kind: 'inactiveAuthorization' })).status).toBe(401);
  expect((await replyTo({ kind: 'ipNotAllowed' })).body.response.message).toBe('IP not allowed');
  const business = await replyTo({ kind: 'businessError', code: 1008, message: 'Credential inactive' });
  expect([business.status, business.body.exception.code]).toEqual([400, 1008]);
  expect(business.vault.journal.requests.at(-1)).toMatchObject({ code: 1008 });
});

test('replies can have a wrong body', async () => {
  expect((await replyTo({ kind: 'html' })).headers['content-type']).toMatch(/html/);
  const cut = await replyTo({ kind: 'truncated' });
  expect([cut.status, cut.body]).toEqual([200, undefined]);
  expect(cut.vault.everTaken()).toEqual(['94']);
  expect((await replyTo({ kind: 'notJson' })).body).toBeUndefined();
  expect((await replyTo({ kind: 'wrongShape' })).body).toEqual([]);
  expect((await replyTo({ kind: 'wrongShape', body: { credential: 'x' } })).body).toEqual({
    credential: 'x',
  });
  const big = await replyTo({ kind: 'oversize' });
  expect(Buffer.byteLength(big.text)).toBeGreaterThan(10 * 1_024 * 1_024);
  const two = await replyTo({ kind: 'errorWith200' });
  expect([two.status, two.body.response.error]).toEqual([200, true]);
  const any = await replyTo({ kind: 'reply', status: 418, headers: { 'x-any': '1' }, body: '{"a":1}' });
  expect([any.status, any.headers['x-any'], any.body]).toEqual([418, '1', { a: 1 }]);
  const moved = await replyTo({ kind: 'redirect', location: 'https://elsewhere.invalid/' });
  expect([moved.status, moved.headers.location]).toEqual([302, 'https://elsewhere.invalid/']);
});

test('a broken connection ends a body early', async () => {
  const { vault, token } = await struck({ kind: 'truncated', cut: 'connection' });
  await expect(ask(vault, 'GET', path, { token })).rejects.toThrow(/aborted|ECONNRESET/);
});

test('encrypted and failed values are in a real reply', async () => {
  const { vault, body } = await replyTo({ kind: 'encryptedValue' });
  const { password, username } = body.credential;
  const key = { key: vault.privateKey(), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  expect(privateDecrypt(key, Buffer.from(password, 'base64')).toString()).toBe(vault.password(94));
  expect(username).toBe('deploy');
  const failed = await replyTo({ kind: 'encryptionFailed' });
  expect(failed.body.credential.password).toBe('An error occurred while encrypting the text');
});

test('an error can echo the request and the reply that it replaces', async () => {
  const { vault, token, status, body } = await replyTo({ kind: 'echoSecret' });
  expect(status).toBe(400);
  expect(body.response.message).toContain(token);
  expect(body.response.message).toContain(vault.password(94));
});
