import { createHmac } from 'node:crypto';
import { MYSAFE } from './assumptions.js';
import type { Call } from './call.js';
import type { SafeItem, SafeKind } from './data.js';
import { businessError, success } from './envelope.js';
import { text } from './fields.js';
import { Refused, type Reply } from './reply.js';

interface Shape {
  /** The entity of a list, of one item, and of a reply to a write. */
  readonly list: string;
  readonly one: string;
  readonly saved: string;
  /** How messages call it. */
  readonly word: string;
  readonly required: readonly string[];
  readonly fields: readonly string[];
  /** What lists show besides number and name, and what can be filtered by. */
  readonly listed: readonly string[];
  readonly filters: readonly string[];
  readonly secret: readonly string[];
}

/** Source: docs.senhasegura.io v3-33 and v4, "MySafe APIs": the pages of each request. */
const SHAPES: Readonly<Record<SafeKind, Shape>> = {
  password: {
    list: 'password_on_list',
    one: 'password_entity',
    saved: 'password_entity',
    word: 'Password',
    required: ['name', 'username', 'password'],
    fields: ['name', 'url', 'username', 'password', 'secret_key', 'notes', 'tags'],
    listed: ['url', 'username', 'tags'],
    filters: ['name', 'username', 'url'],
    secret: ['password', 'secret_key'],
  },
  note: {
    list: 'note_on_list',
    one: 'note_entity',
    saved: 'note_entity',
    word: 'Note',
    required: ['name', 'note'],
    fields: ['name', 'note', 'tags'],
    listed: ['tags'],
    filters: ['name'],
    secret: ['note'],
  },
  secretapi: {
    list: 'api_secret_on_list',
    one: 'api_secret_entity',
    saved: 'api_entity',
    word: 'Api secret',
    required: ['name', 'url', 'client_id'],
    fields: ['name', 'url', 'client_secret', 'client_id', 'identifier_code', 'method', 'tags', 'notes'],
    listed: [],
    filters: ['identifier_code'],
    secret: ['client_secret'],
  },
};
const MAX_NOTE = 900;
const TOTP_SECONDS = 30;

/** GET /api/mysafe/{kind}: what the key may view, without values. */
export function listSafe(call: Call, kind: SafeKind): Reply {
  const { list, listed, filters } = SHAPES[kind];
  const tag = text(call.fields, 'tag');
  const rows = call.world.data.safe.filter(
    (item) =>
      item.kind === kind &&
      item.active &&
      mayView(call, item) &&
      (tag === undefined || (item.fields['tags'] ?? '').split(/\s*,\s*/).includes(tag)) &&
      filters.every((name) => [undefined, item.fields[name] ?? ''].includes(text(call.fields, name))),
  );
  const entities = {
    [list]: rows.map((item) => ({
      identifier: String(item.id),
      name: item.fields['name'] ?? '',
      ...Object.fromEntries(listed.map((name) => [name, item.fields[name] ?? ''])),
      need_justify: item.needsJustification ? '1' : '0',
      need_approval: '0',
      can_view: true,
      can_write: mayEdit(call, item),
    })),
  };
  return success({ message: '', entities });
}

/** GET /api/mysafe/{kind}/{identifier}. Refusals: 1010, 1005, 1006, and for inactive ones 1009, or 1005 up to 3.32. */
export function readSafe(call: Call, kind: SafeKind): Reply {
  const item = found(call, kind);
  if (!mayView(call, item)) throw refuse(1006, 'User does not have access');
  const { one, word } = SHAPES[kind];
  if (!item.active)
    throw call.world.settings.dialect === 'api' ? refuse(1009, `Inactive ${word}`) : absent(kind);
  return success({ message: 'Success', entities: { [one]: { ...entity(call, item), ...shares() } } });
}

/** POST /api/mysafe/{kind}. Refusals: 1001. Only an API secret comes back with its value. */
export function createSafe(call: Call, kind: SafeKind): Reply {
  const { required, word } = SHAPES[kind];
  for (const name of required)
    if (!text(call.fields, name)) throw refuse(1001, `Parameter '${name}' was not informed!`);
  const { safe } = call.world.data;
  const item: SafeItem = {
    id: Math.max(0, ...safe.map(({ id }) => id)) + 1,
    kind,
    fields: {},
    active: true,
    viewers: [call.caller.id],
    editors: [call.caller.id],
  };
  write(call, item);
  safe.push(item);
  return saved(item, 201, `${word} successfully registered`);
}

/** PUT /api/mysafe/{kind}/update/{identifier}: what is not sent stays. Refusals: 1010, 1005, 1006, 1001. */
export function updateSafe(call: Call, kind: SafeKind): Reply {
  const item = found(call, kind);
  if (!mayEdit(call, item)) throw refuse(1006, 'User does not have access');
  write(call, item);
  // The page of API secrets shows the reply of a creation.
  if (kind === 'secretapi') return saved(item, 201, 'Api secret successfully registered');
  return saved(item, 200, kind === 'note' ? 'Note successfully update' : 'Password successfully updated');
}

/** POST /api/mysafe/{kind}/{active|inactive}/{identifier}: HTTP 200 where it is so already. Refusals: 1010, 1005, 1006. */
export function setSafeActive(call: Call, kind: SafeKind, active: boolean): Reply {
  const item = found(call, kind);
  if (!mayEdit(call, item)) throw refuse(1006, 'User does not have access');
  const done = active ? 'activated' : 'deactivated';
  const { word } = SHAPES[kind];
  const message =
    item.active === active ? `${word} has already been ${done}` : `${word} successfully ${done}`;
  item.active = active;
  return success({ message });
}

/** The values of an item that are secret, for the search for leaks. */
export function secretsOfSafe({ kind, fields }: SafeItem): string[] {
  return SHAPES[kind].secret.flatMap((name) => fields[name] ?? []);
}

function write(call: Call, item: SafeItem): void {
  const given = SHAPES[item.kind].fields.flatMap((name): [string, string][] => {
    const value = text(call.fields, name);
    return value === undefined ? [] : [[name, value]];
  });
  for (const [name, value] of given) {
    if (name === 'note' && [...value].length > MAX_NOTE && call.world.settings.dialect === 'api')
      throw refuse(1001, `Parameter note limited to ${MAX_NOTE} characters`);
    const isTaken = ({ id, kind, fields }: SafeItem): boolean =>
      id !== item.id && kind === item.kind && fields[name] === value;
    if (name === 'identifier_code' && value !== '' && call.world.data.safe.some(isTaken))
      throw refuse(1001, 'Identifier already found in another API key of this user');
  }
  for (const value of secretsOfSafe(item)) call.world.handedOut.add(value);
  Object.assign(item.fields, Object.fromEntries(given));
}

function saved(item: SafeItem, status: number, message: string): Reply {
  const { saved: name, secret, fields } = SHAPES[item.kind];
  const shown = fields.filter((field) => item.kind === 'secretapi' || !secret.includes(field));
  const { notes, ...rest } = Object.fromEntries(shown.map((field) => [field, item.fields[field] ?? '']));
  const own = item.kind === 'secretapi' ? { notes } : item.kind === 'password' ? { note: notes } : {};
  const entities = {
    [name]: { identifier: String(item.id), ...rest, ...own, ...shares(), shared_error: [] },
  };
  return success({ status, message, entities });
}

function entity(call: Call, { id, kind, fields }: SafeItem): Record<string, unknown> {
  const { fields: names, secret } = SHAPES[kind];
  const key = fields['secret_key'];
  const values = names.flatMap((name): [string, unknown][] => {
    if (name === 'secret_key' && !key) return [];
    const value = fields[name] ?? '';
    return [[name, secret.includes(name) ? call.seal(value) : value]];
  });
  const token = key ? { token: Number(totp(key, call.world.now())) } : {};
  return { identifier: String(id), ...Object.fromEntries(values), ...token };
}

function shares(): Record<string, unknown> {
  return { users_allowed: [], groups_allowed: [] };
}

function found({ world, id }: Call, kind: SafeKind): SafeItem {
  if (!/^\d+$/.test(id)) throw refuse(1010, 'Unexpected identifier type');
  const item = world.data.safe.find((each) => each.kind === kind && String(each.id) === id);
  if (item === undefined) throw absent(kind);
  return item;
}

function absent(kind: SafeKind): Refused {
  return refuse(1005, `${SHAPES[kind].word} not found`);
}

function mayView({ caller }: Call, { viewers, editors }: SafeItem): boolean {
  return viewers.includes(caller.id) || editors.includes(caller.id);
}

function mayEdit({ caller }: Call, { editors }: SafeItem): boolean {
  return editors.includes(caller.id) && (!MYSAFE.editNeedsWrite || caller.permission === 'Read and write');
}

function refuse(code: number, message: string): Refused {
  return new Refused(businessError(code, message));
}

/** The six digits of now. Source: RFC 6238, with HMAC-SHA-1 and 30 s; the seed is base32. */
function totp(seed: string, nowMs: number): string {
  const bits = [...seed.replaceAll('=', '').toUpperCase()]
    .map((character) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 1_000 / TOTP_SECONDS)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
