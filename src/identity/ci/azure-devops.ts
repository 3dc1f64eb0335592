import { Secret } from '../../core/secret.js';
import { option, say } from '../../core/text.js';
import { readClaims } from '../../core/tokens/jwt.js';
import { serviceUrl } from '../address.js';
import { acceptToken, unavailable } from '../claims.js';
import type { Environment, IdentityProvider } from '../provider.js';
import { askService, type TokenService, tokenField } from '../request.js';

const URL_NAME = 'SYSTEM_OIDCREQUESTURI';
const TOKEN_NAME = 'SYSTEM_ACCESSTOKEN';
const SERVER_NAME = 'SYSTEM_TEAMFOUNDATIONSERVERURI';
const API_VERSION = '7.1';
/** Hosts of Azure DevOps Services. Source: learn.microsoft.com, "Allowed IP addresses and domain URLs". */
const SERVICES = /(^|\.)(dev\.azure\.com|visualstudio\.com)$/;

/**
 * Azure Pipelines. The audience of its tokens is always `api://AzureADTokenExchange`; they are valid for ten minutes.
 *
 * A task has the access token of the job as that of its connection SystemVssConnection; the caller gives it as
 * SYSTEM_ACCESSTOKEN. Source: learn.microsoft.com, "Oidctoken - Create", REST API 7.1; azure-sdk-for-python,
 * azure_pipelines.py, for the headers.
 */
export const azureDevops: IdentityProvider = {
  name: 'azure-devops',
  isLocal: false,
  async fetchToken(audience, context) {
    const address = context.environment[URL_NAME] ?? '';
    const bearer = context.environment[TOKEN_NAME] ?? '';
    if (address === '') {
      throw unavailable(
        'Azure Pipelines gives this job no identity token: the variable System.OidcRequestUri is missing.',
        'Update the agent: old versions do not set it. Outside Azure Pipelines there is none.',
      );
    }
    if (bearer === '') {
      throw unavailable(
        'Azure Pipelines gives this script no access token of the job, which the request for an identity token needs.',
        'Add to the step: env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }',
      );
    }
    context.hide(new Secret(bearer));
    const url = serviceUrl(address, URL_NAME);
    if (!isOfJob(url, bearer, context.environment)) {
      throw unavailable(
        `The variable System.OidcRequestUri names ${url.host}, which is not Azure DevOps: the access token of the job is not sent there.`,
        `Make sure that no step sets System.OidcRequestUri. On a server of your own, it must have the host of ${SERVER_NAME}.`,
      );
    }
    url.searchParams.set('api-version', API_VERSION);
    const service: TokenService = {
      name: 'The token service of Azure DevOps',
      url,
      request: {
        method: 'POST',
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${bearer}`,
          'content-type': 'application/json',
          // Else a request that is not authorized gets a page to sign in at.
          'x-tfs-fedauthredirect': 'Suppress',
        },
        body: '',
      },
      remedy: (status) =>
        status === 401 || status === 403
          ? 'Check that SYSTEM_ACCESSTOKEN is $(System.AccessToken) of this job, and that the project lets pipelines issue tokens.'
          : 'Run the job again. If that does not help, update the agent, and look at status.dev.azure.com.',
    };
    const text = tokenField(service, await askService(service, context), 'oidcToken');
    const origin = {
      subject: service.name,
      audienceRemedy: say`Azure DevOps does not let a pipeline choose the audience. Leave ${option.oidcAudience} out, and let the vault accept api://AzureADTokenExchange.`,
      expiryRemedy: 'Check the clock of the agent.',
      isFresh: true,
    };
    return acceptToken(text, origin, audience, context);
  },
};

/**
 * Whether an address is of the service that issued the access token of the job. A step may set System.OidcRequestUri for
 * those after it, and would get that token, which the agent gives to tasks and not to scripts. A token of Azure DevOps
 * Services says by its issuer that nothing else will do.
 *
 * Source: azure-pipelines-agent, Constants.cs, ReadOnlyVariables: System.OidcRequestUri is not among them.
 */
function isOfJob(url: URL, bearer: string, environment: Environment): boolean {
  if (url.protocol === 'https:' && SERVICES.test(url.hostname)) return true;
  const issuer = readClaims(new Secret(bearer))?.iss ?? '';
  if (SERVICES.test(issuer.replace(/^https:\/\//, '').replace(/\/.*$/, ''))) return false;
  const server = environment[SERVER_NAME] ?? '';
  return URL.canParse(server) && new URL(server).origin === url.origin;
}
