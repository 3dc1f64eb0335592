import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Ended, RunOptions } from '../support/command-line.js';
import { type GitLabApi, type GitLabVariable, startGitLab } from '../support/gitlab-api.js';
import type { VaultOptions } from '../vault/index.js';
import { expectHidden, openRunb, type RunbDesk, runb } from './runb-desk.js';

const TOKEN = 'glpat-fake-of-this-project';
export const DELETE = ['-t', 'gitlab', '--delete-variables'];
/** What the job has: the same as in the vault, another value than there, not there at all, not named. */
export const VARIABLES = {
  SAME: 'the very same value',
  OTHER: 'the value of GitLab',
  ABSENT: 'not in the vault',
  UNNAMED: 'in the vault, and not named',
};
export const IN_VAULT = { ...VARIABLES, OTHER: 'the value of the vault', ABSENT: null };
const MAPPING = 'key_value: [{ name: more, fields: [SAME, OTHER, ABSENT] }]';

export interface GitLabDesk extends RunbDesk {
  readonly gitlab: GitLabApi;
  readonly run: (args?: readonly string[], options?: RunOptions) => Promise<Ended>;
  readonly replace: (...variables: GitLabVariable[]) => void;
  /** The variables that GitLab has left, with their scopes. */
  readonly left: () => string[];
}

/** A vault, and a GitLab project whose variables a job has in its environment and names in a mapping file. */
export async function openGitLab(options: VaultOptions = {}): Promise<GitLabDesk> {
  const opened = await openRunb({ postgres: IN_VAULT }, options);
  const gitlab = await startGitLab();
  onTestFinished(() => gitlab.close());
  const variables = Object.entries(VARIABLES).map(([key, value]) => ({ key, value, scope: '*' }));
  gitlab.projects['group/billing'] = { id: 7, variables };
  gitlab.tokens[TOKEN] = { scopes: ['api'], levels: { 'group/billing': 40 } };
  writeFileSync(join(opened.desk.folder, 'map.yaml'), MAPPING);
  Object.assign(opened.desk.env, VARIABLES, {
    SENHASEGURA_MAPPING_FILE: 'map.yaml',
    CI_API_V4_URL: gitlab.url,
    CI_PROJECT_ID: '7',
    GITLAB_ACCESS_TOKEN: TOKEN,
  });
  return {
    ...opened,
    gitlab,
    run: async (args = DELETE, run = {}) => {
      const ended = await runb(opened.desk, args, run);
      expectHidden(opened.vault, ended, [TOKEN, ...Object.values(VARIABLES)]);
      return ended;
    },
    replace: (...replaced) => {
      gitlab.projects['group/billing'] = { id: 7, variables: replaced };
    },
    left: () =>
      (gitlab.projects['group/billing']?.variables ?? []).map(({ key, scope }) => `${key} ${scope}`),
  };
}

export const PATH = '/api/v4/projects/7/variables';
