import {
  custodyHolder,
  KEY_DEVICE_UNKNOWN,
  KEY_READ_TAKES_CUSTODY,
  KEY_UPDATE_IGNORES_ENABLED,
  UNKNOWN_DEVICES_OF_A_KEY_ARE_LISTED,
} from './assumptions.js';
import type { Call } from './call.js';
import type { SshKey } from './data.js';
import { refusal, success, unexpectedError } from './envelope.js';
import { text } from './fields.js';
import { allowedKey, refuse } from './pam-find.js';
import { nextItemId } from './pam-number.js';
import { Refused, type Reply } from './reply.js';

/** GET …/pam/key/{id}; the private key has CRLF line ends. Source: docs.senhasegura.io v3-32 and v3-33 GET key. */
export function readKey(call: Call): Reply {
  const key = allowedKey(call);
  if (!key.active) throw refuse(1017, 'Key inactive');
  const { world, caller, seal } = call;
  if (KEY_READ_TAKES_CUSTODY) world.custody.take(String(key.id), custodyHolder(caller));
  const newer = world.settings.dialect === 'api';
  return success({
    message: `Key ${key.id}`,
    ...(newer ? { tenant: world.data.tenant } : {}),
    entities: {
      key: {
        id: String(key.id),
        username: key.username,
        key_name: key.name,
        hostname: key.hostname,
        ip: key.ip,
        private_key: seal(key.privateKey.replaceAll(/\r?\n/g, '\r\n')),
        public_key: key.publicKey,
        password: key.passphrase === null ? null : seal(key.passphrase),
        ...(newer ? {} : { tags: key.tags }),
        devices: key.devices,
        expiration_time: key.expirationTime,
      },
    },
  });
}

/**
 * POST …/pam/key creates, or updates by `identifier`. Only a creation needs hostname, ip and both keys; an update changes
 * what it has, and a hostname moves it to that device. The HTTP status of a creation is 200 while its body has 201. `enabled: false` creates an inactive key; without `devices` it has no further ones. The device itself must be
 * there first. Refusals: 1004, 1005, 1013, 1014.
 * Source: docs.senhasegura.io v3-32 a2a-pam-core-create-or-update-an-ssh-key, v3-33 POST key.
 */
export function saveKey(call: Call): Reply {
  const { world, fields } = call;
  const identifier = text(fields, 'identifier') ?? '';
  const known = world.data.keys.find((key) => identifier !== '' && key.identifier === identifier);
  const given = (name: string): string | undefined => text(fields, name) || undefined;
  const hostname = given('hostname') ?? known?.hostname;
  const moved = world.data.devices.find((device) => device.hostname === given('hostname'));
  const ip = given('ip') ?? (known === undefined ? undefined : (moved ?? known).ip);
  const publicKey = given('public_key') ?? known?.publicKey;
  const privateKey = given('private_key') ?? known?.privateKey;
  if (hostname === undefined) throw refuse(1004, "The device's hostname was not informed");
  if (ip === undefined) throw refuse(1005, "The device's IP was not informed");
  if (publicKey === undefined) throw refuse(1013, 'The public key was not informed');
  if (privateKey === undefined) throw refuse(1014, 'The private key was not informed');
  if (!world.data.devices.some((device) => device.hostname === hostname && device.ip === ip)) {
    throw new Refused(refusal(KEY_DEVICE_UNKNOWN));
  }
  const devices = namedDevices(call);
  const key: SshKey = {
    id: known?.id ?? nextItemId(world.data),
    identifier: identifier === '' ? null : identifier,
    name: text(fields, 'key_name') ?? known?.name ?? '',
    username: text(fields, 'username') || known?.username || 'usr',
    hostname,
    ip,
    privateKey,
    publicKey,
    passphrase: text(fields, 'password') ?? known?.passphrase ?? null,
    tags: text(fields, 'tags')?.split(',') ?? known?.tags ?? [],
    devices: devices?.known ?? known?.devices ?? [],
    expirationTime: known?.expirationTime ?? null,
    active: known === undefined || !KEY_UPDATE_IGNORES_ENABLED ? !isOff(fields['enabled']) : known.active,
  };
  if (known === undefined) world.data.keys.push(key);
  else replace(world.handedOut, known, key);
  const newer = world.settings.dialect === 'api';
  const saved = success({
    status: 201,
    message: known === undefined ? 'Key successfully registered!' : 'Key updated successfully!',
    entities: {
      key: {
        id: String(key.id),
        ...(newer ? { identifier: key.identifier } : { tag: key.identifier }),
        devices: key.devices,
        devices_error: devices?.unknown ?? [],
      },
    },
  });
  return known === undefined ? { ...saved, status: 200 } : saved;
}

/** GET …/pam/key without an id. Source: docs.senhasegura.io v3-32 GET key, "Unexpected error". */
export function readNoKey(): Reply {
  return unexpectedError();
}

export function disableKey(call: Call): Reply {
  const key = allowedKey(call);
  if (!key.active) throw refuse(1017, 'Key inactive');
  key.active = false;
  return success({ message: 'Key successfully deactivated' });
}

export function enableKey(call: Call): Reply {
  const key = allowedKey(call);
  if (key.active) throw refuse(1045, 'Ssh key is already activated');
  key.active = true;
  return success({ message: 'Key successfully activated' });
}

interface NamedDevices {
  readonly known: SshKey['devices'];
  readonly unknown: { hostname: string }[];
}

/** `devices`: those that are registered, which are echoed, and the others; undefined when the request has none. */
function namedDevices({ world, fields }: Call): NamedDevices | undefined {
  const list: unknown = fields['devices'];
  if (!Array.isArray(list)) return undefined;
  const hostnames = list.map((device: unknown) => text(Object(device), 'hostname') ?? '');
  const found = (hostname: string) => world.data.devices.find((device) => device.hostname === hostname);
  const unknown = hostnames.filter((each) => found(each) === undefined).map((hostname) => ({ hostname }));
  if (unknown.length > 0 && !UNKNOWN_DEVICES_OF_A_KEY_ARE_LISTED) throw refuse(1011, 'Device not found');
  return {
    known: hostnames.flatMap((each) => found(each) ?? []).map(({ hostname, ip }) => ({ hostname, ip })),
    unknown,
  };
}

function isOff(enabled: unknown): boolean {
  return enabled === false || enabled === 'false' || enabled === '0' || enabled === 0;
}

function replace(handedOut: Set<string>, known: SshKey, key: SshKey): void {
  handedOut.add(known.privateKey);
  if (known.passphrase !== null) handedOut.add(known.passphrase);
  Object.assign(known, key);
}
