import { twinsOf } from '../../../core/bindings/twins.js';
import { onlySecret } from '../../../core/changes/find-secret.js';
import { closestMatch } from '../../../core/did-you-mean.js';
import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Client } from '../../../core/vault/client.js';
import type { DsmSecret } from '../../../core/vault/dsm.js';

const SAME_LOOK = 'Copy its identity from this list: segura-secrets secret list --output json';

/** The secret of that identity; undefined where the list has none. Errors: CHANGE_REFUSED for several, those of listSecrets. */
export async function findSecret(client: Client, identity: string): Promise<DsmSecret | undefined> {
  return onlySecret(await client.listSecrets(), identity);
}

/** The same, where it has to be there. Errors: SECRET_NOT_FOUND too. */
export async function getSecret(client: Client, identity: string): Promise<DsmSecret> {
  const all = await client.listSecrets();
  const found = onlySecret(all, identity);
  if (found !== undefined) return found;
  const identities = all.map((secret) => secret.identity);
  const near = closestMatch(identity, identities);
  throw new SeguraError(
    'SECRET_NOT_FOUND',
    `The authorization has no DSM secret with the identity ${printable(identity)}.`,
    twinsOf(identity, identities).length > 0
      ? SAME_LOOK
      : near === undefined
        ? 'See what there is: segura-secrets secret list'
        : `Did you mean ${near}?`,
  );
}
