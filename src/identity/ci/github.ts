import { Secret } from '../../core/secret.js';
import { option, say } from '../../core/text.js';
import { serviceUrl } from '../address.js';
import { acceptToken, unavailable } from '../claims.js';
import type { IdentityProvider } from '../provider.js';
import { askService, type TokenService, tokenField } from '../request.js';

const URL_NAME = 'ACTIONS_ID_TOKEN_REQUEST_URL';
const TOKEN_NAME = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN';

const REMEDY =
  'Add to the job: permissions: { contents: read, id-token: write }. A pull request from a fork gets no identity token: skip the step there.';

/**
 * GitHub Actions.
 *
 * Source: docs.github.com, "OpenID Connect reference"; actions/toolkit, packages/core/src/oidc-utils.ts: the address has
 * a query already, the token is in `value`.
 */
export const github: IdentityProvider = {
  name: 'github',
  isLocal: false,
  async fetchToken(audience, context) {
    const address = context.environment[URL_NAME] ?? '';
    const bearer = context.environment[TOKEN_NAME] ?? '';
    if (address === '' || bearer === '') {
      const missing = `${address === '' ? URL_NAME : TOKEN_NAME} is missing`;
      const fork = context.fork?.();
      if (fork !== undefined) {
        throw unavailable(
          `GitHub gives this job no identity token (${missing}): this pull request comes from ${fork}, and GitHub gives none to forks.`,
          "Skip the step there: if: github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository",
        );
      }
      throw unavailable(`GitHub gives this job no identity token: ${missing}.`, REMEDY);
    }
    context.hide(new Secret(bearer));
    const url = serviceUrl(address, URL_NAME);
    // By hand: what a URL would do to the rest of the query is not ours to do.
    const query = `audience=${encodeURIComponent(audience.value)}`;
    const service: TokenService = {
      name: "GitHub's token service",
      url: new URL(`${url.href}${url.search === '' ? '?' : '&'}${query}`),
      request: {
        method: 'GET',
        headers: { accept: 'application/json', authorization: `Bearer ${bearer}` },
      },
      remedy: (status) =>
        status === 401 || status === 403
          ? REMEDY
          : say`Run the job again. If that does not help, look at www.githubstatus.com, and check ${option.oidcAudience}.`,
    };
    const text = tokenField(service, await askService(service, context), 'value');
    const origin = {
      subject: service.name,
      audienceRemedy: say`Check ${option.oidcAudience}.`,
      expiryRemedy: 'Check the clock of the runner.',
      isFresh: true,
    };
    return acceptToken(text, origin, audience, context);
  },
};
