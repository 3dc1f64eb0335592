import { randomBytes } from 'node:crypto';
import { azureClaims, type IdentityClaims } from './identity-claims.js';
import type { Issuer } from './issuer.js';
import { startTokenService, type TokenService } from './token-service.js';

export interface AzureTokenService extends TokenService {
  /** The variables `System.OidcRequestUri` and `System.TeamFoundationServerUri`, as a task sees them. */
  readonly environment: {
    readonly SYSTEM_OIDCREQUESTURI: string;
    readonly SYSTEM_TEAMFOUNDATIONSERVERURI: string;
  };
  /** The access token of the job, with which a task asks: that of the endpoint SYSTEMVSSCONNECTION. */
  readonly accessToken: string;
}

interface Options {
  readonly issuer: Issuer;
  /** Over those of `azureClaims`. */
  readonly claims?: IdentityClaims;
  /** Service connections: id and name. Default none. */
  readonly connections?: Readonly<Record<string, string>>;
  /** Default 600. */
  readonly expiresInSeconds?: number;
  readonly tls?: boolean | 'wrong-host';
  /** Default: a fresh one. */
  readonly accessToken?: string;
}

const PATH = '/acme/0f1e2d3c/_apis/distributedtask/hubs/build/plans/1a/jobs/2b/oidctoken';

/**
 * The token service of Azure DevOps: POST without a body. The audience cannot be chosen. A wrong bearer is led to a
 * sign-in page, unless `X-TFS-FedAuthRedirect: Suppress` asks for 401.
 * Source: REST reference "Oidctoken - Create" 7.1; azure-sdk-for-python, azure_pipelines.py; sigstore/fulcio, issue 1803.
 */
export async function startAzureTokenService(options: Options): Promise<AzureTokenService> {
  const { issuer, claims = {}, connections = {}, expiresInSeconds = 600, tls = false } = options;
  const accessToken = options.accessToken ?? randomBytes(24).toString('base64url');
  const service = await startTokenService(
    async ({ method, path, query, headers }, given) => {
      if (path !== PATH) return { status: 404, body: { message: 'Not found' } };
      if (headers.authorization !== `Bearer ${accessToken}`) {
        if (headers['x-tfs-fedauthredirect'] === 'Suppress') return { status: 401, body: '' };
        return {
          status: 302,
          body: '',
          headers: { location: 'https://spsprodweu1.vssps.visualstudio.com/_signin' },
        };
      }
      if (method !== 'POST') return { status: 405, body: { message: 'Method not allowed' } };
      if (!/^7\.1(-preview\.1)?$/.test(query.get('api-version') ?? '')) {
        return { status: 400, body: { message: 'No api-version was supplied for the request.' } };
      }
      const id = query.get('serviceConnectionId');
      const connection = id === null ? undefined : connections[id];
      if (id !== null && connection === undefined) {
        return { status: 404, body: { message: 'The service connection does not exist.' } };
      }
      const subject = connection === undefined ? {} : { sub: `sc://acme/billing/${connection}` };
      const token = await issuer.token(azureClaims({ ...subject, ...claims }), { expiresInSeconds });
      return { status: 200, body: { oidcToken: given(token) } };
    },
    { tls },
  );
  const environment = {
    SYSTEM_OIDCREQUESTURI: `${service.origin}${PATH}`,
    SYSTEM_TEAMFOUNDATIONSERVERURI: `${service.origin}/acme/`,
  };
  return { ...service, environment, accessToken };
}
