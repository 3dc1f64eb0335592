import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ENCRYPTION_ALGORITHMS, ENCRYPTION_REFUSED, parameterMissing, type Refusal } from './assumptions.js';
import type { Call } from './call.js';
import type { EncryptionKey } from './data.js';
import { refusal } from './envelope.js';
import { text } from './fields.js';
import { json, Refused, type Reply } from './reply.js';

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
  const algorithm = checkedAlgorithm(text(fields, 'algorithm') ?? '');
  const key: EncryptionKey = { id, name, algorithm, description: '', expirationDate: '', enabled: true };
  encryptionKeys.push(Object.assign(key, described(key, fields)));
  return replied('Encryption key created successfully', { id: String(id) });
}

export function updateEncryptionKey(call: Call): Reply {
  const key = foundKey(call, call.id);
  const { fields } = call;
  key.name = text(fields, 'name') || key.name;
  key.algorithm = checkedAlgorithm(text(fields, 'algorithm') ?? key.algorithm);
  Object.assign(key, described(key, fields));
  return replied('Encryption key updated successfully');
}

/** Up to 3.32 the message has "deleted", although the page speaks of disabling; later "disabled". */
export function disableEncryptionKey(call: Call): Reply {
  foundKey(call, call.id).enabled = false;
  return replied(`Encryption key ${isNewer(call) ? 'disabled' : 'deleted'} successfully`);
}

export function listEncryptionKeys(call: Call): Reply {
  const keys = call.world.data.encryptionKeys.map((key) => shown(call, key));
  return replied('Encryption keys loaded successfully', { encryption_keys: keys });
}

export function readEncryptionKey(call: Call): Reply {
  return replied('Encryption key loaded successfully', {
    encryption_key: shown(call, foundKey(call, call.id)),
  });
}

/** POST /iso/sctm/encryption/encrypt: `key` up to 3.32, `key_id` later, each a number or a name; `version`; `value`. */
export function encryptValue(call: Call): Reply {
  const { key, value } = job(call);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(cipherName(key), secretOf(key), nonce);
  const sealed = Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return replied('Value encrypted successfully', { encrypted_value: sealed.toString('base64') });
}

/** POST /iso/sctm/encryption/decrypt answers under `encrypted_value` up to 3.32, under `decrypted_value` later. */
export function decryptValue(call: Call): Reply {
  const { key, value } = job(call);
  const sealed = Buffer.from(value, 'base64');
  try {
    const cipher = createDecipheriv(cipherName(key), secretOf(key), sealed.subarray(0, 12));
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

function job(call: Call): { key: EncryptionKey; value: string } {
  const named = text(call.fields, 'key') ?? text(call.fields, 'key_id') ?? '';
  const key = foundKey(call, named);
  const value = text(call.fields, 'value');
  if (value === undefined) throw refuse(parameterMissing('value'));
  if (!key.enabled) throw refuse(ENCRYPTION_REFUSED.disabled);
  return { key, value };
}

function foundKey({ world }: Call, named: string): EncryptionKey {
  const { encryptionKeys } = world.data;
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

function shown(call: Call, { id, name, description, algorithm, expirationDate, enabled }: EncryptionKey) {
  return {
    id: String(id),
    name,
    description,
    algorithm,
    expiration_date: expirationDate,
    enabled: isNewer(call) ? enabled : enabled ? '1' : '0',
  };
}

function checkedAlgorithm(name: string): string {
  if (ENCRYPTION_ALGORITHMS.includes(name)) return name;
  throw refuse(ENCRYPTION_REFUSED.algorithm);
}

function cipherName({ algorithm }: EncryptionKey): 'aes-128-gcm' | 'aes-256-gcm' {
  return algorithm.includes('128') ? 'aes-128-gcm' : 'aes-256-gcm';
}

function secretOf(key: EncryptionKey): Buffer {
  const bytes = createHash('sha256').update(`${SECRET}/${key.id}`).digest();
  return cipherName(key) === 'aes-128-gcm' ? bytes.subarray(0, 16) : bytes;
}

const SECRET = randomBytes(32).toString('hex');

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
