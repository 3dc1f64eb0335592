import { SeguraError } from '../core/errors.js';
import type { Secret } from '../core/secret.js';
import { option, say, setting, settings } from '../core/text.js';
import { acceptToken } from './claims.js';
import type { IdentityProvider } from './provider.js';
import { tokenInVariable } from './variable.js';

/** The variable that is read where the user names none. */
export const DEFAULT_VARIABLE = 'SEGURA_ID_TOKEN';

export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const expiryRemedy = 'Issue a new one just before, or use a provider that issues one when it is needed.';

/** An environment variable with a token in it. Errors: INPUT_INVALID for what is not the name of one. */
export function env(variable: string): IdentityProvider {
  // It is not shown: it may be the token itself.
  if (variable !== '' && !VARIABLE_NAME.test(variable)) {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${option.oidcToken} is not the name of an environment variable.`,
      say`Write ${settings('inside', setting('oidcToken', DEFAULT_VARIABLE))}, the name of the variable that holds the token.`,
    );
  }
  return {
    name: 'env',
    isLocal: true,
    async fetchToken(audience, context) {
      return tokenInVariable(
        [variable || DEFAULT_VARIABLE],
        {
          missing: say`Set the variable, or name another in ${option.oidcToken}.`,
          audienceRemedy: say`Issue it for that audience, or set ${option.oidcAudience} to what the token has.`,
          expiryRemedy,
        },
        audience,
        context,
      );
    },
  };
}

/** The token itself, as it was set. */
export function given(token: Secret): IdentityProvider {
  return {
    name: 'given',
    isLocal: true,
    async fetchToken(audience, context) {
      const origin = {
        subject: say`The text of ${option.oidcToken}`,
        audienceRemedy: say`Issue it for that audience, or set ${option.oidcAudience} to what the token has.`,
        expiryRemedy,
        isFresh: false,
      };
      return acceptToken(token.reveal().trim(), origin, audience, context);
    },
  };
}
