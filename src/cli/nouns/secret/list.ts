import type { DsmSecret } from '../../../core/vault/dsm.js';
import { withVault } from '../open-vault.js';
import { type Cell, isRevealing, print } from '../print.js';
import type { NounCall } from '../verb.js';
import { jsonOf, labelsOf, linesOfMaps } from './shown.js';

const HEADS = ['IDENTITY', 'NAME', 'ENGINE', 'VERSION', 'EXPIRES', 'FIELDS'];

/** Lists the DSM secrets of the authorization, in the vault's order. */
export async function list(call: NounCall): Promise<number> {
  const isRevealed = isRevealing(call);
  const secrets = await withVault(call, ({ client }) => client.listSecrets());
  await print(call, {
    heads: isRevealed ? ['IDENTITY', 'FIELD', 'VALUE'] : HEADS,
    rows: isRevealed ? secrets.flatMap(valueRows) : secrets.map(rowOf),
    json: { secrets: secrets.map((secret) => jsonOf(secret, isRevealed)) },
  });
  return 0;
}

function rowOf(secret: DsmSecret): string[] {
  const { identity, details, version = '', expires = '' } = secret;
  return [
    identity,
    details?.name ?? '',
    details?.engine ?? '',
    version,
    expires,
    labelsOf(secret).join(', '),
  ];
}

function valueRows(secret: DsmSecret): Cell[][] {
  return linesOfMaps(secret).map(([label, value]) => [secret.identity, label, { value }]);
}
