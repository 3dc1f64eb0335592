import { closestMatch } from '../../../core/did-you-mean.js';
import { textOfField } from '../../../core/vault/field.js';
import { SafeReader } from '../../../core/vault/mysafe/find-safe.js';
import {
  listSafe,
  SAFE_KINDS,
  type SafeItem,
  type SafeKind,
  type SafeRow,
} from '../../../core/vault/mysafe/safe-items.js';
import { PLAIN_OF_SAFE } from '../../../core/vault/write/safe-form.js';
import { UsageError } from '../../options/usage-error.js';
import { withVault } from '../open-vault.js';
import { type Cell, isRevealing, print } from '../print.js';
import { lastOf, type NounCall } from '../verb.js';
import { itemOf } from './item.js';

/** Lists the items of the access key, kind by kind, in the vault's order. */
export async function list(call: NounCall): Promise<number> {
  const kinds = kindsOf(call);
  const tag = lastOf(call, 'tag');
  const rows = await withVault(call, async ({ client }) => {
    const all: SafeRow[] = [];
    for (const kind of kinds) all.push(...(await listSafe(client, kind, tag === '' ? {} : { tag })).rows);
    return all;
  });
  await print(call, {
    heads: ['KIND', 'NUMBER', 'NAME', 'USERNAME', 'URL', 'TAGS', 'MAY WRITE'],
    rows: rows.map(({ kind, identifier, name, username = '', url = '', tags = '', mayWrite }) => [
      ...[kind, identifier, name, username, url, tags],
      mayWrite === undefined ? '' : mayWrite ? 'yes' : 'no',
    ]),
    json: {
      items: rows.map(({ kind, identifier, name, username, url, tags, isGuarded, mayWrite }) => ({
        kind,
        identifier,
        name,
        username: username ?? null,
        url: url ?? null,
        tags: tags ?? null,
        needs_approval: isGuarded,
        may_write: mayWrite ?? null,
      })),
    },
  });
  return 0;
}

/** Shows one item; its values only with `--reveal`. */
export async function show(call: NounCall): Promise<number> {
  const wanted = itemOf(call);
  const isRevealed = isRevealing(call);
  const item = await withVault(call, ({ client }) => new SafeReader(client).get(wanted));
  const { kind, identifier, fields, users, groups } = item;
  const rows = [...fields.keys()].map((name): Cell[] => {
    if (PLAIN_OF_SAFE.includes(name)) return [name, textOfField(fields.get(name)) ?? ''];
    if (!isRevealed) return [`field ${name}`, '(not shown)'];
    return [`field ${name}`, { value: textOfField(fields.get(name)) ?? '' }];
  });
  await print(call, {
    heads: ['WHAT', 'VALUE'],
    rows: [
      ['kind', kind],
      ['number', identifier],
      ...rows,
      ['users', users.join(', ')],
      ['groups', groups.join(', ')],
    ],
    json: jsonOf(item, isRevealed),
  });
  return 0;
}

function jsonOf({ kind, identifier, fields, users, groups }: SafeItem, isRevealed: boolean): unknown {
  const names = [...fields.keys()];
  const object = (some: readonly string[]): unknown =>
    Object.fromEntries(some.map((name) => [name, textOfField(fields.get(name)) ?? null]));
  const values = names.filter((name) => !PLAIN_OF_SAFE.includes(name));
  return {
    kind,
    identifier,
    ...(object(names.filter((name) => PLAIN_OF_SAFE.includes(name))) as object),
    fields: values,
    users,
    groups,
    ...(isRevealed ? { values: object(values) } : {}),
  };
}

function kindsOf(call: NounCall): readonly SafeKind[] {
  const text = lastOf(call, 'kind');
  if (text === '') return SAFE_KINDS;
  const kind = SAFE_KINDS.find((each) => each === text.toLowerCase());
  if (kind !== undefined) return [kind];
  const near = closestMatch(text, SAFE_KINDS);
  throw new UsageError(
    'MySafe has no such kind of items.',
    near === undefined ? 'Write --kind password, --kind note or --kind api.' : `Did you mean --kind ${near}?`,
  );
}
