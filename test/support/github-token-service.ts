import { randomBytes } from 'node:crypto';
import { githubClaims, type IdentityClaims } from './identity-claims.js';
import type { Issuer } from './issuer.js';
import { startTokenService, type TokenService } from './token-service.js';

export interface GitHubTokenService extends TokenService {
  /** What the runner sets for a job with `permissions: id-token: write`. */
  readonly environment: {
    readonly ACTIONS_ID_TOKEN_REQUEST_URL: string;
    readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
  };
}

interface Options {
  readonly issuer: Issuer;
  /** Over those of `githubClaims`. */
  readonly claims?: IdentityClaims;
  /** Default 300. */
  readonly expiresInSeconds?: number;
  readonly tls?: boolean;
}

const PATH =
  '/7f3c/00000000-0000-0000-0000-000000000000/_apis/distributedtask/hubs/Actions/plans/1a/jobs/2b/idtoken';

/**
 * The token service of GitHub Actions: GET with a separate bearer; the address has a query already, to which
 * `audience` is added. Without one, the audience is the address of the owner.
 * Source: actions/toolkit, packages/core/src/oidc-utils.ts; docs.github.com, OpenID Connect reference.
 */
export async function startGitHubTokenService(options: Options): Promise<GitHubTokenService> {
  const { issuer, claims = {}, expiresInSeconds = 300, tls = false } = options;
  const requestToken = `ghr.${randomBytes(24).toString('base64url')}`;
  const service = await startTokenService(
    async ({ method, path, query, headers }, given) => {
      if (path !== PATH || query.get('api-version') !== '2.0') return { status: 404, body: 'Not Found' };
      if (method !== 'GET') return { status: 405, body: 'Method Not Allowed' };
      if (headers.authorization !== `Bearer ${requestToken}`) return { status: 401, body: 'Unauthorized' };
      const audience = query.get('audience') ?? 'https://github.com/acme';
      const token = given(await issuer.token(githubClaims(audience, claims), { expiresInSeconds }));
      return { status: 200, body: { count: token.length, value: token } };
    },
    { tls },
  );
  return {
    ...service,
    environment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${service.origin}${PATH}?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
  };
}
