import { get } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startAzureTokenService } from './azure-token-service.js';
import { startGitHubTokenService } from './github-token-service.js';
import { type Issuer, startIssuer } from './issuer.js';
import { startAzureMetadata, startGcpMetadata } from './metadata-services.js';
import type { TokenService } from './token-service.js';

let issuer: Issuer;
const running: TokenService[] = [];

beforeAll(async () => {
  issuer = await startIssuer();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});
afterAll(() => issuer.stop());

async function opened<Service extends TokenService>(starting: Promise<Service>): Promise<Service> {
  const service = await starting;
  running.push(service);
  return service;
}

function claimsOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('GitHub', () => {
  test('gives a token for the audience that is added to the query', async () => {
    const { environment, requests, issued } = await opened(startGitHubTokenService({ issuer }));
    const url = `${environment.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent('https://v.example')}`;
    const headers = bearer(environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
    const { value } = (await (await fetch(url, { headers })).json()) as { value: string };
    const { iss, aud, repository_id, exp, iat } = claimsOf(value);
    expect({ iss, aud, repository_id }).toEqual({
      iss: issuer.issuerUrl,
      aud: 'https://v.example',
      repository_id: '5678',
    });
    expect(Number(exp) - Number(iat)).toBe(300);
    expect(issued).toEqual([value]);
    expect(requests.map(({ method, query }) => [method, query.get('audience')])).toEqual([
      ['GET', 'https://v.example'],
    ]);
    const plain = await fetch(environment.ACTIONS_ID_TOKEN_REQUEST_URL, { headers });
    expect(claimsOf(((await plain.json()) as { value: string }).value)['aud']).toBe(
      'https://github.com/acme',
    );
  });

  test('rejects another bearer, and fails as often as configured', async () => {
    const service = await opened(startGitHubTokenService({ issuer }));
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = service.environment;
    service.fail(2, 503, { 'retry-after': '1' });
    service.fail(1, 504);
    const statuses: number[] = [];
    for (const given of [token, token, token, 'wrong', token]) {
      statuses.push((await fetch(url, { headers: bearer(given) })).status);
    }
    expect(statuses).toEqual([503, 503, 504, 401, 200]);
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: bearer(token), method: 'POST' })).status).toBe(405);
    expect((await fetch(url.replace(/\?.*/, ''), { headers: bearer(token) })).status).toBe(404);
  });
});

test('a service can use TLS with its own CA', async () => {
  const { environment, caCertificate: ca } = await opened(startGitHubTokenService({ issuer, tls: true }));
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = environment;
  const status = await new Promise((resolve, reject) => {
    get(url, { ca, agent: false, headers: bearer(token) }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });
  expect(status).toBe(200);
});

describe('Azure DevOps', () => {
  const ID = '11111111-2222-3333-4444-555555555555';

  test('gives a token of the pipeline, or of a service connection', async () => {
    const connections = { [ID]: 'vault' };
    const service = await opened(startAzureTokenService({ issuer, connections }));
    const ask = async (query: string) => {
      const url = `${service.environment.SYSTEM_OIDCREQUESTURI}?api-version=7.1${query}`;
      const reply = await fetch(url, { method: 'POST', headers: bearer(service.accessToken) });
      return {
        status: reply.status,
        claims: claimsOf(((await reply.json()) as { oidcToken?: string }).oidcToken ?? '.e30'),
      };
    };
    const pipeline = await ask('');
    expect(pipeline.claims).toMatchObject({
      aud: 'api://AzureADTokenExchange',
      sub: 'p://acme/billing/deploy',
    });
    expect((await ask(`&serviceConnectionId=${ID}`)).claims['sub']).toBe('sc://acme/billing/vault');
    expect((await ask('&serviceConnectionId=none')).status).toBe(404);
  });

  test('leads a wrong bearer to a sign-in page, unless that is suppressed', async () => {
    const { environment, accessToken } = await opened(startAzureTokenService({ issuer }));
    const post = async (headers: Record<string, string>, query = '?api-version=7.1') =>
      (
        await fetch(environment.SYSTEM_OIDCREQUESTURI + query, {
          method: 'POST',
          headers,
          redirect: 'manual',
        })
      ).status;
    expect(await post(bearer('wrong'))).toBe(302);
    expect(await post({ ...bearer('wrong'), 'X-TFS-FedAuthRedirect': 'Suppress' })).toBe(401);
    expect(await post(bearer(accessToken), '')).toBe(400);
    expect(await post(bearer(accessToken), '?api-version=7.1-preview.1')).toBe(200);
  });
});

test('the metadata server of Google Cloud wants its header and an audience', async () => {
  const service = await opened(startGcpMetadata({ issuer }));
  const url = `${service.origin}/computeMetadata/v1/instance/service-accounts/default/identity`;
  const headers = { 'Metadata-Flavor': 'Google' };
  const full = await fetch(`${url}?audience=https://v.example&format=full`, { headers });
  expect(full.headers.get('metadata-flavor')).toBe('Google');
  expect(claimsOf(await full.text())).toMatchObject({
    aud: 'https://v.example',
    google: { compute_engine: { instance_name: 'runner-1' } },
  });
  expect((await fetch(`${url}?audience=x`)).status).toBe(403);
  expect((await fetch(url, { headers })).status).toBe(400);
  expect(
    (await fetch(`${url}?audience=x`, { headers: { ...headers, 'X-Forwarded-For': '10.0.0.1' } })).status,
  ).toBe(403);
});

test('the metadata service of Azure wants its header, a version and a resource', async () => {
  const service = await opened(startAzureMetadata({ issuer }));
  const url = `${service.origin}/metadata/identity/oauth2/token`;
  const headers = { Metadata: 'true' };
  const good = `${url}?api-version=2018-02-01&resource=api%3A%2F%2Fvault`;
  const reply = (await (await fetch(good, { headers })).json()) as Record<string, string>;
  expect(reply).toMatchObject({ token_type: 'Bearer', resource: 'api://vault', expires_in: '3600' });
  expect(claimsOf(reply['access_token'])['aud']).toBe('api://vault');
  expect((await fetch(good)).status).toBe(400);
  expect((await fetch(`${url}?resource=x`, { headers })).status).toBe(400);
  expect((await fetch(`${url}?api-version=2018-02-01`, { headers })).status).toBe(400);
});
