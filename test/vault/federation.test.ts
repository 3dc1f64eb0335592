import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AZURE_ISSUER,
  azureClaims,
  GITHUB_ISSUER,
  GITLAB_ISSUER,
  githubClaims,
  gitlabClaims,
} from '../support/identity-claims.js';
import { type Issuer, startIssuer } from '../support/issuer.js';
import type { FederationRule, Vault, VaultOptions } from './index.js';
import { ask, type RawReply } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: RFC 6749 section 5.2; RFC 7521 section 4; RFC 7523; RFC 8693; RFC 7515, 7517, 7519. */
const AUDIENCE = 'https://vault.example';
const SUBJECT = 'repo:acme@1234/billing@5678:ref:refs/heads/main';
const URN = 'urn:ietf:params:oauth';
const RULE: FederationRule = {
  issuer: GITHUB_ISSUER,
  audiences: [AUDIENCE],
  subject: SUBJECT,
  claims: { repository_id: '5678', environment: 'production' },
};
const REFUSED = {
  'client-assertion': [401, 'invalid_client'],
  'jwt-bearer': [400, 'invalid_grant'],
  'token-exchange': [400, 'invalid_request'],
} as const;
type Way = keyof typeof REFUSED;
const WAYS = Object.keys(REFUSED) as Way[];

let issuer: Issuer;
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });

beforeAll(async () => {
  issuer = await startIssuer({ issuerUrl: GITHUB_ISSUER });
});
afterAll(() => issuer.stop());

const token = (changed: Record<string, unknown> = {}): Promise<string> =>
  issuer.token(githubClaims(AUDIENCE, { environment: 'production', ...changed }));

/** A vault that fetches the keys of GitHub's issuer, with a rule for the authorization `ci`. */
async function federated(
  federation: Partial<VaultOptions['federation']> = {},
  options: VaultOptions = {},
): Promise<Vault> {
  const { jwksUrl, caCertificate } = issuer;
  const issuers = [{ issuer: GITHUB_ISSUER, jwksUrl, caCertificate }];
  const vault = await openVault({ ...options, federation: { issuers, ...federation } });
  vault.authorization('ci').federation = [RULE];
  return vault;
}

/** A vault that trusts one key, for tokens made by hand. */
function ownKeyVault(): Promise<Vault> {
  const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'own' };
  return federated({ issuers: [{ issuer: GITHUB_ISSUER, jwks: { keys: [jwk] } }] });
}

function form(way: Way, given: string): Record<string, string> {
  switch (way) {
    case 'client-assertion':
      return {
        grant_type: 'client_credentials',
        client_assertion_type: `${URN}:client-assertion-type:jwt-bearer`,
        client_assertion: given,
      };
    case 'jwt-bearer':
      return { grant_type: `${URN}:grant-type:jwt-bearer`, assertion: given };
    case 'token-exchange':
      return {
        grant_type: `${URN}:grant-type:token-exchange`,
        subject_token: given,
        subject_token_type: `${URN}:token-type:jwt`,
      };
  }
}

const login = (vault: Vault, sent: Record<string, string>, path = '/iso/oauth2/token'): Promise<RawReply> =>
  ask(vault, 'POST', path, { form: sent });

const assert = (vault: Vault, given: string, more: Record<string, string> = {}): Promise<RawReply> =>
  login(vault, { ...form('client-assertion', given), ...more });

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

function claims(changed: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1_000);
  const identity = githubClaims(AUDIENCE, { environment: 'production', ...changed });
  return { iss: GITHUB_ISSUER, iat: now, exp: now + 60, ...identity, ...changed };
}

function signed(header: object, body: object, key: KeyObject = own.privateKey): string {
  const text = `${encode(header)}.${encode(body)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
const ES256 = { alg: 'ES256', kid: 'own', typ: 'JWT' };

describe.each(WAYS)('%s', (way) => {
  test('gives a bearer that reads as the authorization whose rule the token meets', async () => {
    const vault = await federated();
    const { status, body } = await login(vault, form(way, await token()));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 });
    expect(body.issued_token_type).toBe(
      way === 'token-exchange' ? `${URN}:token-type:access_token` : undefined,
    );
    const read = await ask(vault, 'GET', '/iso/pam/credential/94', { token: body.access_token });
    expect(read.body.credential.password).toBe(vault.password(94));
    const { clientId } = vault.clients.ci;
    expect(vault.custodies()).toMatchObject([{ holder: clientId }]);
    expect(vault.journal.requests.map((request) => request.clientId)).toEqual([clientId, clientId]);
    expect(vault.journal.requests[0]?.grantType).toBe(form(way, '')['grant_type']);
  });

  test('accepts the client id, and rejects that of an authorization without a fitting rule', async () => {
    const vault = await federated();
    const given = form(way, await token());
    const as = (client_id: string) => login(vault, { ...given, client_id });
    expect((await as(vault.clients.ci.clientId)).status).toBe(200);
    const other = await as(vault.clients.other.clientId);
    expect([other.status, other.body.error]).toEqual(REFUSED[way]);
    const unknown = await as('fa4e0000');
    expect([unknown.status, unknown.body.error]).toEqual([401, 'invalid_client']);
  });

  test.each([
    ['another audience', { aud: 'https://elsewhere.example' }, 'audience'],
    ['no audience', { aud: undefined }, 'audience'],
    ['another subject', { sub: 'repo:evil@1/billing@2:ref:refs/heads/main' }, 'subject'],
    ['a subject that only begins right', { sub: `${SUBJECT}-2` }, 'subject'],
    ['no subject', { sub: undefined }, 'no subject'],
    ['another claim', { repository_id: '9999' }, 'claims'],
    ['a required claim left out', { environment: undefined }, 'claims'],
    ['another issuer', { iss: 'https://elsewhere.example' }, 'issuer'],
    ['no issuer', { iss: undefined }, 'issuer'],
    ['an expiry that is past', { exp: Math.floor(Date.now() / 1_000) - 120 }, 'expired'],
    ['no expiry', { exp: undefined }, 'no expiry'],
    ['a beginning that is to come', { nbf: Math.floor(Date.now() / 1_000) + 120 }, 'not valid yet'],
  ])('rejects a token with %s', async (_name, changed, words) => {
    const vault = await federated();
    const given = await token(changed);
    const { status, body, text } = await login(vault, form(way, given));
    expect([status, body.error]).toEqual(REFUSED[way]);
    expect(body.error_description).toContain(words);
    expect(Object.keys(body)).toEqual(['error', 'error_description']);
    for (const part of given.split('.')) expect(text).not.toContain(part);
    expect(text).not.toMatch(/acme|evil|elsewhere/);
  });

  test('is not known to a vault without it', async () => {
    const [off, others] = [
      await openVault(),
      await federated({ exchanges: WAYS.filter((name) => name !== way) }),
    ];
    for (const vault of [off, others]) {
      const { status, body } = await login(vault, form(way, await token()));
      expect([status, body.error]).toEqual(
        way === 'client-assertion' ? [400, 'invalid_request'] : [400, 'unsupported_grant_type'],
      );
    }
  });
});

test('the endpoint of 3.33 accepts identity tokens too', async () => {
  const vault = await federated({}, { dialect: 'api' });
  const { status } = await login(vault, form('jwt-bearer', await token()), '/api/oauth2/token');
  expect(status).toBe(200);
});

describe('a signature', () => {
  const good = () => signed(ES256, claims());

  test('counts when it is of the key that the issuer publishes', async () => {
    const vault = await ownKeyVault();
    expect((await assert(vault, good())).status).toBe(200);
    const { kid: _kid, ...withoutKid } = ES256;
    expect((await assert(vault, signed(withoutKid, claims()))).status).toBe(200);
  });

  test('of any other kind does not', async () => {
    const vault = await ownKeyVault();
    const [header = '', body = '', signature = ''] = good().split('.');
    const publicPem = createPublicKey(own.privateKey).export({ type: 'spki', format: 'pem' });
    const hmacText = `${encode({ alg: 'HS256', kid: 'own' })}.${body}`;
    const hmac = createHmac('sha256', publicPem).update(hmacText).digest('base64url');
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    for (const [given, words] of [
      [`${encode({ alg: 'none', kid: 'own' })}.${body}.`, 'algorithm'],
      [`${encode({ alg: 'None' })}.${body}.`, 'algorithm'],
      [`${encode({ kid: 'own' })}.${body}.${signature}`, 'algorithm'],
      [`${hmacText}.${hmac}`, 'algorithm'],
      [signed({ ...ES256, crit: ['exp'] }, claims()), 'algorithm'],
      [signed({ ...ES256, kid: 'unknown' }, claims()), 'no such key'],
      [signed({ ...ES256, alg: 'RS256' }, claims(), rsa), 'no such key'],
      [signed(ES256, claims(), stranger), 'signature'],
      [
        `${header}.${encode(claims({ sub: 'repo:evil@1/x@2:ref:refs/heads/main' }))}.${signature}`,
        'signature',
      ],
      [`${header}.${body}.`, 'signature'],
      [`${header}.${body}.${signature.slice(0, -4)}`, 'signature'],
      [`${header}.${body}`, 'not a signed JWT'],
      [`${header}.${body}.${signature}.`, 'not a signed JWT'],
      [`${header}.${body}.${signature}=`, 'not a signed JWT'],
      ['opaque', 'not a signed JWT'],
    ] as const) {
      const reply = await assert(vault, given);
      expect([reply.status, reply.body.error], words).toEqual([401, 'invalid_client']);
      expect(reply.body.error_description).toContain(words);
    }
  });

  test.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'by %s is verified, also after a new key',
    async (algorithm) => {
      const vault = await federated();
      expect((await assert(vault, await token())).status).toBe(200);
      await issuer.addKey(algorithm);
      expect((await assert(vault, await token())).status).toBe(200);
    },
  );
});

test('keys come only over a connection that the CA vouches for, from an address that has them', async () => {
  const { jwksUrl } = issuer;
  const wrong = await openVault();
  for (const trusted of [
    { jwksUrl, caCertificate: wrong.caCertificate },
    { jwksUrl },
    { jwksUrl: `${jwksUrl}-gone`, caCertificate: issuer.caCertificate },
  ]) {
    const vault = await federated({ issuers: [{ issuer: GITHUB_ISSUER, ...trusted }] });
    const { status, body } = await assert(vault, await token());
    expect([status, body.error_description]).toEqual([401, 'The keys of the issuer could not be read.']);
  }
});

test('clocks may differ by a minute, or by the configured time', async () => {
  const expired = await issuer.token(githubClaims(AUDIENCE, { environment: 'production' }), {
    expiresInSeconds: -30,
  });
  expect((await assert(await federated(), expired)).status).toBe(200);
  expect((await assert(await federated({ leewaySeconds: 0 }), expired)).status).toBe(401);
});

test('a token is accepted again, unless the vault accepts each jti once', async () => {
  const given = await token();
  const lax = await federated();
  const strict = await federated({ jtiOnce: true });
  expect((await assert(lax, given)).status).toBe(200);
  expect((await assert(lax, given)).status).toBe(200);
  expect((await assert(strict, await token({ repository_id: '1' }))).status).toBe(401);
  expect((await assert(strict, given)).status).toBe(200);
  const { status, body } = await assert(strict, given);
  expect([status, body.error_description]).toEqual([401, 'The token was used before.']);
  expect((await assert(strict, await token())).status).toBe(200);
});

test('one token that fits two authorizations needs the client id', async () => {
  const vault = await federated();
  vault.authorization('other').federation = [RULE];
  const given = await token();
  const { status, body } = await assert(vault, given);
  expect([status, body.error]).toEqual([400, 'invalid_request']);
  const { clientId: client_id } = vault.clients.other;
  expect((await assert(vault, given, { client_id })).status).toBe(200);
});

test('a rule accepts a pattern as subject, several audiences, and claims that are lists', async () => {
  const vault = await federated();
  const rule = { ...RULE, audiences: ['x', AUDIENCE], subject: 'repo:acme@1234/*:ref:refs/heads/*' };
  vault.authorization('ci').federation = [{ ...rule, claims: { groups: 'b' } }];
  expect((await assert(vault, await token({ groups: ['a', 'b'], aud: ['y', AUDIENCE] }))).status).toBe(200);
  expect((await assert(vault, await token({ groups: ['a'] }))).status).toBe(401);
  const sub = 'repo:acme@12345/billing@5678:ref:refs/heads/main';
  expect((await assert(vault, await token({ groups: ['b'], sub }))).status).toBe(401);
});

test.each([
  [GITLAB_ISSUER, gitlabClaims(AUDIENCE), AUDIENCE, { project_id: '20', ref_protected: 'true' }],
  [AZURE_ISSUER, azureClaims(), 'api://AzureADTokenExchange', { prj_id: String(azureClaims()['prj_id']) }],
])('tokens as %s writes them are accepted', async (issuerUrl, identity, audience, required) => {
  const platform = await startIssuer({ issuerUrl });
  try {
    const { jwks } = platform;
    const vault = await openVault({ federation: { issuers: [{ issuer: issuerUrl, jwks: { ...jwks } }] } });
    vault.authorization('ci').federation = [
      { issuer: issuerUrl, audiences: [audience], subject: String(identity['sub']), claims: required },
    ];
    expect((await assert(vault, await platform.token(identity))).status).toBe(200);
  } finally {
    await platform.stop();
  }
});

test('a SPIFFE identity needs no issuer in its token, under its own type of assertion', async () => {
  const domain = { issuer: 'https://spire.example', trustDomain: 'acme.example' };
  const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'own' };
  const vault = await federated({ issuers: [{ ...domain, jwks: { keys: [jwk] } }] });
  vault.authorization('ci').federation = [
    { issuer: domain.issuer, audiences: [AUDIENCE], subject: 'spiffe://acme.example/ci/*' },
  ];
  const svid = (sub: string) =>
    signed(ES256, { aud: [AUDIENCE], sub, exp: Math.floor(Date.now() / 1_000) + 60 });
  const type = { client_assertion_type: `${URN}:client-assertion-type:jwt-spiffe` };
  const right = svid('spiffe://acme.example/ci/billing');
  expect((await assert(vault, right, type)).status).toBe(200);
  expect((await assert(vault, right)).body.error_description).toContain('issuer');
  expect((await assert(vault, svid('spiffe://evil.example/ci/billing'), type)).status).toBe(401);
  expect((await assert(vault, svid('spiffe://acme.example/web'), type)).status).toBe(401);
});

describe('a request', () => {
  const exchange = async () => form('token-exchange', await token());
  const assertion = async () => form('client-assertion', await token());

  test.each<[string, () => Promise<Record<string, string>>, number, string]>([
    [
      'without the assertion',
      async () => ({ ...(await assertion()), client_assertion: '' }),
      400,
      'invalid_request',
    ],
    [
      'without its type',
      async () => ({ ...(await assertion()), client_assertion_type: '' }),
      400,
      'invalid_request',
    ],
    [
      'with a type of assertion that is not known',
      async () => ({
        ...(await assertion()),
        client_assertion_type: `${URN}:client-assertion-type:saml2-bearer`,
      }),
      401,
      'invalid_client',
    ],
    [
      'with a client secret too',
      async () => ({ ...(await assertion()), client_id: 'x', client_secret: 'y' }),
      400,
      'invalid_request',
    ],
    [
      'without the subject token',
      async () => ({ ...(await exchange()), subject_token: '' }),
      400,
      'invalid_request',
    ],
    [
      'without the type of it',
      async () => ({ ...(await exchange()), subject_token_type: '' }),
      400,
      'invalid_request',
    ],
    [
      'for a SAML token',
      async () => ({ ...(await exchange()), subject_token_type: `${URN}:token-type:saml2` }),
      400,
      'invalid_request',
    ],
    [
      'for a refresh token',
      async () => ({ ...(await exchange()), requested_token_type: `${URN}:token-type:refresh_token` }),
      400,
      'invalid_request',
    ],
    [
      'with an actor',
      async () => ({ ...(await exchange()), actor_token: await token() }),
      400,
      'invalid_request',
    ],
    [
      'with a wrong secret and the grant',
      async () => ({ ...(await exchange()), client_id: 'x', client_secret: 'y' }),
      401,
      'invalid_client',
    ],
  ])('%s is rejected', async (_name, sent, status, error) => {
    const vault = await federated();
    const reply = await login(vault, await sent());
    expect([reply.status, reply.body.error]).toEqual([status, error]);
  });

  test('with a parameter twice is rejected', async () => {
    const vault = await federated();
    const body = `${new URLSearchParams(await assertion())}&client_id=a&client_id=b`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await ask(vault, 'POST', '/iso/oauth2/token', { body, headers });
    expect([reply.status, reply.body.error]).toEqual([400, 'invalid_request']);
  });

  test('for an ID token, or with the right secret and the grant, is accepted', async () => {
    const vault = await federated();
    const idToken = { ...(await exchange()), subject_token_type: `${URN}:token-type:id_token` };
    expect((await login(vault, idToken)).status).toBe(200);
    const { clientId, clientSecret } = vault.clients.ci;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    expect((await ask(vault, 'POST', '/iso/oauth2/token', { form: idToken, headers })).status).toBe(200);
  });
});

test('an authorization without a client secret is reached by its identity token only', async () => {
  const vault = await federated();
  vault.authorization('ci').clientSecret = '';
  const { clientId: client_id } = vault.clients.ci;
  const empty = { grant_type: 'client_credentials', client_id, client_secret: '' };
  expect((await login(vault, empty)).status).toBe(401);
  expect((await assert(vault, await token())).status).toBe(200);
});

test('an authorization keeps its attributes under an identity token', async () => {
  const vault = await federated();
  vault.authorization('ci').allowedIps = ['10.9.9.9'];
  expect((await assert(vault, await token())).status).toBe(403);
  const strict = await federated({}, { inactiveGetsToken: false });
  strict.authorization('ci').active = false;
  expect((await assert(strict, await token())).status).toBe(401);
});

test('each identity token that was sent is a secret of the vault, rejected or not', async () => {
  const vault = await federated({ exchanges: [] });
  const given = await token();
  await assert(vault, given);
  expect(vault.secretValues()).toEqual(expect.arrayContaining([given, given.split('.')[2]]));
  expect(JSON.stringify(vault.journal.requests)).not.toContain(given.split('.')[1]);
});
