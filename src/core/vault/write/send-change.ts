import { problemsOf, SeguraError } from '../../errors.js';
import { TransportFailure } from '../../transport.js';
import type { Client } from '../client.js';
import { readReply, tookNothing } from '../envelope.js';
import { lateErrors } from '../errors/late-errors.js';
import type { Answer, VaultRequest } from '../exchange.js';
import type { Explain } from '../items/pam-get.js';
import type { JsonObject } from '../json.js';

/**
 * What became of a request that changes something. `rejected`: it surely was not carried out. `uncertain`: it may have been,
 * so whoever sent it has to look.
 */
export type ChangeOutcome =
  | { readonly kind: 'accepted'; readonly body: JsonObject; readonly requestId: string | undefined }
  | {
      readonly kind: 'rejected' | 'uncertain';
      readonly problem: SeguraError;
      readonly requestId: string | undefined;
      /** The business code of the reply, such as 1017. */
      readonly code?: number | undefined;
    };

/** The form of ids in logs, as in errors/trace.ts. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Sends a request that changes something, once. It is sent again only when the first one surely was not carried out: the
 * connection was never made, or the vault answered 429. A signal waits a little for the answer. `explain` says what a
 * rejection of this request means.
 *
 * Errors: those of the login. What goes wrong with the request itself is in the result.
 */
export async function sendChange(
  client: Client,
  request: Omit<VaultRequest, 'authorize'>,
  explain: Explain = () => undefined,
): Promise<ChangeOutcome> {
  const { exchange, session } = client;
  const authorize = await session.authorize();
  const endpoint = `${request.method} ${request.path}`;
  let reply: Answer;
  try {
    reply = await exchange.send({ ...request, authorize }, 'unsent', () => undefined, true);
  } catch (error) {
    const problem = problemOf(error);
    const { cause } = problem;
    const isSure = cause instanceof TransportFailure ? cause.neverSent : problem.code === 'RATE_LIMITED';
    return { kind: isSure ? 'rejected' : 'uncertain', problem, requestId: undefined };
  }
  const requestId = requestIdOf(reply);
  try {
    const opened = readReply(reply, endpoint);
    if (opened.ok) return { kind: 'accepted', body: opened.body, requestId };
    const problem = explain(opened) ?? (await lateErrors()).replyError(opened, endpoint, session.client);
    const { code } = opened;
    return { kind: tookNothing(opened) ? 'rejected' : 'uncertain', problem, requestId, code };
  } catch (error) {
    // A reply that says nothing, such as half of one: the request before it may have been carried out.
    return { kind: 'uncertain', problem: problemOf(error), requestId };
  }
}

function requestIdOf({ headers }: Answer): string | undefined {
  const id = headers['x-request-id'] ?? '';
  return REQUEST_ID.test(id) ? id : undefined;
}

function problemOf(error: unknown): SeguraError {
  const [problem] = problemsOf(error);
  if (problem === undefined || !(error instanceof SeguraError)) throw error;
  return problem;
}
