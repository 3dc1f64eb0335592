import type { Format } from '../format.js';
import { SH } from '../sh.js';
import { RUNB_AZURE } from './azure.js';
import { RUNB_BAMBOO } from './bamboo.js';
import { RUNB_CIRCLECI } from './circleci.js';
import { RUNB_GITHUB } from './github.js';
import { RUNB_TEAMCITY } from './teamcity.js';

export type RunbTool =
  | 'github'
  | 'azure-devops'
  | 'bamboo'
  | 'bitbucket'
  | 'circleci'
  | 'teamcity'
  | 'gitlab'
  | 'linux';

/**
 * What `runb --tool` writes: a script to source, for Bamboo a properties file.
 *
 * `linux` had `declare -x` lines, which only bash knows, and which are local when sourced inside a function; `export`
 * does the same in bash, and in every other shell.
 */
export const RUNB_TOOLS: Readonly<Record<RunbTool, Format>> = {
  github: RUNB_GITHUB,
  'azure-devops': RUNB_AZURE,
  bamboo: RUNB_BAMBOO,
  bitbucket: SH,
  circleci: RUNB_CIRCLECI,
  teamcity: RUNB_TEAMCITY,
  gitlab: SH,
  linux: SH,
};
