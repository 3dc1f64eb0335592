import { option, say } from '../../core/text.js';
import type { IdentityProvider } from '../provider.js';
import { tokenInVariable } from '../variable.js';

/** Ours, then those that the examples of GitLab and of its template for HashiCorp Vault have. */
const NAMES = ['SEGURA_ID_TOKEN', 'ID_TOKEN', 'VAULT_ID_TOKEN'] as const;

/**
 * GitLab CI, whose runner puts the tokens of `id_tokens:` into variables. `variable` names another than the usual ones.
 *
 * Source: docs.gitlab.com/ci/secrets/id_token_authentication. A token lives as long as the timeout of its job, 5 minutes
 * where the job has none; the audience is written in the pipeline only.
 */
export function gitlab(variable: string): IdentityProvider {
  const names = variable === '' ? NAMES : [variable];
  return {
    name: 'gitlab',
    isLocal: true,
    async fetchToken(audience, context) {
      const add = `id_tokens: { ${names[0]}: { aud: ${JSON.stringify(audience.value)} } }`;
      return tokenInVariable(
        names,
        {
          missing: `Add to the job: ${add}`,
          audienceRemedy: say`Write in the job: ${add}, or set ${option.oidcAudience} to what it says.`,
          expiryRemedy:
            'Give the job a timeout: the token lives as long as that, and only 5 minutes without a timeout. Or fetch earlier in the job.',
        },
        audience,
        context,
      );
    },
  };
}
