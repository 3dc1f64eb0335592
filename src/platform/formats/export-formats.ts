import { AZURE } from './azure.js';
import { DOCKER } from './docker.js';
import { DOTENV } from './dotenv.js';
import type { Format } from './format.js';
import { GITHUB_ENV } from './github-env.js';
import { JSON_OBJECT } from './json.js';
import { PWSH } from './pwsh.js';
import { SH } from './sh.js';

export type ExportFormat = 'sh' | 'pwsh' | 'dotenv' | 'json' | 'github' | 'azure' | 'docker';

/** What `export --format` offers. Each brings back the same bytes when it is used as documented. */
export const EXPORT_FORMATS: Readonly<Record<ExportFormat, Format>> = {
  sh: SH,
  pwsh: PWSH,
  dotenv: DOTENV,
  json: JSON_OBJECT,
  github: GITHUB_ENV,
  azure: AZURE,
  docker: DOCKER,
};
