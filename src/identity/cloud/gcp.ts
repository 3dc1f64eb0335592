import { option, say } from '../../core/text.js';
import { metadataUrl } from '../address.js';
import { acceptToken } from '../claims.js';
import type { IdentityProvider } from '../provider.js';
import { askService, notFromService, type TokenService } from '../request.js';

const PATH = '/computeMetadata/v1/instance/service-accounts/default/identity';
const HOST_NAME = 'GCE_METADATA_HOST';

/**
 * Google Cloud: the identity of the service account that is attached to a machine, a container or a build.
 *
 * Source: cloud.google.com/compute/docs/instances/verifying-instance-identity; GCE_METADATA_HOST as in
 * googleapis/gcp-metadata. The server sends `Metadata-Flavor: Google`, which tells it from a portal.
 */
export const gcp: IdentityProvider = {
  name: 'gcp',
  isLocal: false,
  async fetchToken(audience, context) {
    const url = metadataUrl('http://metadata.google.internal', context.environment[HOST_NAME], HOST_NAME);
    url.pathname = PATH;
    url.search = new URLSearchParams({ audience: audience.value, format: 'full' }).toString();
    const service: TokenService = {
      name: 'The metadata server of Google Cloud',
      url,
      request: { method: 'GET', headers: { 'metadata-flavor': 'Google' } },
      passing: [500],
      remedy: (status) =>
        status === 404
          ? 'Attach a service account to the machine. GKE needs Workload Identity for the pod.'
          : say`Check the service account of the machine, and ${option.oidcAudience}.`,
    };
    const reply = await askService(service, context);
    if (reply.headers['metadata-flavor'] !== 'Google')
      throw notFromService(service, 'a reply that is not from Google');
    const origin = {
      subject: service.name,
      audienceRemedy: say`Check ${option.oidcAudience}.`,
      expiryRemedy: 'Check the clock of the machine.',
      isFresh: true,
    };
    return acceptToken(reply.text.trim(), origin, audience, context);
  },
};
