import type { ErrorCode } from '../../core/error-codes.js';
import { SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { option, say, type Text, word } from '../../core/text.js';
import type { HttpReply, TransportFailure } from '../../core/transport.js';
import { proxyText, routeText } from '../../core/transport.js';
import { traceText } from '../../core/vault/errors/trace.js';

/** A request about a variable. */
export type Method = 'GET' | 'DELETE';
/** The purpose of a request, for messages. */
const ACTIONS: Readonly<Record<Method, string>> = { GET: 'read', DELETE: 'delete' };

/** GitLab's text is only compared with the few known messages. It is never shown. */
export function variableProblem(
  { status, text, headers }: HttpReply,
  name: string,
  method: Method,
  project: string,
): SeguraError {
  const where = `GitLab variable ${printable(name)}`;
  const told = `HTTP ${status}`;
  if (status === 404) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${where}: this GitLab token cannot see the project ${printable(project)} (${told}).`,
      'Check the project, CI_API_V4_URL, and that the token belongs to that project or to a member of it.',
    );
  }
  if (status === 401 || status === 403) {
    return new SeguraError(
      'ACCESS_DENIED',
      `${where}: GitLab does not let this token ${ACTIONS[method]} it (${told}).`,
      'The token needs the api scope and the Maintainer role; a job token (CI_JOB_TOKEN) cannot do it.',
    );
  }
  if (status === 409 || (status === 400 && /multiple variables/i.test(text))) {
    return new SeguraError(
      'INPUT_INVALID',
      `${where} exists in several environment scopes (${told}).`,
      'Name one: --environment-scope production',
    );
  }
  if (status >= 300 && status < 400) {
    return new SeguraError(
      'REDIRECTED',
      `${where}: GitLab answered with a redirect (${told}). It is not followed, because its target would receive the token.`,
      'Set CI_API_V4_URL to the address where GitLab itself answers.',
    );
  }
  if (status === 429) {
    return new SeguraError(
      'RATE_LIMITED',
      `${where}: GitLab is rate limiting this client.`,
      'Run it again later.',
    );
  }
  return new SeguraError(
    'VAULT_FAILED',
    `${where}: GitLab refused to ${ACTIONS[method]} it (${told}).${traceText({ atMs: Date.now(), requestId: headers['x-request-id'] })}`,
    'Check the status of GitLab, and delete the variable by hand: Settings, CI/CD, Variables.',
  );
}

/** The error for a request that got no reply; `cause` is the failure. */
export function unanswered(
  failure: TransportFailure,
  name: string,
  method: Method,
  signal: AbortSignal,
): SeguraError {
  const problem = (code: ErrorCode, what: Text, remedy: Text): SeguraError =>
    new SeguraError(code, say`GitLab variable ${printable(name)}${what}`, remedy, { cause: failure });
  if (failure.reason === 'aborted') {
    const isTimeout = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
    const state =
      method === 'GET' || failure.neverSent ? 'was not deleted' : 'may or may not have been deleted';
    const again = 'Run it again: a variable that is already deleted is no problem.';
    return isTimeout
      ? problem('TIMED_OUT', ` ${state}: GitLab did not answer in time.`, again)
      : problem('CANCELLED', say` ${state}: ${word('the job is being cancelled')}.`, again);
  }
  const { reason, detail, route } = failure;
  if (reason === 'tls' || reason === 'proxy-tls') {
    return problem(
      'TLS_UNTRUSTED',
      `: ${reason === 'tls' ? "GitLab's certificate" : 'the certificate of the proxy'} was not accepted (${detail}, ${routeText(route, 'GitLab')}).`,
      'Put the root certificate of its CA into a file that CI_SERVER_TLS_CA_FILE names, or give --ca-certificate.',
    );
  }
  if (reason === 'client-certificate') {
    return problem(
      'CLIENT_CERTIFICATE_REJECTED',
      `: GitLab refused the TLS handshake (${detail}, ${routeText(route, 'GitLab')}): it may ask for a client certificate, and none is sent to GitLab.`,
      'Delete the variables from a machine that GitLab does not ask for a client certificate.',
    );
  }
  if (reason === 'proxy' || reason === 'proxy-down') {
    return problem(
      'PROXY_FAILED',
      `: ${proxyText(route)} did not connect to GitLab (${detail}).`,
      say`Check ${option.proxy} and its user and password, or name GitLab in ${option.noProxy}.`,
    );
  }
  return problem(
    'VAULT_UNREACHABLE',
    `: no answer from ${routeText(route, 'GitLab')} (${detail}).`,
    say`Check CI_API_V4_URL, that ${word('the runner')} can reach GitLab, and ${option.proxy} if you use one.`,
  );
}
