import { describe, expect, test } from 'vitest';
import { isUntrustedJob } from '../../../src/cli/nouns/untrusted.js';

describe('a job may write without --yes', () => {
  test.each<[string, Record<string, string>]>([
    ['of no CI system', {}],
    ['of a branch in CircleCI', { CIRCLECI: 'true', CIRCLE_PROJECT_REPONAME: 'shop' }],
    ['of a branch in Travis CI', { TRAVIS_PULL_REQUEST_SLUG: '', TRAVIS_REPO_SLUG: 'acme/shop' }],
    [
      'of a pull request inside of a repository in Buildkite',
      {
        BUILDKITE_PULL_REQUEST_REPO: 'https://github.com/Acme/shop.git',
        BUILDKITE_REPO: 'git@github.com:acme/shop.git',
      },
    ],
  ])('%s', (_, environment) => {
    expect(isUntrustedJob(environment)).toBe(false);
  });
});

describe('a job for a fork may not', () => {
  test.each<[string, Record<string, string>]>([
    ['CircleCI', { CIRCLE_PR_REPONAME: 'shop', CIRCLE_PR_USERNAME: 'eve' }],
    ['Jenkins', { CHANGE_FORK: 'eve' }],
    ['Travis CI', { TRAVIS_PULL_REQUEST_SLUG: 'eve/shop', TRAVIS_REPO_SLUG: 'acme/shop' }],
    [
      'Buildkite',
      {
        BUILDKITE_PULL_REQUEST_REPO: 'git://github.com/eve/shop.git',
        BUILDKITE_REPO: 'git@github.com:acme/shop.git',
      },
    ],
    ['GitLab', { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_MERGE_REQUEST_PROJECT_ID: '1' }],
    ['Azure Pipelines', { SYSTEM_PULLREQUEST_ISFORK: 'True' }],
    ['GitHub, with an event that cannot be read', { GITHUB_EVENT_NAME: 'pull_request_target' }],
  ])('in %s', (_, environment) => {
    expect(isUntrustedJob(environment)).toBe(true);
  });
});
