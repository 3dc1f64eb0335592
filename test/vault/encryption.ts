import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import {
  ENCRYPTION_ALGORITHMS,
  ENCRYPTION_REFUSED,
  EXPIRED_KEY_ENCRYPTS,
  encryptionVersion,
  isPast,
  parameterMissing,
  type Refusal,
} from './assumptions.js';
import type { Call } from './call.js';
import type { EncryptionKey } from './data.js';
import { refusal } from './envelope.js';
import { text } from './fields.js';
import { json, Refused, type Reply } from './reply.js';
import type { World } from './world.js';

/**
 * /iso/sctm/encryption/key[/{id}]: keys of DSM that never leave the vault. Their numbers are text, `enabled` is "0" or "1"
 * up to 3.32, a boolean later.
 * Source: docs.senhasegura.io v3-32 dsm-encryption-key-management-api; the later pages of each endpoint.
 */
export function createEncryptionKey({ world, fields }: Call): Reply {
  const { encryptionKeys } = world.data;
  const id = Math.max(0, ...encryptionKeys.map((key) => key.id)) + 1;
  const name = text(fields, 'name');
  if (!name) throw refuse(parameterMissing('name'));
  const algorithms = [checkedAlgorithm(text(fields, 'algorithm') ?? '')];
  const key: EncryptionKey = { id, name, algorithms, description: '', expirationDate: '', enabled: true };
  encryptionKeys.push(Object.assign(key, described(key, fields)));
  return replied('Encryption key created successfully', { id: String(id) });
}

/** Source: the same page: "With each key update, the version field will also be updated". */
export function updateEncryptionKey(call: Call): Reply {
  const key = foundKey(call.world, call.id);
  const { fields } = call;
  key.name = text(fields, 'name') || key.name;
  key.algorithms.push(checkedAlgorithm(text(fields, 'algorithm') ?? key.algorithms.at(-1) ?? ''));
  Object.assign(key, described(key, fields));
  return replied('Encryption key updated successfully');
}

/** Up to 3.32 the message has "deleted", although the page speaks of disabling; later "disabled". */
export function disableEncryptionKey(call: Call): Reply {
  foundKey(call.world, call.id).enabled = false;
  return replied(`Encryption key ${isNewer(call) ? 'disabled' : 'deleted'} successfully`);
}

export function listEncryptionKeys(call: Call): Reply {
  const keys = call.world.data.encryptionKeys.map((key) => shown(call, key));
  return replied('Encryption keys loaded successfully', { encryption_keys: keys });
}

export function readEncryptionKey(call: Call): Reply {
  return replied('Encryption key loaded successfully', {
    encryption_key: shown(call, foundKey(call.world, call.id)),
  });
}

/** POST /iso/sctm/encryption/encrypt: `key` up to 3.32, `key_id` later, each a number or a name; `version`; `value`. */
export function encryptValue(call: Call): Reply {
  const { name, secret, value } = job(call);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(name, secret, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return replied('Value encrypted successfully', { encrypted_value: sealed.toString('base64') });
}

/** POST /iso/sctm/encryption/decrypt answers under `encrypted_value` up to 3.32, under `decrypted_value` later. */
export function decryptValue(call: Call): Reply {
  const { name, secret, value } = job(call);
  const sealed = Buffer.from(value, 'base64');
  try {
    const cipher = createDecipheriv(name, secret, sealed.subarray(0, 12));
    cipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]).toString('utf8');
    call.world.handedOut.add(plain);
    return replied('Value decrypted successfully', {
      [isNewer(call) ? 'decrypted_value' : 'encrypted_value']: plain,
    });
  } catch {
    throw refuse(ENCRYPTION_REFUSED.value);
  }
}

interface Job {
  readonly name: 'aes-128-gcm' | 'aes-256-gcm';
  readonly secret: Buffer;
  readonly value: string;
}

function job({ world, fields }: Call): Job {
  const key = foundKey(world, text(fields, 'key') ?? text(fields, 'key_id') ?? '');
  const value = text(fields, 'value');
  if (value === undefined) throw refuse(parameterMissing('value'));
  if (!key.enabled || (!EXPIRED_KEY_ENCRYPTS && isPast(key.expirationDate, world.now())))
    throw refuse(ENCRYPTION_REFUSED.disabled);
  const version = encryptionVersion(text(fields, 'version'), key.algorithms.length);
  const algorithm = key.algorithms[version - 1];
  if (algorithm === undefined) throw refuse(ENCRYPTION_REFUSED.version);
  const bytes = createHash('sha256').update(`${world.encryptionSeed}/${key.id}/${version}`).digest();
  return algorithm.includes('128')
    ? { name: 'aes-128-gcm', secret: bytes.subarray(0, 16), value }
    : { name: 'aes-256-gcm', secret: bytes, value };
}

function foundKey({ data }: World, named: string): EncryptionKey {
  const { encryptionKeys } = data;
  const found = encryptionKeys.find(({ id, name }) => String(id) === named || name === named);
  if (found === undefined) throw refuse(ENCRYPTION_REFUSED.unknown);
  return found;
}

function described(
  known: EncryptionKey,
  fields: Call['fields'],
): Pick<EncryptionKey, 'description' | 'expirationDate'> {
  return {
    description: text(fields, 'description') ?? known.description,
    expirationDate: text(fields, 'expiration_date') ?? known.expirationDate,
  };
}

function shown(call: Call, { id, name, description, algorithms, expirationDate, enabled }: EncryptionKey) {
  return {
    id: String(id),
    name,
    description,
    algorithm: algorithms.at(-1),
    expiration_date: isNewer(call) ? expirationDate : olderDate(expirationDate),
    enabled: isNewer(call) ? enabled : enabled ? '1' : '0',
  };
}

/** Up to 3.32 the sent `2023-11-30 15:00:00` is shown as `11/30/2023 15:00:00`. Source: the same page. */
function olderDate(date: string): string {
  return date.replace(/^(\d{4})-(\d\d)-(\d\d)/, '$2/$3/$1');
}

function checkedAlgorithm(name: string): string {
  if (ENCRYPTION_ALGORITHMS.includes(name)) return name;
  throw refuse(ENCRYPTION_REFUSED.algorithm);
}

function isNewer({ world }: Call): boolean {
  return world.settings.dialect === 'api';
}

function refuse(refused: Refusal): Refused {
  return new Refused(refusal(refused));
}

/** These pages have neither `detail` nor the Portuguese twins. */
function replied(message: string, entities: Record<string, unknown> = {}): Reply {
  const response = { status: 200, message, error: false, error_code: 0 };
  return json(200, { code: 200, response, ...entities });
}
