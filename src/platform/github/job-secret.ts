import { Secret } from '../../core/secret.js';

/**
 * What every step of a job that may ask for identity tokens has, main and post, and no other job: the runner sets it for
 * each action anew, over what a step writes to GITHUB_ENV. Undefined for a job without `id-token: write`.
 *
 * Source: actions/runner, src/Runner.Worker/Handlers/NodeScriptActionHandler.cs.
 */
export function jobSecretOf(environment: Readonly<Record<string, string | undefined>>): Secret | undefined {
  const token = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  return token ? new Secret(token) : undefined;
}
