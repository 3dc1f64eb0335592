import { SeguraError } from '../core/errors.js';
import { type HttpReply, type Transport, TransportFailure } from '../core/ports.js';
import { printable } from '../core/printable.js';
import type { Secret } from '../core/secret.js';

export interface DeleteVariables {
  /** To the API: its base URL is CI_API_V4_URL. */
  readonly transport: Transport;
  /** Number of the project, or its path as in `group/project`. */
  readonly project: string;
  /** Of the scope `api`; a job token is not accepted. */
  readonly token: Secret;
  readonly names: readonly string[];
  /** Environment scope, for a variable that has several. */
  readonly scope?: string;
  readonly signal: AbortSignal;
}

export interface DeletedVariable {
  readonly name: string;
  readonly result: 'deleted' | 'absent' | SeguraError;
}

/**
 * Deletes CI/CD variables of a GitLab project one after the other, and tells how it went with each; throws nothing.
 *
 * `absent` is said only where GitLab names the variable: a project that the token may not see is a 404 as well.
 * Source: docs.gitlab.com, "Project-level CI/CD variables API", "Delete a variable"; lib/api/ci/variables.rb.
 */
export async function deleteVariables(wanted: DeleteVariables): Promise<readonly DeletedVariable[]> {
  const results: DeletedVariable[] = [];
  for (const name of wanted.names) results.push({ name, result: await deleteVariable(name, wanted) });
  return results;
}

async function deleteVariable(name: string, wanted: DeleteVariables): Promise<DeletedVariable['result']> {
  const { transport, project, token, scope, signal } = wanted;
  const query = scope === undefined ? '' : `?${new URLSearchParams({ 'filter[environment_scope]': scope })}`;
  const path = `/projects/${encodeURIComponent(project)}/variables/${encodeURIComponent(name)}${query}`;
  try {
    const headers = { 'private-token': token.reveal(), accept: 'application/json' };
    return resultOf(await transport.send({ method: 'DELETE', path, headers }, signal), name, wanted);
  } catch (error) {
    if (error instanceof TransportFailure) return unanswered(error, name, signal);
    throw error;
  }
}

/** GitLab's text is looked at for the few that are known, and goes no further. */
function resultOf(
  { status, text }: HttpReply,
  name: string,
  wanted: DeleteVariables,
): DeletedVariable['result'] {
  const where = `GitLab variable ${printable(name)}`;
  const told = `HTTP ${status}`;
  if (status >= 200 && status < 300) return 'deleted';
  if (status === 404 && /variable not found/i.test(text)) return 'absent';
  if (status === 404) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${where}: GitLab shows this token no project ${printable(wanted.project)} (${told}).`,
      'Check the project, CI_API_V4_URL, and that the token belongs to that project or to a member of it.',
    );
  }
  if (status === 401 || status === 403) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${where}: GitLab does not let this token delete it (${told}).`,
      'The token needs the api scope and the Maintainer role; a job token (CI_JOB_TOKEN) cannot do it.',
    );
  }
  if (status === 409 || (status === 400 && /multiple variables/i.test(text))) {
    return new SeguraError(
      'INPUT_INVALID',
      `${where} is there for several environment scopes (${told}).`,
      'Say which: --environment-scope production',
    );
  }
  if (status >= 300 && status < 400) {
    return new SeguraError(
      'REDIRECTED',
      `${where}: GitLab answered with a redirect (${told}), which is not followed: it would be handed the token.`,
      'Use the address that GitLab itself answers at: CI_API_V4_URL.',
    );
  }
  if (status === 429) {
    return new SeguraError(
      'RATE_LIMITED',
      `${where}: GitLab turns requests away as too many.`,
      'Run it again later.',
    );
  }
  return new SeguraError(
    'VAULT_FAILED',
    `${where}: GitLab refused to delete it (${told}).`,
    'Look at the status of GitLab, and delete the variable by hand: Settings, CI/CD, Variables.',
  );
}

function unanswered(failure: TransportFailure, name: string, signal: AbortSignal): SeguraError {
  const where = `GitLab variable ${printable(name)}`;
  const options = { cause: failure };
  if (failure.reason === 'aborted') {
    const isTimeout = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
    return isTimeout
      ? new SeguraError('TIMED_OUT', `${where}: GitLab did not answer in time.`, 'Raise "timeout".', options)
      : new SeguraError(
          'CANCELLED',
          `${where} was not deleted: the job is being cancelled.`,
          'Run it again.',
          options,
        );
  }
  if (failure.reason === 'tls') {
    return new SeguraError(
      'TLS_UNTRUSTED',
      `${where}: GitLab's certificate was not accepted (${failure.detail}).`,
      'Give the CA that signed it as "ca-certificate" (the whole chain).',
      options,
    );
  }
  if (failure.reason === 'proxy') {
    return new SeguraError(
      'PROXY_FAILED',
      `${where}: the proxy did not connect to GitLab (${failure.detail}).`,
      'Check "proxy" and its user and password, or name GitLab in "no-proxy".',
      options,
    );
  }
  return new SeguraError(
    'VAULT_UNREACHABLE',
    `${where}: no answer from GitLab (${failure.detail}).`,
    'Check CI_API_V4_URL, that the runner may reach GitLab, and "proxy" where there is one.',
    options,
  );
}
