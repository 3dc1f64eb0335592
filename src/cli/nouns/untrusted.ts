import { isOfOutsider } from '../../platform/github/outsider.js';
import type { ProcessContext } from '../process.js';

/** Of Jenkins and CircleCI. */
const ONLY_IN_FORKS = ['CHANGE_FORK', 'CIRCLE_PR_REPONAME', 'CIRCLE_PR_USERNAME'];
/** The repository that a pull request comes from, and the one that it is for: of Travis CI and Buildkite. */
const REPOSITORIES = [
  ['TRAVIS_PULL_REQUEST_SLUG', 'TRAVIS_REPO_SLUG'],
  ['BUILDKITE_PULL_REQUEST_REPO', 'BUILDKITE_REPO'],
];

/**
 * Whether this job runs for someone who may not write to the repository, as each CI system says it: a fork, or Dependabot.
 *
 * Source: GitHub, "Events that trigger workflows"; GitLab, "Predefined CI/CD variables"; Azure Pipelines, "Predefined
 * variables"; CircleCI, "Project values and variables" (only set on forked PRs); Jenkins, "Branch API" (CHANGE_FORK); Travis
 * CI, "Default environment variables"; Buildkite, "Environment variables".
 */
export function isUntrustedJob(environment: ProcessContext['environment']): boolean {
  if (isOfOutsider(environment)) return true;
  if (/^true$/i.test(environment['SYSTEM_PULLREQUEST_ISFORK'] ?? '')) return true;
  const [source, target] = ['CI_MERGE_REQUEST_SOURCE_PROJECT_ID', 'CI_MERGE_REQUEST_PROJECT_ID'].map(
    (name) => environment[name] ?? '',
  );
  if (source !== '' && source !== target) return true;
  if (ONLY_IN_FORKS.some((name) => (environment[name] ?? '') !== '')) return true;
  return REPOSITORIES.some((pair) => {
    const [head = '', base = ''] = pair.map((name) => repositoryIn(environment[name] ?? ''));
    return head !== '' && head !== base;
  });
}

/** The owner and name at the end of a slug or of a URL in any of the forms of git. */
function repositoryIn(text: string): string {
  return (
    /[^/:]+[/:][^/:]+$/
      .exec(text.replace(/(?:\.git)?\/*$/, ''))?.[0]
      .replace(':', '/')
      .toLowerCase() ?? text
  );
}
