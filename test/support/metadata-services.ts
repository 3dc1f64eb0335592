import type { IdentityClaims } from './identity-claims.js';
import type { Issuer } from './issuer.js';
import { startTokenService, type TokenService } from './token-service.js';

interface Options {
  readonly issuer: Issuer;
  /** Over those that the cloud writes. */
  readonly claims?: IdentityClaims;
}

const GCP_PATH = '/computeMetadata/v1/instance/service-accounts/default/identity';
const AZURE_PATH = '/metadata/identity/oauth2/token';
const HOUR_SECONDS = 3_600;

/**
 * The metadata server of Google Cloud: the identity token as plain text. A request that a proxy forwarded is refused.
 * Source: cloud.google.com, "Verify VM identity" and "About VM metadata".
 */
export function startGcpMetadata({ issuer, claims = {} }: Options): Promise<TokenService> {
  return startTokenService(async ({ method, path, query, headers }, given) => {
    const flavor = { 'metadata-flavor': 'Google', server: 'Metadata Server for VM' };
    const refused = (status: number, body: string) => ({ status, body, headers: flavor });
    if (headers['metadata-flavor'] !== 'Google')
      return refused(403, 'Missing Metadata-Flavor:Google header.');
    if (headers['x-forwarded-for'] !== undefined) return refused(403, 'Request was forwarded.');
    if (path !== GCP_PATH) return refused(404, 'Not Found');
    if (method !== 'GET') return refused(405, 'Method Not Allowed');
    const audience = query.get('audience') ?? '';
    if (audience === '') return refused(400, 'non-empty audience parameter required');
    const isFull = query.get('format') === 'full';
    const identity = {
      aud: audience,
      azp: '113774264463038321964',
      sub: '113774264463038321964',
      ...(isFull
        ? { email: 'ci@acme.iam.gserviceaccount.com', email_verified: true, google: COMPUTE_ENGINE }
        : {}),
      ...claims,
    };
    const token = given(await issuer.token(identity, { expiresInSeconds: HOUR_SECONDS }));
    return { status: 200, body: token, headers: { ...flavor, 'content-type': 'text/html' } };
  });
}

const COMPUTE_ENGINE = {
  compute_engine: {
    project_id: 'acme-ci',
    project_number: 739419398126,
    zone: 'europe-west1-b',
    instance_id: '152986662232938449',
    instance_name: 'runner-1',
  },
};

/**
 * Azure's instance metadata service: an access token for `resource`, its times as text.
 * Source: learn.microsoft.com, "How to use managed identities on an Azure VM to acquire an access token".
 */
export function startAzureMetadata({ issuer, claims = {} }: Options): Promise<TokenService> {
  return startTokenService(async ({ method, path, query, headers }, given) => {
    const refused = (description: string) => ({
      status: 400,
      body: { error: 'invalid_request', error_description: description },
    });
    if (headers.metadata !== 'true') return refused('Required metadata header not specified');
    if (headers['x-forwarded-for'] !== undefined) return refused('Proxied requests are not supported');
    if (path !== AZURE_PATH) return { status: 404, body: { error: 'Not found' } };
    if (method !== 'GET') return { status: 405, body: { error: 'Method not allowed' } };
    if (query.get('api-version') !== '2018-02-01')
      return refused('Required query variable api-version is missing');
    const resource = query.get('resource') ?? '';
    if (resource === '') return refused('Required query variable resource is missing');
    const now = Math.floor(Date.now() / 1_000);
    const identity = {
      aud: resource,
      appid: 'e3a7f4f0-2f54-4b0a-9a4f-2d5d1f9d9b11',
      oid: '5e3b1d0a-8a1c-4e44-9f0a-6d2f4b1c7a99',
      sub: '5e3b1d0a-8a1c-4e44-9f0a-6d2f4b1c7a99',
      tid: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      ...claims,
    };
    const token = given(await issuer.token(identity, { expiresInSeconds: HOUR_SECONDS }));
    return {
      status: 200,
      body: {
        access_token: token,
        client_id: identity.appid,
        expires_in: String(HOUR_SECONDS),
        expires_on: String(now + HOUR_SECONDS),
        ext_expires_in: String(HOUR_SECONDS),
        not_before: String(now),
        resource,
        token_type: 'Bearer',
      },
    };
  });
}
