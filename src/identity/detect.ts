import { SeguraError } from '../core/errors.js';
import type { Secret } from '../core/secret.js';
import { option, say, type Text } from '../core/text.js';
import { azureDevops } from './ci/azure-devops.js';
import { bitbucket } from './ci/bitbucket.js';
import { buildkite } from './ci/buildkite.js';
import { circleci } from './ci/circleci.js';
import { github } from './ci/github.js';
import { gitlab } from './ci/gitlab.js';
import { unavailable } from './claims.js';
import { azureImds } from './cloud/azure-imds.js';
import { gcp } from './cloud/gcp.js';
import { DEFAULT_VARIABLE, env, given, VARIABLE_NAME } from './env.js';
import { FILE_VARIABLES, file } from './file.js';
import type { Environment, IdentityProvider, IdentityProviderName } from './provider.js';

/** The settings that say where the identity token comes from. */
export interface WantedProvider {
  readonly provider: IdentityProviderName | 'auto';
  /** The path with `file`, the name of a variable with `env` and `gitlab`, else the token itself; often empty. */
  readonly token: Secret;
}

/**
 * Where the identity token comes from. Asks no one: the environment decides what `auto` is.
 *
 * Errors: IDENTITY_UNAVAILABLE where `auto` finds nothing; INPUT_INVALID for settings that contradict each other.
 */
export function chooseProvider(
  { provider, token }: WantedProvider,
  environment: Environment,
): IdentityProvider {
  const text = token.reveal().trim();
  switch (provider) {
    case 'file':
      return file(text);
    case 'env':
      return env(text);
    case 'gitlab':
      return text === '' || VARIABLE_NAME.test(text) ? gitlab(text) : given(token);
    case 'auto':
      return text === '' ? detectProvider(environment) : given(token);
    default:
      if (text === '') return ISSUERS[provider];
      throw new SeguraError(
        'INPUT_INVALID',
        say`${option.oidcToken} is set, but ${option.oidcProvider} is ${provider}, which issues the token itself.`,
        say`Leave out one of ${option.oidcToken} and ${option.oidcProvider}.`,
      );
  }
}

const ISSUERS = {
  github,
  'azure-devops': azureDevops,
  circleci,
  bitbucket,
  buildkite,
  gcp,
  'azure-imds': azureImds,
} as const;

/** What each CI system sets in every job, then what a machine or container may have. */
const SIGNS: readonly {
  readonly variable: string;
  readonly of: string;
  readonly provider: IdentityProvider;
}[] = [
  { variable: 'GITHUB_ACTIONS', of: 'GitHub Actions', provider: github },
  { variable: 'TF_BUILD', of: 'Azure Pipelines', provider: azureDevops },
  { variable: 'GITLAB_CI', of: 'GitLab', provider: gitlab('') },
  { variable: 'CIRCLECI', of: 'CircleCI', provider: circleci },
  { variable: 'BITBUCKET_BUILD_NUMBER', of: 'Bitbucket', provider: bitbucket },
  { variable: 'BUILDKITE', of: 'Buildkite', provider: buildkite },
  { variable: DEFAULT_VARIABLE, of: 'a token in a variable', provider: env('') },
  ...FILE_VARIABLES.map((variable) => ({ variable, of: 'a token in a file', provider: file('') })),
  { variable: 'GCE_METADATA_HOST', of: 'Google Cloud', provider: gcp },
];

/**
 * A variable that is set and not `false` is a sign. A metadata server is not searched for, because on another network its
 * address may be anyone's. So `gcp` has to be named unless GCE_METADATA_HOST is set, and `azure-imds` always.
 */
function detectProvider(environment: Environment): IdentityProvider {
  const isSet = (variable: string): boolean =>
    !['', 'false', '0'].includes((environment[variable] ?? '').trim().toLowerCase());
  const found = SIGNS.find(({ variable }) => isSet(variable));
  if (found !== undefined) return found.provider;
  const looked = SIGNS.map(({ variable, of }) => `${variable} (${of})`).join(', ');
  throw unavailable(`There is no sign of a provider of identity tokens: none of ${looked} is set.`, REMEDY);
}

const REMEDY: Text = say`Set ${option.oidcProvider}: file and env take the path or the variable from ${option.oidcToken}; name gcp (which auto takes only where GCE_METADATA_HOST is set) or azure-imds on a machine of these clouds. In a container, pass on the variables of the job. What a job needs: GitHub permissions: { id-token: write }, GitLab id_tokens:, Bitbucket oidc: true, a script of Azure Pipelines env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }; CircleCI and Buildkite need nothing.`;
