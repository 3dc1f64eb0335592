import { commandFor } from '../../../core/changes/argument.js';
import { SeguraError } from '../../../core/errors.js';
import { throwIfCancelled } from '../../../core/pace.js';
import { printable } from '../../../core/printable.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import { withVault } from '../open-vault.js';
import { type Cell, isRevealing, print } from '../print.js';
import type { NounCall } from '../verb.js';
import { getItem } from './find.js';
import { readCredential } from './read.js';
import { changeWord, jsonOf } from './shown.js';

/** What is known of custody without reading: no document of the vault has a request that says who holds it. */
const UNKNOWN = 'not known: only reading shows it';

/** Shows what the list says of one credential; with `--reveal` also its fields, for which it is read and released. */
export async function show(call: NounCall): Promise<number> {
  const [name = ''] = call.operands;
  const isRevealed = isRevealing(call);
  const item = await withVault(call, async ({ client, inputs }) => {
    const { items } = await listItems(client, inputs.endpoints.pam, 'credential');
    return getItem(items, name);
  });
  const fields = isRevealed ? await reveal(call, item) : undefined;
  const shown: Cell[][] = [...(fields ?? [])].map(([label, value]) => [`field ${label}`, { value }]);
  const custody = isRevealed ? 'taken and released' : UNKNOWN;
  await print(call, {
    heads: ['WHAT', 'VALUE'],
    rows: [
      ['id', item.id],
      ['identifier', item.identifier ?? ''],
      ['username', item.username],
      ['hostname', item.hostname],
      ['ip', item.ip],
      ['type', item.type],
      ['expires', item.expires ?? ''],
      ['changed', item.changed ?? ''],
      ['viewed', item.viewed ?? ''],
      ['automatic change', changeWord(item)],
      ['custody', custody],
      ...shown,
    ],
    json: {
      ...jsonOf(item),
      custody: isRevealed ? 'released' : null,
      ...(fields === undefined ? {} : { values: Object.fromEntries(fields) }),
    },
  });
  return 0;
}

async function reveal(call: NounCall, item: ListedItem): Promise<ReadonlyMap<string, string>> {
  if (item.changesAutomatically === true) throw staleAtOnce(item);
  const { terminal, signals } = call.context;
  terminal.notice(`Reading credential ${printable(item.id)} takes custody of it. It is released at once.`);
  const { fields, release } = await readCredential(call, item);
  const isReleased = await release();
  throwIfCancelled(signals.stop);
  if (!isReleased)
    throw new SeguraError(
      'RELEASE_FAILED',
      `Custody of credential ${printable(item.id)} is still held, so its fields are not shown.`,
      'Release it as the lines above say, and run the command again.',
    );
  return fields;
}

/** To show it would mean to take custody and release it, and each release makes the vault change the password. */
function staleAtOnce({ id }: ListedItem): SeguraError {
  return new SeguraError(
    'CHANGE_REFUSED',
    `The vault changes the password of credential ${printable(id)} when custody is released, so what is shown would be old at once. Nothing was read.`,
    `Use it while custody lasts: ${commandFor('credential with', id)} -- COMMAND`,
  );
}
