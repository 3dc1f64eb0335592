import { option, say } from '../../core/text.js';
import { acceptToken } from '../claims.js';
import { askProgram } from '../program.js';
import type { IdentityProvider } from '../provider.js';
import { tokenInVariable } from '../variable.js';

/** The subject of the second version names the branch as well. */
const NAMES = ['CIRCLE_OIDC_TOKEN_V2', 'CIRCLE_OIDC_TOKEN'] as const;

/**
 * CircleCI: the token of the job, whose audience is the id of the organization; for an audience that the user chose, one
 * that its program issues. What that prints is not masked by CircleCI, and is kept here.
 *
 * Source: circleci.com/docs/openid-connect-tokens, circleci.com/docs/oidc-tokens-with-custom-claims.
 */
export const circleci: IdentityProvider = {
  name: 'circleci',
  isLocal: false,
  async fetchToken(audience, context) {
    if (!audience.isChosen) {
      return tokenInVariable(
        NAMES,
        {
          missing:
            'Run this inside a job of CircleCI. A pull request from a fork gets a token only if the project passes secrets to forked builds.',
          audienceRemedy: say`Set ${option.oidcAudience}.`,
          expiryRemedy: say`Set ${option.oidcAudience}: a new token is then issued when it is needed.`,
        },
        audience,
        context,
      );
    }
    const claims = JSON.stringify({ aud: audience.value });
    const text = await askProgram(
      ['circleci', 'run', 'oidc', 'get', '--claims', claims],
      say`Run this inside a job of CircleCI (of a server from 4.4 on), or leave ${option.oidcAudience} out to use CIRCLE_OIDC_TOKEN_V2.`,
      context,
    );
    const origin = {
      subject: '"circleci run oidc get"',
      audienceRemedy: say`Check ${option.oidcAudience}.`,
      expiryRemedy: 'Check the clock of the machine.',
      isFresh: true,
    };
    return acceptToken(text, origin, audience, context);
  },
};
