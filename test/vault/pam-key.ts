import { custodyHolder, KEY_READ_TAKES_CUSTODY } from './assumptions.js';
import type { Call } from './call.js';
import type { SshKey } from './data.js';
import { success } from './envelope.js';
import { text } from './fields.js';
import { allowedKey, refuse } from './pam-find.js';
import { nextItemId } from './pam-number.js';
import type { Reply } from './reply.js';

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
        private_key: seal(key.privateKey),
        public_key: key.publicKey,
        password: key.passphrase === null ? null : seal(key.passphrase),
        ...(newer ? {} : { tags: key.tags }),
        devices: key.devices,
        expiration_time: key.expirationTime,
      },
    },
  });
}

/** POST …/pam/key creates or updates by `identifier`. Refusals: 1004, 1005, 1013, 1014. */
export function saveKey(call: Call): Reply {
  const { world, fields } = call;
  const [hostname, ip] = [text(fields, 'hostname'), text(fields, 'ip')];
  const [publicKey, privateKey] = [text(fields, 'public_key'), text(fields, 'private_key')];
  if (!hostname) throw refuse(1004, "The device's hostname was not informed");
  if (!ip) throw refuse(1005, "The device's IP was not informed");
  if (!publicKey) throw refuse(1013, 'The public key was not informed');
  if (!privateKey) throw refuse(1014, 'The private key was not informed');
  const identifier = text(fields, 'identifier') ?? '';
  const known = world.data.keys.find((key) => identifier !== '' && key.identifier === identifier);
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
    devices: [{ hostname, ip }],
    expirationTime: known?.expirationTime ?? null,
    active: known?.active ?? true,
  };
  if (known === undefined) world.data.keys.push(key);
  else replace(world.handedOut, known, key);
  const newer = world.settings.dialect === 'api';
  return success({
    status: 201,
    message: known === undefined ? 'Key successfully registered!' : 'Key updated successfully!',
    entities: {
      key: {
        id: String(key.id),
        ...(newer ? { identifier: key.identifier } : { tag: key.identifier }),
        devices: key.devices,
        devices_error: [],
      },
    },
  });
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

function replace(handedOut: Set<string>, known: SshKey, key: SshKey): void {
  handedOut.add(known.privateKey);
  if (known.passphrase !== null) handedOut.add(known.passphrase);
  Object.assign(known, key);
}
