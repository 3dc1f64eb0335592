import {
  DEVICE_ALREADY_DISABLED,
  DEVICE_MESSAGES,
  DOMAIN_IS_CHECKED,
  deviceTags,
  OLDER_DEVICE_SAVE_IS_LIKE_READ,
} from './assumptions.js';
import type { Call } from './call.js';
import type { Device } from './data.js';
import { refusal, success } from './envelope.js';
import { text } from './fields.js';
import { olderStyle, refuse } from './pam-find.js';
import { Refused, type Reply } from './reply.js';

/** Fields a device must have, in the order they are asked for. Source: docs.senhasegura.io POST device. */
const REQUIRED = [
  ['hostname', 1004, "The device's hostname was not informed"],
  ['ip', 1005, "The device's IP was not informed"],
  ['site', 1019, "The device's site was not informed"],
  ['model', 1020, "The device's model was not informed"],
  ['vendor', 1021, "The device's vendor was not informed"],
  ['type', 1022, "The device's type was not informed"],
] as const;

export function listDevices(call: Call): Reply {
  const devices = call.world.data.devices.map((device) => ({
    ...shown(device),
    tags: deviceTags(device.tags ?? ''),
  }));
  return success({
    style: olderStyle(call),
    message: DEVICE_MESSAGES.listed(devices.length),
    entities: { devices },
  });
}

export function readDevice(call: Call): Reply {
  const device = foundDevice(call, olderStyle(call));
  return success({ style: 'numbered', message: `Device ${device.id}`, entities: { device: whole(device) } });
}

/**
 * Answers with the whole device; an unregistered domain is rejected.
 * Source: docs.senhasegura.io v3-32 a2a-pam-core-devices-create-and-update.
 */
export function saveDevice(call: Call): Reply {
  const { world, fields } = call;
  const style = OLDER_DEVICE_SAVE_IS_LIKE_READ ? olderStyle(call) : 'full';
  for (const [name, code, message] of REQUIRED) if (!text(fields, name)) throw refuse(code, message, style);
  const { devices } = world.data;
  // Several are written with commas and without spaces.
  const domains = (text(fields, 'device_domain') ?? '').split(',').filter((domain) => domain !== '');
  if (DOMAIN_IS_CHECKED && !domains.every((domain) => world.data.domains.includes(domain))) {
    throw refuse(1029, 'It is not possible to enter a domain that has not been previously registered', style);
  }
  const named = (name: string): string => text(fields, name) ?? '';
  const known = devices.find((device) => device.hostname === named('hostname'));
  const device: Device = {
    id: known?.id ?? Math.max(0, ...devices.map(({ id }) => id)) + 1,
    hostname: named('hostname'),
    ip: named('ip'),
    type: named('type'),
    model: named('model'),
    vendor: named('vendor'),
    site: named('site'),
    domain: text(fields, 'device_domain') ?? known?.domain ?? '',
    connectivities: text(fields, 'connectivities') ?? known?.connectivities ?? '',
    remoteConfig: text(fields, 'session_remote_config') ?? known?.remoteConfig ?? '',
    tags: text(fields, 'device_tags') ?? known?.tags ?? '',
    active: known?.active ?? true,
  };
  if (known === undefined) devices.push(device);
  else Object.assign(known, device);
  return success({
    style: style === 'older' ? 'numbered' : 'full',
    status: 201,
    message: known === undefined ? DEVICE_MESSAGES.created : DEVICE_MESSAGES.updated,
    entities: { device: whole(device) },
  });
}

/** DELETE disables a device and all its credentials, PUT enables it. Source: helpcenter 3.25 devices. */
export function setDeviceActive(call: Call, active: boolean): Reply {
  const device = foundDevice(call);
  if (active && device.active) throw refuse(1044, 'Device is already activated');
  if (!active && !device.active) throw new Refused(refusal(DEVICE_ALREADY_DISABLED));
  device.active = active;
  if (!active) {
    for (const credential of call.world.data.credentials) {
      if (credential.hostname === device.hostname) credential.active = false;
    }
  }
  return success({ message: active ? DEVICE_MESSAGES.enabled : DEVICE_MESSAGES.disabled });
}

function foundDevice({ world, id }: Call, style: 'full' | 'older' = 'full'): Device {
  const found = world.data.devices.find((device) => String(device.id) === id || device.hostname === id);
  if (found === undefined) throw refuse(1011, 'Device not found', style);
  return found;
}

function shown({ id, hostname, ip, type, model, vendor, site }: Device): Record<string, unknown> {
  return { id: String(id), hostname, ip, type, model, vendor, site };
}

/** What POST and GET of one device answer. Source: the same page, and v3-32 and v3-33 GET device. */
function whole(device: Device): Record<string, unknown> {
  const { domain = '', connectivities = '', remoteConfig = '', tags = '' } = device;
  return {
    ...shown(device),
    device_domain: domain,
    connectivities,
    session_remote_config: remoteConfig,
    device_tags: deviceTags(tags),
  };
}
