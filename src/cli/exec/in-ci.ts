/** Every common CI system sets one of these; most also set CI. Sources: each system's list of its variables. */
const VARIABLES = [
  'CI',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'TF_BUILD',
  'JENKINS_URL',
  'TEAMCITY_VERSION',
  'BUILDKITE',
  'BITBUCKET_BUILD_NUMBER',
  'CIRCLECI',
  'CODEBUILD_BUILD_ID',
  'bamboo_buildKey',
];

/** Whether a CI system runs this. Then no person is at the terminal, even if there is one. */
export function isInCi(environment: Readonly<Record<string, string | undefined>>): boolean {
  return VARIABLES.some((name) => !/^(?:|0|false|no)$/i.test(environment[name] ?? ''));
}
