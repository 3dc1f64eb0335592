import { SECRET_DATA_INVALID } from './assumptions.js';
import type { Row } from './data.js';
import { refusal } from './envelope.js';
import { Refused } from './reply.js';

/**
 * The rows in a `data` field: base64 of JSON with access_keys, credentials and key_value groups. A field with a
 * `…_label` next to it is stored under that label.
 * Source: docs.senhasegura.io v3-32 POST secret; key_value from a third-party client.
 */
export function decodeData(encoded: string): Row[] {
  const decoded = parse(encoded);
  const groups = [
    ...entries(decoded['access_keys'], 'access_key'),
    ...entries(decoded['credentials'], 'credential'),
    ...entries(decoded['key_value'], 'key_value'),
  ];
  return groups.map(labelled);
}

function parse(encoded: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    if (isRecord(parsed)) return parsed;
  } catch {
    // falls through to the refusal
  }
  throw new Refused(refusal(SECRET_DATA_INVALID));
}

/** `[{ <inner>: { fields } }]`, or one such object. */
function entries(value: unknown, inner: string): Record<string, unknown>[] {
  const list: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.flatMap((entry) => {
    if (!isRecord(entry)) return [];
    const group = isRecord(entry[inner]) ? entry[inner] : entry;
    return isRecord(group['fields']) ? [group['fields']] : [];
  });
}

function labelled(fields: Record<string, unknown>): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.endsWith('_label')) continue;
    const label = fields[`${name}_label`];
    row[typeof label === 'string' ? label : name] = value === null ? null : String(value);
  }
  return row;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
