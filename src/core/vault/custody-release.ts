import { NO_CUSTODY_CODES } from '../assumptions.js';
import type { ErrorCode } from '../error-codes.js';
import { SeguraError } from '../errors.js';
import type { Text } from '../text.js';
import { OddReply, TransportFailure } from '../transport.js';
import { ACCEPT_JSON } from './dsm.js';
import { NOT_IN_CUSTODY, readReply, tookNothing } from './envelope.js';
import { lateErrors } from './errors/late-errors.js';
import type { Exchange, VaultRequest } from './exchange.js';
import type { Session } from './session.js';

export const RELEASE_REMEDY =
  'Release it by hand in the vault, and check there why the release was rejected.';

const FIXED_TIME: Partial<Record<ErrorCode, Text>> = {
  TIMED_OUT: 'The time for a release is fixed. Find out why the vault is slow.',
  RATE_LIMITED: 'The time for a release is fixed. Run fewer jobs at once.',
};

/** A problem of a release with a remedy that applies to it: no input gives a release more time. */
export function inFixedTime(problem: SeguraError): SeguraError {
  const remedy = FIXED_TIME[problem.code];
  return remedy === undefined
    ? problem
    : new SeguraError(problem.code, problem.messageText, remedy, { cause: problem });
}

/** 1018 (not in our custody) and NO_CUSTODY_CODES mean that nothing is held. */
export type ReleaseAnswer = 'released' | 'not-held' | 'no-credential';

/** The request that releases, and what codes of its rejection mean: that nothing is held. */
export interface ReleaseHow {
  readonly request: Pick<VaultRequest, 'method' | 'headers' | 'body'>;
  readonly judge: (code: number | undefined) => Exclude<ReleaseAnswer, 'released'> | undefined;
}

const CUSTODY: ReleaseHow = {
  request: { method: 'DELETE', headers: ACCEPT_JSON },
  judge: (code = 0) => {
    if (code === NOT_IN_CUSTODY) return 'not-held';
    return NO_CUSTODY_CODES.includes(code) ? 'no-credential' : undefined;
  },
};

interface Round {
  readonly answer?: ReleaseAnswer;
  readonly refusal?: SeguraError;
}

/**
 * Releases a custody at the first of `paths` that the vault has. Where the exchange is persistent, only the vault's own
 * word ends it, or its time: what a filter, a gateway or a portal answers instead says nothing of custody, and to release
 * it once more does no harm.
 *
 * Errors: what was answered last, as replyError says it, and those of Session and Exchange.
 * Source: DELETE /api/pam/credential/custody/[id], docs.senhasegura.io v3-33 "Release credential custody".
 */
export async function releaseUntilAnswered(
  paths: readonly string[],
  exchange: Exchange,
  session: Session,
  how = CUSTODY,
): Promise<ReleaseAnswer> {
  const releasing = new Releasing(paths, exchange, session, how);
  let last: SeguraError | undefined;
  for (let number = 1; ; number += 1) {
    const { answer, refusal } = await releasing.round();
    if (answer !== undefined) return answer;
    // That time ran out in the midst of a try says less than what came before.
    if (last === undefined || refusal?.code !== 'TIMED_OUT') last = refusal;
    const isRepeated = exchange.isPersistent && mayPass(refusal);
    if (!isRepeated || !(await exchange.pause(number))) break;
  }
  throw last ?? new SeguraError('RELEASE_FAILED', 'No endpoint was asked.', RELEASE_REMEDY);
}

class Releasing {
  readonly #paths: readonly string[];
  readonly #exchange: Exchange;
  readonly #session: Session;
  readonly #how: ReleaseHow;
  /** True once a try may have been carried out of which the vault itself said nothing. */
  #isUnsure = false;
  #hasLoggedInAnew = false;

  constructor(paths: readonly string[], exchange: Exchange, session: Session, how: ReleaseHow) {
    this.#paths = paths;
    this.#exchange = exchange;
    this.#session = session;
    this.#how = how;
  }

  /** One try at each path, up to the first that is there. */
  async round(): Promise<Round> {
    let told: SeguraError | undefined;
    for (const path of this.#paths) {
      const { answer, refusal, isMissing = false } = await this.#ask(path);
      if (answer !== undefined) return { answer };
      // A path that the vault has not says nothing, unless it was not the vault that said so.
      if (!isMissing || told === undefined || (mayPass(refusal) && !mayPass(told))) told = refusal;
      if (!isMissing) break;
    }
    return told === undefined ? {} : { refusal: told };
  }

  async #ask(path: string): Promise<Round & { readonly isMissing?: boolean }> {
    const { request, judge } = this.#how;
    const endpoint = `${request.method} ${path}`;
    const login = this.#session.authorize();
    let hasToken = false;
    try {
      const authorize = await login;
      hasToken = true;
      const reply = await this.#exchange.send({ ...request, path, authorize });
      const opened = readReply(reply, endpoint);
      this.#isUnsure ||= reply.unsure;
      if (opened.ok) return { answer: 'released' };
      const gone = judge(opened.code);
      // Our own earlier request may be the reason.
      if (gone !== undefined) return { answer: gone === 'not-held' && this.#isUnsure ? 'released' : gone };
      this.#isUnsure ||= !tookNothing(opened);
      // A token may expire while one try follows another, and so may the next one. Another that is rejected was not expired.
      const mayBeExpired = !this.#hasLoggedInAnew || reply.isRetried;
      if (opened.status === 401 && mayBeExpired && this.#exchange.isPersistent) {
        this.#hasLoggedInAnew = true;
        this.#session.forget(login);
        return await this.#ask(path);
      }
      const isMissing = opened.status === 404 || opened.status === 410 || opened.says === 'no-route';
      return {
        refusal: (await lateErrors()).replyError(opened, endpoint, this.#session.client),
        isMissing,
      };
    } catch (error) {
      if (!(error instanceof SeguraError)) throw error;
      // A session keeps a login that failed; what was no word of the vault is worth another.
      if (!hasToken && mayPass(error)) this.#session.forget(login);
      this.#isUnsure ||= hasToken && !(error.cause instanceof TransportFailure && error.cause.neverSent);
      return { refusal: error };
    }
  }
}

/** Whether another try may end otherwise: not the vault answered, or nothing came. */
function mayPass(error: SeguraError | undefined): boolean {
  if (error === undefined || error.code === 'RATE_LIMITED') return false;
  const { cause } = error;
  // A portal or a gateway that is not up yet ends a handshake too. Who rejects a client certificate has answered.
  if (cause instanceof TransportFailure) return cause.reason !== 'client-certificate';
  return cause instanceof OddReply || error.code === 'REPLY_MALFORMED';
}
