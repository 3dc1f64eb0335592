import { headersFor } from './dsm.js';
import { explain, open } from './envelope.js';
import { refuse, SeguraError } from './errors.js';
import type { Exchange } from './exchange.js';
import { isObject } from './json.js';
import { maskForms } from './masks.js';
import { isVariableName } from './names.js';
import { printable } from './printable.js';
import type { Secret } from './secret.js';
import type { Session } from './session.js';

const PATH = '/iso/cicd/variables';
const ENDPOINT = `POST ${PATH}`;
/** Shorter forms would be found where they mean nothing. */
const LEAST_SECRET_LENGTH = 4;
/** Environment variables that hold the client secret. */
const CLIENT_SECRET_NAME = /^SENHASEGURA_CLIENT_SECRET$/i;

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
  refuse(problems);
  return [...names];
}

interface Entry {
  readonly fields: unknown;
  readonly path: string;
}

function entriesOf(section: unknown, path: string, problems: SeguraError[]): Entry[] {
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

function wrongShape(path: string, wanted: string): SeguraError {
  return new SeguraError(
    'INPUT_INVALID',
    `The mapping file: ${path} is not ${wanted}.`,
    'Write it as in: {"key_value": [{"name": "database", "fields": ["DB_PASSWORD"]}]}',
  );
}

/** Standard base64 with `-`, `_` and `,` for `+`, `/` and `=`. Source: dsmcli, sdk/dsm/variable_client.go. */
export function encodeVariables(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ',');
}

export interface CicdVariables {
  /** By name; only those that the mapping names. */
  readonly variables: ReadonlyMap<string, string>;
  /** The mapping file as it is. */
  readonly mapping: string;
  /** Never sent: neither by its name nor as the value of another variable. */
  readonly clientSecret: Secret;
}

/**
 * Registers variables in the vault, which may store them as secrets. No variables, no request.
 *
 * The vault may keep each call, so it is sent again only when it surely was not carried out.
 * Errors: VALUE_BROKEN for a value with a line end, INPUT_INVALID for the client secret, both before anything is sent;
 * ACCESS_DENIED, NO_SUCH_ROUTE, those of Exchange. Source: POST /iso/cicd/variables, dsmcli; protocol.md section 6.
 */
export async function postVariables(
  exchange: Exchange,
  session: Session,
  { variables, mapping, clientSecret }: CicdVariables,
): Promise<void> {
  checkVariables({ variables, mapping, clientSecret });
  if (variables.size === 0) return;
  const bearer = await session.bearer();
  const lines = [...variables].map(([name, value]) => `${name}=${value}`);
  const form = { env: encodeVariables(lines.join('\n')), map: encodeVariables(mapping) };
  const reply = await exchange.send(
    {
      method: 'POST',
      path: PATH,
      headers: { ...headersFor(bearer), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    },
    'unsent',
  );
  const opened = open(reply, ENDPOINT);
  if (!opened.ok) throw explain(opened, ENDPOINT, session.clientId);
}

/** Looks at what would be sent, before the vault is asked for anything. Errors: VALUE_BROKEN, INPUT_INVALID. */
export function checkVariables({ variables, mapping, clientSecret }: CicdVariables): void {
  const forms = [clientSecret.reveal(), ...maskForms(clientSecret.reveal(), LEAST_SECRET_LENGTH)];
  const isSecret = (text: string): boolean => forms.some((form) => text.includes(form));
  refuse([...variables].flatMap(([name, value]) => refusalOf(name, value, isSecret) ?? []));
  if (!isSecret(mapping)) return;
  throw new SeguraError(
    'INPUT_INVALID',
    'The mapping file holds the client secret: that is never sent to be stored.',
    'Give the mapping a file of its own.',
  );
}

function refusalOf(
  name: string,
  value: string,
  isSecret: (text: string) => boolean,
): SeguraError | undefined {
  if (CLIENT_SECRET_NAME.test(name) || isSecret(value)) {
    return new SeguraError(
      'INPUT_INVALID',
      `The mapping file names ${printable(name)}, which holds the client secret: that is never sent to be stored.`,
      `Take ${printable(name)} out of the mapping file.`,
    );
  }
  if (!/[\r\n]/.test(value)) return undefined;
  return new SeguraError(
    'VALUE_BROKEN',
    `The environment variable ${printable(name)} has several lines, of which the vault would make several variables.`,
    `Put it into one line, as base64 for example, or take ${printable(name)} out of the mapping file.`,
  );
}
