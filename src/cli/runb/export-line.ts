import { groupedBy } from '../../core/lookup/grouped-by.js';
import { printable } from '../../core/printable.js';
import type { FoundField } from '../../core/requests/found-field.js';
import { FreeNames } from '../../core/requests/free-names.js';
import { showSource } from '../../core/requests/request.js';
import { isSteering, toVariableName } from '../../core/requests/variable-names.js';
import type { Application } from '../../core/vault/dsm.js';
import { shellQuote, shellWord } from '../../platform/formats/shell.js';

/**
 * The command that brings all of `found` by names of which no two are the same, to whom case is nothing too; undefined
 * where no log shows it as it is.
 */
export function exportLine(
  application: Application | undefined,
  found: readonly FoundField[],
): string | undefined {
  const options = Object.entries({ ...application }).flatMap(([name, value]) =>
    value === '' ? [] : [`--${name} ${shellWord(value)}`],
  );
  const apart = requestsApart(found);
  if (apart.some((request) => printable(request) !== request)) return undefined;
  const requests = apart.map((request) => `--secrets ${shellQuote(request)}`);
  return ['segura-secrets export --format sh', ...options, ...requests].join(' ');
}

/** A request for each secret: a prefix where its names cannot stand by themselves, a name for each field where they meet. */
function requestsApart(found: readonly FoundField[]): string[] {
  const secrets = groupedBy(found, ({ origin }) => showSource({ ...origin, field: undefined }));
  const everywhere = countOf(found.map(nameOf));
  const free = new FreeNames([]);
  return [...secrets].flatMap(([secret, fields]) => {
    const names = countOf(fields.map(nameOf));
    const wish = secret.replaceAll(/["*]/g, '').toUpperCase();
    if (names.size < fields.length) {
      return fields.map(
        ({ origin, field }) => `${showSource(origin)} > ${free.one(`${wish}${field.toUpperCase()}`)}`,
      );
    }
    const isElsewhere = (name: string): boolean => (everywhere.get(name) ?? 0) > (names.get(name) ?? 0);
    if (![...names.keys()].some((name) => name === '' || isElsewhere(name) || isSteering(name)))
      return [secret];
    const labels = fields.map(({ field }) => field);
    return [`${secret} > ${free.prefix(wish, labels)}*`];
  });
}

/** How often each name is there. */
function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function nameOf({ field }: FoundField): string {
  return toVariableName(field).toUpperCase();
}
