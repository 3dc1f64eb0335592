import { option, say } from '../../core/text.js';
import { metadataUrl } from '../address.js';
import { acceptToken } from '../claims.js';
import type { IdentityProvider } from '../provider.js';
import { askService, type TokenService, tokenField } from '../request.js';

const PATH = '/metadata/identity/oauth2/token';
const API_VERSION = '2018-02-01';
const HOST_NAME = 'AZURE_POD_IDENTITY_AUTHORITY_HOST';

/**
 * Azure: the managed identity of a virtual machine, from its Instance Metadata Service. AZURE_CLIENT_ID chooses one of
 * several identities, and AZURE_POD_IDENTITY_AUTHORITY_HOST another address, as in the libraries of Azure.
 *
 * The audience is the resource that a token is asked for: Entra ID has to know an application with that identifier URI.
 * Source: learn.microsoft.com, "How to use managed identities for Azure resources on an Azure VM to acquire an access
 * token", with the status codes after which to try again.
 */
export const azureImds: IdentityProvider = {
  name: 'azure-imds',
  isLocal: false,
  async fetchToken(audience, context) {
    const clientId = context.environment['AZURE_CLIENT_ID'] ?? '';
    const url = metadataUrl('http://169.254.169.254', context.environment[HOST_NAME], HOST_NAME);
    url.pathname = PATH;
    url.search = new URLSearchParams({
      'api-version': API_VERSION,
      resource: audience.value,
      ...(clientId === '' ? {} : { client_id: clientId }),
    }).toString();
    const service: TokenService = {
      name: 'The Instance Metadata Service of Azure',
      url,
      request: { method: 'GET', headers: { metadata: 'true', accept: 'application/json' } },
      passing: [404, 410, 500],
      remedy: (status) =>
        status === 400
          ? say`Assign a managed identity to the machine, and register in Entra ID an application with the identifier URI ${audience.value}, or set ${option.oidcAudience} to one that is registered.`
          : 'Assign a managed identity to the machine. Where it has several, set AZURE_CLIENT_ID.',
    };
    const text = tokenField(service, await askService(service, context), 'access_token');
    const origin = {
      subject: service.name,
      audienceRemedy: say`Set ${option.oidcAudience} to the audience that the token has: Entra ID may write the id of the application there.`,
      expiryRemedy: 'Check the clock of the machine.',
      isFresh: true,
    };
    return acceptToken(text, origin, audience, context);
  },
};
