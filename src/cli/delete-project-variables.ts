import { SeguraError } from '../core/errors.js';
import type { Inputs } from '../core/inputs.js';
import { printable } from '../core/printable.js';
import { Secret } from '../core/secret.js';
import { readUrl } from '../core/url.js';
import { resolveConnection, type Surroundings } from '../http/resolve.js';
import type { Assignment } from '../platform/formats/format.js';
import { deleteVariables } from '../platform/gitlab-variables.js';
import type { Context } from './context.js';
import { remedyOf } from './remedy.js';
import { UsageError } from './usage-error.js';
import { dial, surroundingsOf } from './vault.js';

const LONGEST_MS = 60_000;

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
  return { url: readUrl('CI_API_V4_URL', api), project, token: new Secret(token), scope };
}

/**
 * Deletes variables of the GitLab project that the vault holds by now, so that it alone holds them; true when all are gone.
 *
 * Only those that the vault gives back with the same value: nothing is deleted that would then be lost. What could not
 * be deleted is told.
 */
export async function deleteProjectVariables(
  context: Context,
  inputs: Inputs,
  { url, project, token, scope }: GitLabProject,
  named: ReadonlyMap<string, string>,
  kept: readonly Assignment[],
): Promise<boolean> {
  const { world, terminal, signals } = context;
  if (named.size === 0) {
    terminal.warning('No mapping file names a variable that is set: no project variable is deleted.');
    return true;
  }
  const held = new Map(kept.map(({ name, value }) => [name, value]));
  const names = [...named].filter(([name, value]) => held.get(name) === value).map(([name]) => name);
  for (const name of named.keys()) {
    if (!names.includes(name)) {
      terminal.warning(
        `The project variable ${name} stays: the vault does not give it back with the same value.`,
      );
    }
  }
  if (names.length === 0) return true;
  // "tls-verify" is about the vault: it must not hand the token to whoever answers for GitLab.
  const connection = resolveConnection({ ...inputs, url, tlsVerify: true }, gitlabSurroundings(context));
  const transport = await dial(connection, terminal);
  try {
    const results = await deleteVariables({
      transport,
      project,
      token,
      names,
      ...(scope === '' ? {} : { scope }),
      signal: AbortSignal.any([AbortSignal.timeout(LONGEST_MS), signals.stop]),
    });
    let isDone = true;
    for (const { name, result } of results) {
      if (result instanceof SeguraError) {
        isDone = false;
        terminal.report(result, remedyOf(result, world.environment));
      } else {
        terminal.info(
          `project variable ${printable(name)}: ${result === 'deleted' ? 'deleted' : 'not there'}`,
        );
      }
    }
    return isDone;
  } finally {
    await transport.close();
  }
}

/** GitLab names the CA of its own server, which may be another than the vault's. */
function gitlabSurroundings(context: Context): Surroundings {
  const surroundings = surroundingsOf(context);
  const ca = context.world.environment['CI_SERVER_TLS_CA_FILE'];
  return ca
    ? { ...surroundings, environment: { ...surroundings.environment, NODE_EXTRA_CA_CERTS: ca } }
    : surroundings;
}
