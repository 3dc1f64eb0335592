import { codeOf, SeguraError } from '../core/errors.js';
import { option, say } from '../core/text.js';
import { OddReply } from '../core/transport.js';
import { acceptToken, unavailable } from './claims.js';
import type { Environment, IdentityProvider } from './provider.js';

/** A file that is larger is not one of a token. */
const MAX_CHARACTERS = 64 * 1024;

/** The variables in which clouds name the file of a token: AWS (IRSA, EKS), Azure (workload identity of AKS). */
export const FILE_VARIABLES = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AZURE_FEDERATED_TOKEN_FILE'] as const;

/**
 * A file that something renews: a projected token of Kubernetes, a JWT-SVID that spiffe-helper writes, or the file that
 * AWS_WEB_IDENTITY_TOKEN_FILE or AZURE_FEDERATED_TOKEN_FILE names where `path` is empty. Read at each login.
 */
export function file(path: string): IdentityProvider {
  return {
    name: 'file',
    isLocal: true,
    async fetchToken(audience, context) {
      const { variable, from } = path === '' ? named(context.environment) : { variable: '', from: path };
      // The path itself is not shown: what was set as one may be the token.
      const subject = say`The file that ${variable === '' ? option.oidcToken : variable} names`;
      let text: string;
      try {
        text = await context.readFile(from);
      } catch (error) {
        throw unavailable(
          say`${subject} cannot be read (${codeOf(error)}).`,
          say`Set ${option.oidcToken} to the path of the file with the identity token, and mount it where this runs.`,
          // What renews it may replace it just now.
          new OddReply(),
        );
      }
      if (text.length > MAX_CHARACTERS) {
        throw unavailable(
          say`${subject} has more than ${MAX_CHARACTERS / 1_024} KB, so it is not the file of an identity token.`,
          say`Set ${option.oidcToken} to the path of the file.`,
        );
      }
      const origin = {
        subject,
        audienceRemedy: say`Make the program that writes the file ask for that audience (in Kubernetes: serviceAccountToken: { audience: ${JSON.stringify(audience.value)} }), or set ${option.oidcAudience} to what the token has.`,
        expiryRemedy: 'Check that the program that writes the file still runs and renews the token.',
        isFresh: false,
        isJwt: true,
      };
      return acceptToken(text.replace(/^\ufeff/, '').replace(/[\r\n]+$/, ''), origin, audience, context);
    },
  };
}

function named(environment: Environment): { variable: string; from: string } {
  const all = FILE_VARIABLES.map((variable) => ({ variable, from: environment[variable] ?? '' }));
  const found = all.find(({ from }) => from !== '');
  if (found !== undefined) return found;
  throw new SeguraError(
    'INPUT_MISSING',
    say`${option.oidcToken} is empty, and neither ${FILE_VARIABLES.join(' nor ')} names a file.`,
    say`Set ${option.oidcToken} to the path of the file with the identity token.`,
    { about: 'oidcToken' },
  );
}
