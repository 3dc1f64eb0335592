import { SeguraError } from '../../errors.js';
import type { Secret } from '../../secret.js';
import { joined, option, say, setting, settings, type Text, word } from '../../text.js';
import { type Claims, claimsText, readClaims, timeText } from '../../tokens/jwt.js';
import { oddIn, type RejectedReply, readReply } from '../envelope.js';
import type { ClockDifference } from '../errors/clock-difference.js';
import { replyError } from '../errors/reply-error.js';
import { statusText } from '../errors/trace.js';
import type { Answer } from '../exchange.js';
import type { TokenLimits, TokenWish } from './auth-parts.js';
import type { IdentityExchange, LoginParameters } from './auth-settings.js';
import type { ClientAuth, Grant } from './client-auth.js';
import { EXCHANGE_FORMS, formOf } from './exchanges.js';
import { endpointName, namingHost, postToken, tokenPath } from './token-endpoint.js';
import { readToken } from './token-reply.js';

export interface IdentityAuthParts {
  /** Empty where the token says all. */
  readonly clientId: string;
  /** An identity token, masked; called at each login. */
  readonly token: (wish: TokenWish, within: TokenLimits) => Promise<Secret>;
  readonly exchange: IdentityExchange;
  /** Of `client-assertion`: a JWT, or what SPIFFE or a vault has instead. */
  readonly assertionType: string;
  readonly parameters: LoginParameters;
  /** Against that of who judges the token. */
  readonly clock?: Pick<ClockDifference, 'note' | 'remedy'>;
  /** The clock of this machine. */
  readonly nowMs?: () => number;
}

/**
 * The login with an identity token of a CI system or a cloud, in place of a client secret.
 *
 * Its shapes are assumptions, see exchanges.ts. Errors of logIn: TOKEN_REJECTED with what was sent and what the token
 * claims, those of `token`, and those of every login.
 */
export function identityAuth(parts: IdentityAuthParts): ClientAuth {
  const { clientId, parameters, exchange: name, assertionType } = parts;
  const { tenant, uniqueKey } = parameters;
  const path = tokenPath(parameters);
  let sent = '';
  /** The form of a token, which is sent next. */
  const formWith = (token: Secret): Record<string, string> => {
    sent = token.reveal();
    return formOf(name, { token: sent, clientId, assertionType, tenant, uniqueKey });
  };
  return {
    clientId,
    parameters,
    secrets: [],
    logIn: (exchange) =>
      namingHost(parameters, async () => {
        const isSent = sent;
        // What releases custody is not stopped by the clock of this machine.
        const { isPersistent: isForRelease, deadlineAtMs, signal } = exchange;
        const ask = (isNew: boolean): Promise<Secret> =>
          parts.token({ isNew, isForRelease }, { deadlineAtMs, signal });
        let token = await ask(false);
        const post = (): Promise<Answer> =>
          postToken(exchange, path, formWith(token), {}, async () => {
            // The one that may have arrived is better than none.
            token = await ask(true).catch(() => token);
            return formWith(token);
          });
        let reply = await post();
        if (token.reveal() === isSent && (reply.status === 400 || reply.status === 401)) {
          // An earlier login had the same token, and a vault may accept each only once (RFC 7523 section 3, point 7).
          token = await ask(true);
          if (token.reveal() !== isSent) reply = await post();
        }
        return granted(reply, { parts, token, form: formWith(token) });
      }),
  };
}

interface Login {
  readonly parts: IdentityAuthParts;
  readonly token: Secret;
  readonly form: Readonly<Record<string, string>>;
}

function granted(reply: Answer, login: Login): Grant {
  const endpoint = endpointName(login.parts.parameters);
  const opened = readReply(reply, endpoint);
  if (opened.ok) return readToken(opened.body, endpoint);
  const error = oauthError(reply.text);
  if (!isRejected(opened, error)) throw replyError(opened, endpoint, login.parts);
  const told = `${statusText(opened)}${error === undefined ? '' : `, ${error}`}`;
  const fields = Object.keys(login.form).join(', ');
  const claims = readClaims(login.token);
  throw new SeguraError(
    'TOKEN_REJECTED',
    `${endpoint}: the vault rejected the login with an identity token (${told}). The request had the fields ${fields}. The token has ${claimsText(claims)}.${expiryNote(claims, login.parts.nowMs?.())}${login.parts.clock?.note() ?? ''}`,
    say`${login.parts.clock?.remedy() ?? ''}${remedy(opened, error, login.parts)}`,
    // What RFC 6749 names as an error is the endpoint's own word.
    error === undefined ? oddIn(opened) : {},
  );
}

function expiryNote(claims: Claims | undefined, nowMs: number | undefined): string {
  const exp = claims?.exp;
  if (exp === undefined || nowMs === undefined || exp * 1_000 > nowMs) return '';
  return ` It expired at ${timeText(exp)}; the clock of this machine says ${timeText(nowMs / 1_000)}.`;
}

/** What a server says that does not take such a grant, or not this one. */
const STATUS_OF_REJECTION: readonly number[] = [400, 401, 404, 405, 410];

function isRejected({ status, says }: RejectedReply, error: string | undefined): boolean {
  if (says === 'ip-not-allowed') return false;
  return (
    error !== undefined ||
    says === 'authentication-failed' ||
    says === 'no-route' ||
    STATUS_OF_REJECTION.includes(status)
  );
}

/** RFC 6749 section 5.2, RFC 8693 section 2.2.2: only these go into a message, whatever else a reply holds. */
const OAUTH_ERRORS: readonly unknown[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
];

function oauthError(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined;
    return OAUTH_ERRORS.includes(error) ? String(error) : undefined;
  } catch {
    return undefined;
  }
}

function remedy({ status, says }: RejectedReply, error: string | undefined, parts: IdentityAuthParts): Text {
  const { exchange, clientId } = parts;
  const others = Object.keys(EXCHANGE_FORMS)
    .filter((name) => name !== exchange)
    .map((name) => settings('inside', setting('oidcExchange', name)));
  const another = say`write ${joined(others, ' or ')}`;
  if (status === 404 || status === 405 || status === 410 || says === 'no-route') {
    return say`Check ${option.url} and ${option.tokenEndpoint}. If the endpoint accepts identity tokens in another form, ${another}.`;
  }
  const trust = say`In the vault, trust this issuer, audience and subject, and allow the address of ${word('the runner')}.`;
  const client =
    clientId === '' ? say`The vault may need ${option.clientId}.` : say`Check ${option.clientId}.`;
  if (error === 'unsupported_grant_type') {
    return say`No document says how the vault accepts identity tokens: ${another}.`;
  }
  return say`${trust} ${client} If the vault accepts identity tokens in another form, ${another}.`;
}
