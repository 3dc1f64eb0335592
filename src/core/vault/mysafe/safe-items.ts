import { MYSAFE_TOTP_DIGITS } from '../../assumptions.js';
import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import { Secret } from '../../secret.js';
import { say } from '../../text.js';
import type { Client } from '../client.js';
import type { RejectedReply } from '../envelope.js';
import { type Decrypt, type Field, type Fields, fieldAt } from '../field.js';
import { checkNumber, type Explain, inPath, pamGet } from '../items/pam-get.js';
import { child, elementsAt, isObject, type Node, objectAt, optionalTextAt, textAt } from '../json.js';
import type { Prefix } from '../pam.js';

/** The kinds of items that MySafe keeps, as requests and commands call them. */
export const SAFE_KINDS = ['password', 'note', 'api'] as const;
export type SafeKind = (typeof SAFE_KINDS)[number];

/** An item of MySafe as the vault lists it, without values. */
export interface SafeRow {
  readonly kind: SafeKind;
  /** The number that the vault gave it. */
  readonly identifier: string;
  readonly name: string;
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly tags: string | undefined;
  /** Whether a person has to say why it is read, or another one has to approve it. */
  readonly isGuarded: boolean;
  readonly mayWrite: boolean | undefined;
}

/** An item of MySafe with its fields, under the names of the vault. */
export interface SafeItem {
  readonly kind: SafeKind;
  readonly identifier: string;
  readonly fields: Fields;
  /** Who else may use it, as the vault names users and groups. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly prefix: Prefix;
}

/**
 * The word of each kind in paths, and the names of its entities. The pages name some in the plural in their text, and that
 * of an API secret otherwise in the reply to a write.
 */
const ROUTES: Readonly<Record<SafeKind, { path: string; list: readonly string[]; one: readonly string[] }>> =
  {
    password: {
      path: 'password',
      list: ['password_on_list', 'passwords_on_list'],
      one: ['password_entity', 'passwords_entity'],
    },
    note: { path: 'note', list: ['note_on_list', 'notes_on_list'], one: ['note_entity', 'notes_entity'] },
    api: {
      path: 'secretapi',
      list: ['api_secret_on_list', 'api_secrets_on_list'],
      one: ['api_secret_entity', 'api_entity'],
    },
  };

/** The path of a kind, after the prefix. */
export function safePath(kind: SafeKind): string {
  return `/mysafe/${ROUTES[kind].path}`;
}

/**
 * What the access key may use, of one kind, in the vault's order. `filter`: a parameter of the query, such as `tag`.
 *
 * Errors: ACCESS_DENIED, NO_SUCH_ROUTE, REPLY_MALFORMED, those of Exchange.
 * Source: GET /api/mysafe/password, note and secretapi, docs.senhasegura.io v3-33 and v4, "List all passwords" and so on.
 */
export async function listSafe(
  client: Client,
  kind: SafeKind,
  filter: Readonly<Record<string, string>> = {},
): Promise<{ rows: readonly SafeRow[]; prefix: Prefix }> {
  const query = new URLSearchParams(filter).toString();
  const path = `${safePath(kind)}${query === '' ? '' : `?${query}`}`;
  const { body, endpoint, prefix } = await safeGet(client, path);
  const list = firstOf({ value: body, path: '$', endpoint: bareOf(endpoint) }, ROUTES[kind].list);
  return { rows: elementsAt(list).map((node) => readRow(kind, node)), prefix };
}

/**
 * The item of that number, with its values.
 *
 * Errors: those of `explain`, ACCESS_DENIED, NO_SUCH_ROUTE, REPLY_MALFORMED, those of Exchange.
 * Source: GET /api/mysafe/password/[identifier] and so on, docs.senhasegura.io v3-33 and v4.
 */
export async function readSafe(
  client: Client,
  kind: SafeKind,
  identifier: string,
  explain: Explain,
): Promise<SafeItem> {
  const { body, endpoint, prefix } = await safeGet(
    client,
    `${safePath(kind)}/${inPath(identifier)}`,
    explain,
  );
  const node = firstOf({ value: body, path: '$', endpoint }, ROUTES[kind].one);
  const { identifier: _, ...rest } = objectAt(node);
  const number = child(node, 'identifier');
  checkNumber(number, identifier);
  const fields = Object.entries(rest).flatMap(([name, value]): [string, Field][] =>
    Array.isArray(value) || isObject(value) ? [] : [[name, valueAt(child(node, name), client.decrypt)]],
  );
  return {
    kind,
    identifier: textAt(number),
    fields: new Map(fields),
    users: namesAt(child(node, 'users_allowed')),
    groups: namesAt(child(node, 'groups_allowed')),
    prefix,
  };
}

/** A one-time password that came as a number has lost the zeros at its start. */
function valueAt(node: Node, decrypt: Decrypt | undefined): Field {
  const field = fieldAt(node, typeof node.value === 'string' ? decrypt : undefined);
  const isTotp = typeof node.value === 'number' && node.path.endsWith('.token');
  return isTotp && field instanceof Secret
    ? new Secret(field.reveal().padStart(MYSAFE_TOTP_DIGITS, '0'))
    : field;
}

/** A GET of MySafe. Only an access key of MySafe opens it, and no other login does. */
async function safeGet(
  client: Client,
  path: string,
  explain: Explain = () => undefined,
): ReturnType<typeof pamGet> {
  try {
    return await pamGet(client, 'auto', path, (refused) => explain(refused) ?? explainLogin(refused));
  } catch (error) {
    if (!(error instanceof SeguraError) || error.code !== 'NO_SUCH_ROUTE') throw error;
    const bare = bareOf(path);
    throw new SeguraError(
      'NO_SUCH_ROUTE',
      `The vault does not offer MySafe at any of /api${bare}, /iso${bare}.`,
      say`Check that MySafe is licensed. ${OWN_KEY}`,
      { cause: error },
    );
  }
}

const OWN_KEY =
  'MySafe has access keys of its own: add one in the vault at MySafe > Integrations > Access keys, and log in with its client id and client secret.';

/** The rejection of a login that is none of MySafe; undefined for another one. */
export function explainLogin({ says, status }: RejectedReply): SeguraError | undefined {
  if (says !== 'resource-not-authorized') return undefined;
  return new SeguraError(
    'ACCESS_DENIED',
    `The vault does not open MySafe for this client id (HTTP ${status}): it is no access key of MySafe.`,
    OWN_KEY,
  );
}

function readRow(kind: SafeKind, node: Node): SafeRow {
  objectAt(node);
  const text = (key: string): string | undefined => optionalTextAt(child(node, key));
  const isOn = (key: string): boolean => ['1', 'true'].includes(String(child(node, key).value));
  const write = child(node, 'can_write').value;
  return {
    kind,
    identifier: textAt(child(node, 'identifier')),
    name: text('name') ?? text('name_or_url') ?? '',
    url: text('url'),
    username: text('username'),
    tags: text('tags'),
    isGuarded: isOn('need_justify') || isOn('need_approval'),
    mayWrite: write === undefined || write === null ? undefined : isOn('can_write'),
  };
}

function firstOf(body: Node, names: readonly string[]): Node {
  const [first = ''] = names;
  return (
    names.map((name) => child(body, name)).find(({ value }) => value !== undefined) ?? child(body, first)
  );
}

function namesAt(node: Node): string[] {
  if (!Array.isArray(node.value)) return [];
  return elementsAt(node).flatMap(
    (each) => optionalTextAt(child(each, 'username')) ?? optionalTextAt(child(each, 'name')) ?? [],
  );
}

/** Without the query, which has a name of the user's. */
function bareOf(path: string): string {
  return printable(path.replace(/\?.*$/s, ''));
}
