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
  const secrets = new Map<string, FoundField[]>();
  for (const each of found) {
    const secret = showSource({ ...each.origin, field: undefined });
    secrets.set(secret, [...(secrets.get(secret) ?? []), each]);
  }
  const free = new FreeNames([]);
  return [...secrets].flatMap(([secret, fields]) => {
    const names = new Set(fields.map(nameOf));
    const others = new Set(found.filter((each) => !fields.includes(each)).map(nameOf));
    const wish = secret.replaceAll(/["*]/g, '').toUpperCase();
    if (names.size < fields.length) {
      return fields.map(
        ({ origin, field }) => `${showSource(origin)} > ${free.one(`${wish}${field.toUpperCase()}`)}`,
      );
    }
    if (![...names].some((name) => name === '' || others.has(name) || isSteering(name))) return [secret];
    const labels = fields.map(({ field }) => field);
    return [`${secret} > ${free.prefix(wish, labels)}*`];
  });
}

function nameOf({ field }: FoundField): string {
  return toVariableName(field).toUpperCase();
}
