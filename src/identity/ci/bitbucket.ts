import { option, say } from '../../core/text.js';
import type { IdentityProvider } from '../provider.js';
import { tokenInVariable } from '../variable.js';

/**
 * Bitbucket Pipelines, for a step with `oidc: true`, or with `oidc: { audiences: […] }`.
 *
 * Source: support.atlassian.com, "Integrate Pipelines with resource servers using OIDC"; atlassian.com/blog/bitbucket,
 * "Bitbucket Pipelines OIDC now supports multiple audiences".
 */
export const bitbucket: IdentityProvider = {
  name: 'bitbucket',
  isLocal: true,
  async fetchToken(audience, context) {
    const audiences = `oidc: { audiences: [${JSON.stringify(audience.value)}] }`;
    return tokenInVariable(
      ['BITBUCKET_STEP_OIDC_TOKEN'],
      {
        missing: `Add to the step: ${audience.isChosen ? audiences : 'oidc: true'}. A pipe gets the token only if the step passes it on as a variable.`,
        audienceRemedy: say`Write in the step: ${audiences}, or set ${option.oidcAudience} to what the token has.`,
        expiryRemedy: 'Fetch earlier in the step.',
      },
      audience,
      context,
    );
  },
};
