import type { SeguraError } from '../core/errors.js';
import { REMOVED_BY_OUTER } from './exec/environment.js';
import { INPUT_OPTIONS } from './options/options.js';
import type { World } from './process.js';

/** What to do about a problem, in the words of a command line: the core's remedies show lines of a workflow. */
export function remedyOf({ code, message, remedy }: SeguraError, environment: World['environment']): string {
  if (code === 'INPUT_MISSING' && message.startsWith('Input "client-secret"')) {
    return `Set SENHASEGURA_CLIENT_SECRET in the environment, or give --client-secret-file FILE.${whyEmpty(environment)}`;
  }
  if (code === 'INPUT_MISSING' && message.startsWith('Neither')) {
    return "Give --secrets 'identity/field > NAME' or --credentials 'id > NAME'; --secrets '*' is everything.";
  }
  if (code === 'RELEASE_FAILED') {
    return 'Once the vault answers, run segura-secrets release with the state file, or give it back in the vault by hand.';
  }
  if (code === 'FILE_REFUSED') return remedy.replace(/^Make it in a step before: run: /, 'Run before: ');
  // An output is GitHub's alone, and every plain name is a variable here.
  if (/^(?:NAME|SECRET|FIELD)_/.test(code))
    return remedy
      .replace(/, or make it an output: .*$/, '')
      .replaceAll(/(> |, )env:(?=\w+\*?(?:[ ?,.]|$))/g, '$1');
  const [line, start = '', list = '', quotedList, names = ''] =
    /(^|write )(unmasked|opaque): (?:("(?:[^"\\]|\\.)*")|(\S+))$/.exec(remedy) ?? [];
  if (line !== undefined) {
    const text = quotedList === undefined ? names : String(JSON.parse(quotedList));
    return `${remedy.slice(0, -line.length)}${start || 'Write '}--${list} ${inShell(text)}`;
  }
  const [, set = ''] = /^Set "([a-z-]+)",/.exec(remedy) ?? [];
  if (Object.hasOwn(INPUT_OPTIONS, set)) return remedy.replace(`"${set}"`, `--${set}`);
  const [, name = '', quoted, bare = '', rest = ''] =
    /^([a-z-]+): (?:"([^"]*)"|(\S+))(.*)$/.exec(remedy) ?? [];
  if (!Object.hasOwn(INPUT_OPTIONS, name)) return remedy;
  return `Write --${name} ${inShell(quoted ?? bare)}${rest}`;
}

/** A word as a shell reads it. */
function inShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** GitLab keeps protected variables from unprotected refs and from forks without saying so. */
function whyEmpty(environment: World['environment']): string {
  if (environment[REMOVED_BY_OUTER] !== undefined)
    return ' The segura-secrets exec around this one removed it from the environment: let that one fetch what both need.';
  if (environment['GITLAB_CI'] !== 'true' || environment['CI_COMMIT_REF_PROTECTED'] === 'true') return '';
  return ' This ref is not protected, and GitLab gives protected variables to protected refs alone, none to forks.';
}
