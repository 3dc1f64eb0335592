import { codeOf, SeguraError } from '../../core/errors.js';
import type { Inputs } from '../../core/job/inputs.js';
import { printable } from '../../core/printable.js';
import { Secret } from '../../core/secret.js';
import { timeLimit } from '../../core/time-limit.js';
import type { Connection } from '../../core/vault/connection/connection.js';
import { readUrl } from '../../core/vault/connection/url.js';
import { resolveConnection } from '../../http/resolve-connection.js';
import { readCertificates } from '../../http/tls/certificates.js';
import type { Assignment } from '../../platform/formats/format.js';
import { type DeletedVariable, deleteVariables } from '../../platform/gitlab/project-variables.js';
import { systemClock } from '../../platform/process/clock.js';
import type { Context } from '../context.js';
import { UsageError } from '../options/usage-error.js';
import { remedyOf } from '../remedy.js';
import { connect, surroundingsOf } from '../run/connect.js';

const API = { subject: 'Input "CI_API_V4_URL"', write: (url: string) => `CI_API_V4_URL: ${url}` };
const MAX_MS = 60_000;

/** A GitLab project, and the token that may change it. */
export interface GitLabProject {
  readonly url: URL;
  readonly project: string;
  readonly token: Secret;
  readonly scope: string;
}

/** Where variables are to be deleted; undefined when none are. Errors: UsageError, INPUT_MISSING, INPUT_INVALID. */
export function gitlabProjectOf(
  { world, arguments: { options } }: Context,
  tool: string,
): GitLabProject | undefined {
  const scope = options.get('environment-scope')?.at(-1) ?? '';
  if (!/^true$/i.test(options.get('delete-variables')?.at(-1) ?? '')) {
    if (scope === '') return undefined;
    throw new UsageError(
      'Option --environment-scope is for --delete-variables.',
      'Leave it out, or give both.',
    );
  }
  if (tool !== 'gitlab') {
    throw new UsageError(
      'Option --delete-variables is for GitLab.',
      'Write --tool gitlab --delete-variables.',
    );
  }
  const [api = '', project = '', token = ''] = ['CI_API_V4_URL', 'CI_PROJECT_ID', 'GITLAB_ACCESS_TOKEN'].map(
    (name) => world.environment[name]?.trim() ?? '',
  );
  if (api === '' || project === '' || token === '') {
    throw new SeguraError(
      'INPUT_MISSING',
      'To delete project variables, CI_API_V4_URL, CI_PROJECT_ID and GITLAB_ACCESS_TOKEN have to be set.',
      'Run it in a GitLab job with GITLAB_ACCESS_TOKEN, a token of the api scope, or leave --delete-variables out.',
    );
  }
  return { url: readUrl(api, API), project, token: new Secret(token), scope };
}

/**
 * Deletes variables of the GitLab project that the vault now has, so that only the vault has them; true when none failed.
 *
 * The variables of the job prove nothing: they may come from a group, or from another scope. So each is read from GitLab,
 * and is deleted, at its scope, only if its value there is the one that the vault has just returned. For each variable
 * that stays, the reason is reported.
 */
export async function deleteProjectVariables(
  context: Context,
  inputs: Inputs,
  gitlab: GitLabProject,
  named: ReadonlyMap<string, string>,
  kept: readonly Assignment[],
): Promise<boolean> {
  const { terminal, signals } = context;
  if (named.size === 0) {
    terminal.warning('No mapping file names a variable that is set: no project variable is deleted.');
    return true;
  }
  const values = new Map<string, Secret>();
  for (const { name, value } of kept) if (named.has(name)) values.set(name, new Secret(value));
  for (const name of named.keys()) {
    if (!values.has(name)) stays(context, name, 'the vault does not return it');
  }
  if (values.size === 0) return true;
  const transport = await connect(connectionTo(gitlab.url, context, inputs), terminal);
  const limit = timeLimit(MAX_MS, signals.stop, systemClock);
  try {
    const results = await deleteVariables({
      transport,
      project: gitlab.project,
      token: gitlab.token,
      values,
      ...(gitlab.scope === '' ? {} : { scope: gitlab.scope }),
      signal: limit.signal,
    });
    for (const result of results) report(context, result);
    return results.every(({ outcome }) => outcome.kind !== 'failed');
  } finally {
    limit.lift();
    await transport.close();
  }
}

function report(context: Context, { name, outcome }: DeletedVariable): void {
  const { terminal, world } = context;
  const at = 'scope' in outcome ? ` (environment scope ${printable(outcome.scope)})` : '';
  if (outcome.kind === 'failed') {
    terminal.report(outcome.problem, remedyOf(outcome.problem, world.environment));
  } else if (outcome.kind === 'other-value') {
    stays(context, name, `its value in GitLab${at} differs from the one in the vault`);
  } else if (outcome.kind === 'hidden') {
    stays(context, name, `GitLab hides its value${at}, so it cannot be compared with the vault's`);
  } else {
    terminal.info(
      `project variable ${printable(name)}: ${outcome.kind === 'deleted' ? `deleted${at}` : 'not there'}`,
    );
  }
}

function stays({ terminal }: Context, name: string, why: string): void {
  terminal.warning(`The project variable ${printable(name)} stays: ${why}.`);
}

function connectionTo(url: URL, context: Context, inputs: Inputs): Connection {
  // "tls-verify" is for the vault: it must not send the token to a server that only claims to be GitLab.
  const connection = resolveConnection(
    { ...inputs.connection, url, tlsVerify: true },
    surroundingsOf(context),
  );
  return { ...connection, caCertificates: connection.caCertificates + gitlabCertificates(context) };
}

/** GitLab names the CA of its own server, which may differ from that of the vault. An unreadable file is reported. */
function gitlabCertificates(context: Context): string {
  const path = context.world.environment['CI_SERVER_TLS_CA_FILE'] ?? '';
  if (path === '') return '';
  try {
    // A text that is not PEM would be read as the path of a file, which does not exist.
    return readCertificates(surroundingsOf(context).readFile(path), () => '');
  } catch (error) {
    context.terminal.warning(
      `CI_SERVER_TLS_CA_FILE names ${printable(path)}, but no certificate can be read from it (${codeOf(error)}). It is ignored.`,
    );
    return '';
  }
}
