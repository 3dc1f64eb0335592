import type { Client } from '../../../core/vault/client.js';
import { textOfField } from '../../../core/vault/field.js';
import { findInfo, type Information, noInfo } from '../../../core/vault/items/info.js';
import { withVault } from '../open-vault.js';
import { isRevealing, print } from '../print.js';
import type { NounCall } from '../verb.js';

/** Shows one protected information; its content only with `--reveal`. */
export async function show(call: NounCall): Promise<number> {
  const [name = ''] = call.operands;
  const isRevealed = isRevealing(call);
  const { id, identifier, type, content } = await withVault(call, ({ client }) => getInfo(client, name));
  const text = textOfField(content);
  await print(call, {
    heads: ['WHAT', 'VALUE'],
    rows: [
      ['id', id],
      ['identifier', identifier ?? ''],
      ['type', type ?? ''],
      ['content', isRevealed ? { value: text ?? '' } : '(not shown)'],
    ],
    json: {
      id,
      identifier: identifier ?? null,
      type: type ?? null,
      ...(isRevealed ? { content: text ?? null } : {}),
    },
  });
  return 0;
}

/** One that has to be there. Errors: ITEM_NOT_FOUND, those of findInfo. */
async function getInfo(client: Client, name: string): Promise<Information> {
  const found = await findInfo(client, name);
  if (found === undefined) throw noInfo(name);
  if (found === 'inactive') throw noInfo(name, 1024);
  return found;
}
