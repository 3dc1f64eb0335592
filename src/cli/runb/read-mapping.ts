import { SeguraError, throwIfAny } from '../../core/errors.js';
import { isVariableName } from '../../core/requests/variable-names.js';
import { isObject } from '../../core/vault/json.js';

/** Where a mapping file names variables. Source: protocol.md section 6. */
export const NAMED_FIELDS = {
  access_keys: ['access_key_id', 'secret_access_key'],
  credentials: ['user', 'password', 'host'],
} as const;

/**
 * The variables that a mapping file names, each once, in its order. A field that is absent or empty names none; what
 * else the file holds is the vault's to read.
 *
 * `mapping`: the file's JSON or YAML, parsed. Errors: INPUT_INVALID with the place, all at once.
 */
export function readMapping(mapping: unknown): readonly string[] {
  const problems: SeguraError[] = [];
  const names = new Set<string>();
  const add = (name: unknown, path: string): void => {
    if (name === undefined || name === null || name === '') return;
    if (typeof name === 'string' && isVariableName(name)) names.add(name);
    else problems.push(wrongShape(path, 'the name of an environment variable'));
  };
  const root = mapping ?? {};
  if (!isObject(root)) throw wrongShape('$', 'an object');
  for (const [section, keys] of Object.entries(NAMED_FIELDS)) {
    for (const { fields, path } of entriesOf(root[section], `$.${section}`, problems)) {
      if (!isObject(fields)) problems.push(wrongShape(path, 'an object'));
      else for (const key of keys) add(fields[key], `${path}.${key}`);
    }
  }
  for (const { fields, path } of entriesOf(root['key_value'], '$.key_value', problems)) {
    if (!Array.isArray(fields)) problems.push(wrongShape(path, 'a list'));
    else for (const [index, name] of fields.entries()) add(name, `${path}[${index}]`);
  }
  throwIfAny(problems);
  return [...names];
}

export interface Entry {
  readonly fields: unknown;
  readonly path: string;
}

export function entriesOf(section: unknown, path: string, problems: SeguraError[]): Entry[] {
  if (section === undefined || section === null) return [];
  if (!Array.isArray(section)) {
    problems.push(wrongShape(path, 'a list'));
    return [];
  }
  return section.flatMap((entry: unknown, index) => {
    if (isObject(entry)) return [{ fields: entry['fields'], path: `${path}[${index}].fields` }];
    problems.push(wrongShape(`${path}[${index}]`, 'an object'));
    return [];
  });
}

export function wrongShape(path: string, wanted: string): SeguraError {
  return new SeguraError(
    'INPUT_INVALID',
    `The mapping file: ${path} is not ${wanted}.`,
    'Write it as in: {"key_value": [{"name": "database", "fields": ["DB_PASSWORD"]}]}',
  );
}
