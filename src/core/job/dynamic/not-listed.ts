import { hasList, lineFor, sourceOf, wildcardLine } from '../../bindings/find-remedies.js';
import { closestMatch } from '../../did-you-mean.js';
import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import type { SecretRequest } from '../../requests/request.js';
import { say } from '../../text.js';
import type { DsmSecret } from '../../vault/dsm.js';

/** The problem of a dynamic secret that the vault does not list. Which fields another one has is known only once it is provisioned. */
export function notListed(
  request: SecretRequest,
  identity: string,
  secrets: readonly DsmSecret[],
): SeguraError {
  const identities = secrets.map((secret) => secret.identity).filter((name) => name !== '');
  const near = closestMatch(identity, identities);
  const { field } = request.source;
  const source = sourceOf(near ?? '', field);
  const line = field === undefined ? wildcardLine(request, source) : lineFor(request, source);
  return new SeguraError(
    'SECRET_NOT_FOUND',
    say`${request.where}: the vault has no secret "${printable(identity)}" for this authorization. Nothing was provisioned.`,
    near === undefined || line === undefined
      ? hasList(
          'It shows',
          identities,
          'Check the identity in the vault, and that the authorization includes it.',
        )
      : say`Did you mean ${line}?`,
  );
}

/** The secrets of that identity, each number once. */
export function numbered(secrets: readonly DsmSecret[], identity: string): DsmSecret[] {
  const all = secrets.filter((secret) => secret.identity === identity);
  return [...new Map(all.map((secret) => [secret.details?.id, secret])).values()];
}

/** The problem of an identity that does not say which number ends its lease. */
export function severalListed(identity: string): SeguraError {
  return new SeguraError(
    'PROVISION_REFUSED',
    `The vault lists several secrets with the identity ${printable(identity)}, and a lease is ended by the number of its secret.`,
    'Give the others another identity in the vault.',
  );
}
