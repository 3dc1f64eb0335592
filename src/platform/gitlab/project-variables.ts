import { SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import type { Secret } from '../../core/secret.js';
import { type HttpReply, type Transport, TransportFailure } from '../../core/transport.js';
import { withoutEchoes } from '../../core/vault/errors/trace.js';
import { isObject } from '../../core/vault/json.js';
import { type Method, unanswered, variableProblem } from './variable-errors.js';

export interface DeleteVariables {
  /** To the API: its base URL is CI_API_V4_URL. */
  readonly transport: Transport;
  /** Number of the project, or its path as in `group/project`. */
  readonly project: string;
  /** Of the scope `api`; a job token is not accepted. */
  readonly token: Secret;
  /** The values that the vault has, by variable name. A variable with any other value in GitLab is not deleted. */
  readonly values: ReadonlyMap<string, Secret>;
  /** Environment scope, for a variable that has several. */
  readonly scope?: string;
  readonly signal: AbortSignal;
}

export type Outcome =
  /** `other-value` and `hidden` stay: a hidden value cannot be compared. `scope` is the one that was found. */
  | { readonly kind: 'deleted' | 'other-value' | 'hidden'; readonly scope: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly problem: SeguraError };

export interface DeletedVariable {
  readonly name: string;
  readonly outcome: Outcome;
}

/**
 * Deletes CI/CD variables of a GitLab project one after the other, and tells how it went with each; throws nothing.
 *
 * Each is read first, and deleted at the scope it was found at. GitLab cannot be asked to delete only what has not
 * changed: a value that is written between the two requests goes with it. `absent` is said only where GitLab names the
 * variable: a project that the token may not see is a 404 as well.
 * Source: docs.gitlab.com, "Project-level CI/CD variables API"; lib/api/ci/variables.rb, lib/api/entities/ci/variable.rb.
 */
export async function deleteVariables(wanted: DeleteVariables): Promise<readonly DeletedVariable[]> {
  const results: DeletedVariable[] = [];
  for (const [name, value] of wanted.values) {
    results.push({ name, outcome: await outcomeOf(name, value, wanted) });
  }
  return results;
}

async function outcomeOf(name: string, value: Secret, wanted: DeleteVariables): Promise<Outcome> {
  try {
    const reply = await ask('GET', name, wanted.scope, wanted);
    if (reply === undefined) return { kind: 'absent' };
    const { text, scope, hidden } = readVariable(reply, name, wanted.scope);
    if (hidden) return { kind: 'hidden', scope };
    if (text !== value.reveal()) return { kind: 'other-value', scope };
    const gone = await ask('DELETE', name, scope, wanted);
    return gone === undefined ? { kind: 'absent' } : { kind: 'deleted', scope };
  } catch (error) {
    if (error instanceof SeguraError) return { kind: 'failed', problem: error };
    throw error;
  }
}

/** GitLab's answer when it did as asked; undefined when the variable is not there. */
async function ask(
  method: Method,
  name: string,
  scope: string | undefined,
  { transport, project, token, signal }: DeleteVariables,
): Promise<HttpReply | undefined> {
  const query = scope === undefined ? '' : `?${new URLSearchParams({ 'filter[environment_scope]': scope })}`;
  const path = `/projects/${encodeURIComponent(project)}/variables/${encodeURIComponent(name)}${query}`;
  const headers = { 'private-token': token.reveal(), accept: 'application/json' };
  let reply: HttpReply;
  try {
    const echoless = withoutEchoes(transport, (text) => text.includes(token.reveal()));
    reply = await echoless.send({ method, path, headers }, signal);
  } catch (error) {
    throw error instanceof TransportFailure ? unanswered(error, name, method, signal) : error;
  }
  if (reply.status >= 200 && reply.status < 300) return reply;
  if (reply.status === 404 && /variable not found/i.test(reply.text)) return undefined;
  throw variableProblem(reply, name, method, project);
}

interface Variable {
  readonly text: string | undefined;
  readonly scope: string;
  readonly hidden: boolean;
}

/** Of a "masked and hidden" variable the value is null. Errors: REPLY_MALFORMED, for another variable or scope too. */
function readVariable({ text }: HttpReply, name: string, wanted: string | undefined): Variable {
  const body = parsed(text);
  const { key, value, environment_scope: scope, hidden } = isObject(body) ? body : {};
  const isScope = typeof scope === 'string' && scope !== '' && scope === (wanted ?? scope);
  if (key === name && isScope && (typeof value === 'string' || value === null)) {
    return { text: value ?? undefined, scope, hidden: hidden === true || value === null };
  }
  throw new SeguraError(
    'REPLY_MALFORMED',
    `GitLab variable ${printable(name)}: the answer does not show its key, value and environment scope.`,
    'Check CI_API_V4_URL, or delete the variable by hand: Settings, CI/CD, Variables.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
