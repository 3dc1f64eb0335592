import { withVault } from '../open-vault.js';
import { isRevealing, print } from '../print.js';
import type { NounCall } from '../verb.js';
import { getSecret } from './find.js';
import { jsonOf, labelsOf, linesOfMaps } from './shown.js';

/** Shows one secret: what the vault says of it, and each field. */
export async function show(call: NounCall): Promise<number> {
  const [identity = ''] = call.operands;
  const isRevealed = isRevealing(call);
  const secret = await withVault(call, ({ client }) => getSecret(client, identity));
  // It is asked for by name, so one that cannot be read fails.
  void secret.maps;
  const { details, version = '', expires = '' } = secret;
  const fields = isRevealed
    ? linesOfMaps(secret).map(([label, value]) => [`field ${label}`, { value }])
    : labelsOf(secret).map((label) => [`field ${label}`, '(not shown)']);
  await print(call, {
    heads: ['WHAT', 'VALUE'],
    rows: [
      ['identity', secret.identity],
      ['name', details?.name ?? ''],
      ['engine', details?.engine ?? ''],
      ['version', version],
      ['expires', expires],
      ...fields,
    ],
    json: jsonOf(secret, isRevealed),
  });
  return 0;
}
