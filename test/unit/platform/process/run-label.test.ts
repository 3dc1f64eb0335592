import { expect, test } from 'vitest';
import { runLabelOf } from '../../../../src/platform/process/run-label.js';

test.each<[string, Record<string, string>, string]>([
  [
    'GitHub',
    {
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'owner/repo',
      GITHUB_RUN_ID: '123',
      GITHUB_RUN_ATTEMPT: '1',
    },
    'github; owner/repo; run 123/1',
  ],
  [
    'GitLab',
    { GITLAB_CI: 'true', CI_PROJECT_PATH: 'group/sub/project', CI_JOB_ID: '77' },
    'gitlab; group/sub/project; job 77',
  ],
  [
    'Azure Pipelines',
    { TF_BUILD: 'True', SYSTEM_TEAMPROJECT: 'My Project', BUILD_BUILDID: '5' },
    'azure; My_Project; build 5',
  ],
  ['a runner that says little', { GITHUB_ACTIONS: 'true' }, 'github'],
  ['a terminal', { GITHUB_REPOSITORY: 'owner/repo', CI: 'true' }, ''],
])('the label of %s identifies its run', (_, environment, label) => {
  expect(runLabelOf(environment)).toBe(label);
});

test('characters that a header cannot contain are replaced, and the length is limited', () => {
  const environment = {
    GITLAB_CI: 'true',
    CI_PROJECT_PATH: `a(b)\\é\r\nX-Evil: 1;${'x'.repeat(5_000)}`,
    CI_JOB_ID: '1\n2',
  };
  const label = runLabelOf(environment);
  expect(label).toMatch(/^gitlab; a_b_____X-Evil:_1_x+; job 1_2$/);
  expect(label.length).toBeLessThan(130);
});
