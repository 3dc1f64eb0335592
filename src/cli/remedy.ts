import type { ErrorCode } from '../core/error-codes.js';
import type { SeguraError } from '../core/errors.js';
import { optionKey, SECRET_INPUTS } from '../core/input-names.js';
import { say, type Text } from '../core/text.js';
import { REMOVED_BY_OUTER, variableOf } from './options/options.js';
import type { ProcessContext } from './process.js';

/** Remedies of the command line that replace those of the core, by error code. */
const OF_CODE: Partial<Record<ErrorCode, string>> = {
  RELEASE_FAILED:
    'Once the vault answers, run segura-secrets release with the state file, or release it in the vault by hand.',
};

/** What to do about a problem. */
export function remedyOf(
  { code, about, remedyText }: SeguraError,
  environment: ProcessContext['environment'],
): Text {
  if (code === 'INPUT_MISSING' && about === 'clientSecret')
    return `Set SENHASEGURA_CLIENT_SECRET in the environment, or give --client-secret-file FILE.${whyEmpty(environment)}`;
  const secret = SECRET_INPUTS.find((name) => optionKey(name) === about);
  if (code === 'INPUT_MISSING' && secret !== undefined)
    return `Set ${variableOf(secret)} in the environment.${whyEmpty(environment)}`;
  if (code === 'INPUT_MISSING' && about === 'oidcToken') return say`${remedyText}${whyEmpty(environment)}`;
  if (code === 'INPUT_MISSING' && about === 'secrets')
    return "Give --secrets 'identity/field > NAME' or --credentials 'id > NAME'; --secrets '*' requests everything.";
  return OF_CODE[code] ?? remedyText;
}

/** GitLab silently withholds protected variables from unprotected refs and from forks. */
function whyEmpty(environment: ProcessContext['environment']): string {
  if (environment[REMOVED_BY_OUTER] !== undefined)
    return ' An outer segura-secrets exec removed it from the environment: let the outer one fetch what both need.';
  if (environment['GITLAB_CI'] !== 'true' || environment['CI_COMMIT_REF_PROTECTED'] === 'true') return '';
  return ' This ref is not protected, and GitLab gives protected variables only to protected refs, none to forks.';
}
