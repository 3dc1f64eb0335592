import { describe, expect, test } from 'vitest';
import { IDENTITY_EXCHANGES } from '../../../../../src/core/assumptions.js';
import type { SeguraError } from '../../../../../src/core/errors.js';
import { Secret } from '../../../../../src/core/secret.js';
import { type HttpReply, TransportFailure } from '../../../../../src/core/transport.js';
import {
  DEFAULT_ASSERTION_TYPE,
  type IdentityExchange,
  NO_PARAMETERS,
} from '../../../../../src/core/vault/auth/auth-settings.js';
import { EXCHANGE_FORMS } from '../../../../../src/core/vault/auth/exchanges.js';
import { type IdentityAuthParts, identityAuth } from '../../../../../src/core/vault/auth/identity.js';
import { Session } from '../../../../../src/core/vault/session.js';
import { json, type Line, lineTo, problemsOfPromise, token } from '../../../fakes.js';
import { ISS, jwt, SUB, VAULT } from '../../../identity/world.js';

const TOKEN = jwt({ iss: ISS, sub: SUB, aud: VAULT });
const SENT = { tokenEndpoint: '', tenant: 'acme', uniqueKey: 'key-1' };
const NAMES = Object.keys(EXCHANGE_FORMS) as IdentityExchange[];

function authOf(given: Partial<IdentityAuthParts> = {}) {
  return identityAuth({
    token: async () => new Secret(TOKEN),
    exchange: 'client-assertion',
    assertionType: DEFAULT_ASSERTION_TYPE,
    clientId: '',
    parameters: NO_PARAMETERS,
    ...given,
  });
}

async function bearerOf(session: Session): Promise<string> {
  const authorize = await session.authorize();
  return authorize({ method: 'GET', path: '/', headers: {} })['authorization'] ?? '';
}

const sentBy = ({ transport }: Line): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(transport.requests[0]?.body));

async function refusalOf(reply: HttpReply, given: Partial<IdentityAuthParts> = {}): Promise<SeguraError> {
  const line = lineTo(() => reply, { retries: 0 });
  const [problem] = await problemsOfPromise(authOf(given).logIn(line.exchange));
  if (problem === undefined) throw new Error('it was accepted');
  return problem;
}

describe('the form', () => {
  test.each<[IdentityExchange, Record<string, string>]>([
    [
      'client-assertion',
      {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: TOKEN,
      },
    ],
    ['jwt-bearer', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: TOKEN }],
    [
      'token-exchange',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: TOKEN,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      },
    ],
  ])(
    'of %s matches its RFC, with client id, tenant and unique key if there are any',
    async (exchange, fields) => {
      const plain = lineTo(() => token('bearer-1', 600));
      const grant = await authOf({ exchange }).logIn(plain.exchange);
      expect(grant).toMatchObject({ lifetimeSeconds: 600 });
      expect('token' in grant && grant.token.reveal()).toBe('bearer-1');
      expect(sentBy(plain)).toEqual(fields);
      expect(plain.transport.requests[0]).toMatchObject({
        method: 'POST',
        path: '/iso/oauth2/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      const full = lineTo(() => token());
      await authOf({ exchange, clientId: 'client-7', parameters: SENT }).logIn(full.exchange);
      expect(sentBy(full)).toEqual({ ...fields, client_id: 'client-7', tenant: 'acme', unique_key: 'key-1' });
    },
  );

  test('has the assertion type that SPIFFE or a vault wants', async () => {
    const line = lineTo(() => token());
    const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe';
    await authOf({ assertionType }).logIn(line.exchange);
    expect(sentBy(line)['client_assertion_type']).toBe(assertionType);
  });

  test('goes to the path that was set', async () => {
    const line = lineTo(() => token());
    await authOf({ parameters: { ...NO_PARAMETERS, tokenEndpoint: '/oauth/v2/token' } }).logIn(line.exchange);
    expect(line.transport.lines).toEqual(['POST /oauth/v2/token']);
  });

  test('is named as an assumption for each exchange', () => {
    expect(NAMES).toEqual(Object.keys(IDENTITY_EXCHANGES));
  });
});

test('each login asks for an identity token, and the session logs in again when its bearer is stale', async () => {
  let asked = 0;
  const line = lineTo((_, number) => token(`bearer-${number}`, 120), { deadlineMs: 1_000_000 });
  const auth = authOf({
    token: async () => {
      asked += 1;
      return new Secret(TOKEN);
    },
  });
  const session = new Session({ exchange: line.exchange, clock: line.clock, auth, onToken: () => undefined });
  expect([await bearerOf(session), await bearerOf(session), asked]).toEqual([
    'Bearer bearer-1',
    'Bearer bearer-1',
    1,
  ]);
  line.clock.now += 61_000;
  expect([await bearerOf(session), asked, session.clientId]).toEqual(['Bearer bearer-2', 2, '']);
});

describe('a vault that rejects the login', () => {
  test.each(NAMES)('%s: the error names the fields, the claims and the other forms', async (exchange) => {
    const refused = json(400, { error: 'invalid_grant', error_description: 'hunter2' });
    const problem = await refusalOf(refused, { exchange, clientId: 'client-7' });
    expect(problem.code).toBe('TOKEN_REJECTED');
    expect(problem.message).toContain('(HTTP 400, invalid_grant)');
    expect(problem.message).toContain(
      `The request had the fields ${Object.keys(EXCHANGE_FORMS[exchange]).join(', ').replace(', tenant, unique_key', '')}.`,
    );
    expect(problem.message).toContain(`iss "${ISS}", aud "${VAULT}", sub "${SUB}"`);
    const others = NAMES.filter((name) => name !== exchange);
    expect(problem.remedy).toContain(`write oidc-exchange: ${others.join(' or oidc-exchange: ')}`);
    expect(`${problem.message}${problem.remedy}`).not.toMatch(/hunter2|eyJ|c2lnbmF0dXJl|client-7|urn:/);
  });

  test.each([
    [json(401, { error: 'invalid_client' }), /trust this issuer, audience and subject.+"client-id"/],
    [json(400, { error: 'unsupported_grant_type' }), /No document says how.+oidc-exchange/],
    [json(400, { message: 'hunter2' }), /trust this issuer/],
    [json(404, { message: 'no Route matched with those values' }), /Check "url" and "token-endpoint"/],
    [json(405, {}), /"token-endpoint"/],
    [json(200, { error: 'invalid_grant' }), /trust this issuer/],
  ])('is rejected, with what helps (%#)', async (reply, helps) => {
    const problem = await refusalOf(reply);
    expect(problem.code).toBe('TOKEN_REJECTED');
    expect(problem.remedy).toMatch(helps);
    expect(`${problem.message}${problem.remedy}`).not.toContain('hunter2');
  });

  test('in another way has the error that every login has', async () => {
    const codes = [];
    for (const reply of [
      json(403, { message: 'IP not allowed' }),
      json(401, { message: 'IP not allowed' }),
      json(500, {}),
      json(302, {}, { location: 'https://elsewhere.example.com/hunter2' }),
      json(200, { token: 'x' }),
      { status: 200, headers: {}, text: '<html>' },
    ])
      codes.push((await refusalOf(reply)).code);
    expect(codes).toEqual([
      'ACCESS_DENIED',
      'ACCESS_DENIED',
      'VAULT_FAILED',
      'REDIRECTED',
      'REPLY_MALFORMED',
      'REPLY_MALFORMED',
    ]);
  });

  test('a token that is not a JWT has no claims to show', async () => {
    const problem = await refusalOf(json(401, {}), { token: async () => new Secret('opaque-0123') });
    expect(problem.message).toContain('no claims that can be read');
    expect(problem.message).not.toContain('opaque-0123');
  });
});

test('a login without an identity token fails with the reason why there is none', async () => {
  const line = lineTo(() => token());
  const failing = authOf({ token: () => Promise.reject(new Error('no token')) });
  await expect(failing.logIn(line.exchange)).rejects.toThrow('no token');
  expect(line.transport.requests).toEqual([]);
});

describe('a token endpoint on another host', () => {
  const BROKER = { ...NO_PARAMETERS, tokenEndpoint: 'https://broker.example.com/oauth/token/' };

  test('gets the request at its path, and its rejection names it', async () => {
    const line = lineTo(() => json(400, { error: 'invalid_grant' }), { retries: 0 });
    const [problem] = await problemsOfPromise(authOf({ parameters: BROKER }).logIn(line.exchange));
    expect(line.transport.lines).toEqual(['POST /oauth/token/']);
    expect(problem?.message).toContain('POST https://broker.example.com/oauth/token/: ');
  });

  test('that cannot be reached is named in place of the vault', async () => {
    const failure = new TransportFailure('unreachable', true, 'ECONNREFUSED');
    const line = lineTo(() => failure, { retries: 0 });
    const [problem] = await problemsOfPromise(authOf({ parameters: BROKER }).logIn(line.exchange));
    expect(problem?.code).toBe('VAULT_UNREACHABLE');
    expect(problem?.message).toContain('The token endpoint on broker.example.com, not the vault, failed.');
    expect(problem?.remedy).toContain('Check "token-endpoint"');
  });
});
