import { say, type Text } from '../core/text.js';
import { acceptToken, type Origin, unavailable } from './claims.js';
import type { Audience, IdentityContext, IdentityToken } from './provider.js';

/** What messages say about a token that a CI system puts into the environment. */
export interface VariableRemedies {
  /** Where no variable has a token. */
  readonly missing: Text;
  readonly audienceRemedy: Text;
  readonly expiryRemedy: Text;
}

/**
 * The token in the first of these variables that is set.
 *
 * Errors: IDENTITY_UNAVAILABLE where none is, and those of acceptToken.
 */
export function tokenInVariable(
  names: readonly string[],
  { missing, ...remedies }: VariableRemedies,
  audience: Audience,
  context: IdentityContext,
): IdentityToken {
  const name = names.find((each) => (context.environment[each] ?? '').trim() !== '');
  if (name === undefined) {
    const which = names.length === 1 ? 'variable' : 'variables';
    throw unavailable(
      `There is no identity token in the environment ${which} ${names.join(' and ')}.`,
      missing,
    );
  }
  const origin: Origin = { subject: say`Environment variable ${name}`, ...remedies, isFresh: false };
  return acceptToken((context.environment[name] ?? '').trim(), origin, audience, context);
}
