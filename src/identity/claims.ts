import { SeguraError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { Secret } from '../core/secret.js';
import { option, say, type Text } from '../core/text.js';
import { type Claims, claimsText, readClaims, timeText, tokenSecrets } from '../core/tokens/jwt.js';
import { OddReply } from '../core/transport.js';
import type { Audience, IdentityContext, IdentityToken } from './provider.js';

/** A longer text is rejected: every form of a token is masked, and longer HTTP headers may not arrive. */
const MAX_TOKEN_CHARACTERS = 16 * 1024;
/** Clocks differ by so much without anyone noticing. */
const CLOCK_SKEW_SECONDS = 60;
const SENT_FOR_RELEASE = 'It is still sent, to release custody: the vault decides.';

/** The origin of a text that should be a token. */
export interface Origin {
  /** As the first words of a sentence, which holds or issues a token: `Environment variable SEGURA_ID_TOKEN`. */
  readonly subject: Text;
  /** What to do when the token is for another audience. */
  readonly audienceRemedy: Text;
  /** What to do when it has expired. */
  readonly expiryRemedy: Text;
  /** It was issued just now: if it seems to have expired, the clock of this machine is wrong, and the vault decides. */
  readonly isFresh: boolean;
  /** Nothing but a JWT is one: another text, such as a key in a file, is not sent. */
  readonly isJwt?: boolean;
}

/**
 * The token that a text is: hidden first, then checked locally as far as its claims say.
 *
 * Errors: IDENTITY_UNAVAILABLE for a text that is no token, its cause an OddReply where the next may be one; and, unless it is
 * `isForRelease`, for a token that has expired or is for another audience than the user chose.
 */
export function acceptToken(
  text: string,
  origin: Origin,
  audience: Audience,
  context: Pick<IdentityContext, 'hide' | 'log' | 'clock' | 'isForRelease'>,
): IdentityToken {
  const { hide, log } = context;
  const token = new Secret(text);
  if (text !== '') for (const secret of tokenSecrets(token)) hide(secret);
  checkText(text, origin);
  const claims = readClaims(token);
  if (claims === undefined && origin.isJwt === true) {
    throw unavailable(
      say`${holder(origin)} text that is not a JWT: it is not sent.`,
      say`Check ${option.oidcToken}.`,
      mayBecome(origin),
    );
  }
  if (claims === undefined) {
    log.info(
      say`${holder(origin)} an identity token that is not a JWT: its audience and its expiry cannot be checked here.`,
    );
    return { token, claims, expiresAtMs: undefined };
  }
  log.debug(`identity token: ${claimsText(claims)}`);
  checkTimes(claims, origin, context);
  checkAudience(claims, origin, audience, context);
  return { token, claims, expiresAtMs: claims.exp === undefined ? undefined : claims.exp * 1_000 };
}

function holder({ subject, isFresh }: Origin): Text {
  return say`${subject} ${isFresh ? 'issued' : 'holds'}`;
}

/** A file may be read while it is written, and a service may fail once: who releases custody asks again. */
function mayBecome({ isFresh, isJwt }: Origin): OddReply | undefined {
  return isFresh || isJwt === true ? new OddReply() : undefined;
}

function checkText(text: string, origin: Origin): void {
  const problem = (what: string): SeguraError =>
    unavailable(
      say`${origin.subject} ${origin.isFresh ? 'issued text that ' : ''}${what}.`,
      'An identity token is one line of printable characters without spaces.',
      mayBecome(origin),
    );
  if (text === '') throw problem('is empty');
  if (text.length > MAX_TOKEN_CHARACTERS)
    throw problem(`has more than ${MAX_TOKEN_CHARACTERS / 1_024} KB, so it is not an identity token`);
  if (!/^[\x21-\x7e]+$/.test(text)) throw problem('has characters that no identity token has');
}

function checkTimes(
  { exp, nbf }: Claims,
  origin: Origin,
  { clock, log, isForRelease }: Pick<IdentityContext, 'log' | 'clock' | 'isForRelease'>,
): void {
  const nowSeconds = clock.nowMs() / 1_000;
  const now = `the clock of this machine says ${timeText(nowSeconds)}`;
  if (exp !== undefined && exp <= nowSeconds) {
    const what = say`${holder(origin)} an identity token that expired at ${timeText(exp)}; ${now}.`;
    if (!origin.isFresh && isForRelease !== true) throw unavailable(what, origin.expiryRemedy);
    const why = origin.isFresh ? 'It was issued just now: check the clock.' : SENT_FOR_RELEASE;
    log.warning(say`${what} ${why}`);
  }
  if (nbf !== undefined && nbf > nowSeconds + CLOCK_SKEW_SECONDS) {
    log.warning(
      say`${holder(origin)} an identity token that is not valid before ${timeText(nbf)}; ${now}. Check the clock.`,
    );
  }
}

function checkAudience(
  { aud }: Claims,
  origin: Origin,
  audience: Audience,
  { log, isForRelease }: Pick<IdentityContext, 'log' | 'isForRelease'>,
): void {
  if (aud.includes(audience.value)) return;
  const got = aud.length === 0 ? 'no audience' : `the audience ${quoted(aud)}`;
  const what = say`${holder(origin)} an identity token for ${got}, not for ${quoted([audience.value])}.`;
  if (audience.isChosen && isForRelease !== true) throw unavailable(what, origin.audienceRemedy);
  if (audience.isChosen) log.warning(say`${what} ${SENT_FOR_RELEASE}`);
  else log.info(say`${what} It is sent anyway, because ${option.oidcAudience} is not set.`);
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `"${printable(text)}"`).join(' and ');
}

export function unavailable(message: Text, remedy: Text, cause?: unknown): SeguraError {
  return new SeguraError('IDENTITY_UNAVAILABLE', message, remedy, cause === undefined ? {} : { cause });
}
