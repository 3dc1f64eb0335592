import { option, say } from '../../core/text.js';
import { acceptToken } from '../claims.js';
import { askProgram } from '../program.js';
import type { IdentityProvider } from '../provider.js';

/** Buildkite, whose agent issues a token. Source: buildkite.com/docs/agent/v3/cli-oidc. */
export const buildkite: IdentityProvider = {
  name: 'buildkite',
  isLocal: false,
  async fetchToken(audience, context) {
    const text = await askProgram(
      ['buildkite-agent', 'oidc', 'request-token', '--audience', audience.value],
      'Run this inside a job of Buildkite, with an agent that has the command oidc. In a container, mount buildkite-agent and pass on the variables of the agent.',
      context,
    );
    const origin = {
      subject: '"buildkite-agent oidc request-token"',
      audienceRemedy: say`Check ${option.oidcAudience}.`,
      expiryRemedy: 'Check the clock of the agent.',
      isFresh: true,
    };
    return acceptToken(text, origin, audience, context);
  },
};
