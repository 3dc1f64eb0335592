import type { InputName } from '../../src/core/input-names.js';
import { optionKey } from '../../src/core/input-names.js';
import type { VaultOptions } from '../vault/index.js';
import { startAzureTokenService } from './azure-token-service.js';
import { azureSampleData } from './azure-vault.js';
import { AZURE_ISSUER, azureClaims } from './identity-claims.js';
import { makeWayParts, type OpenWay, openWay, type Way, type WayParts, type Workload } from './ways.js';

/** A pipeline, as the agent gives its tasks the token service and the access token of the job. */
const pipeline = (tls: boolean | 'wrong-host'): Workload => ({
  issuerUrl: AZURE_ISSUER,
  subject: 'p://acme/billing/deploy',
  audience: () => 'api://AzureADTokenExchange',
  claims: () => azureClaims(),
  serve: async (issuer) => {
    const { environment, accessToken, ...service } = await startAzureTokenService({ issuer, tls });
    return {
      ...service,
      environment: { ...environment, ...jobConnection(accessToken) },
      secret: accessToken,
    };
  },
});

/** The connection SystemVssConnection of each task. Source: microsoft/azure-pipelines-agent, Handlers/Handler.cs. */
export function jobConnection(accessToken: string): Record<string, string> {
  return {
    ENDPOINT_URL_SYSTEMVSSCONNECTION: 'https://dev.azure.com/acme/',
    ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION: 'OAuth',
    ENDPOINT_AUTH_SYSTEMVSSCONNECTION: JSON.stringify({
      scheme: 'OAuth',
      parameters: { AccessToken: accessToken },
    }),
    ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: accessToken,
  };
}

/** `shared`: of makeAzureParts. `tls`: whether the token service speaks it. */
interface AzureWayParts {
  readonly tls?: boolean | 'wrong-host';
  readonly shared?: WayParts;
}

/** What takes long to make, for tasks that can share it. */
export function makeAzureParts(way: Way): Promise<WayParts> {
  return makeWayParts(way, pipeline(false));
}

/** A vault that takes one way only, and what a pipeline needs to log in to it: inputs as the task spells them. */
export async function openAzureWay(
  way: Way,
  options: VaultOptions = {},
  { tls = false, shared }: AzureWayParts = {},
): Promise<OpenWay> {
  const open = await openWay(way, { data: azureSampleData(), ...options }, shared, pipeline(tls));
  const given = Object.entries(open.inputs).map(([name, value]) => [optionKey(name as InputName), value]);
  return { ...open, inputs: Object.fromEntries(given) };
}
