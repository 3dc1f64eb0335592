import type { Client } from '../client.js';
import type { PamEndpoint } from '../endpoints.js';
import { child, elementsAt, type Node, objectAt, optionalTextAt, textAt } from '../json.js';
import type { Prefix } from '../pam.js';
import { type Explain, inPath, pamGet } from './pam-get.js';

/** What every request for a device has to have, under the names of its requests. */
export const REQUIRED_OF_DEVICE = ['hostname', 'ip', 'type', 'vendor', 'model', 'site'] as const;
/** What it may have. */
export const MORE_OF_DEVICE = [
  'device_domain',
  'connectivities',
  'session_remote_config',
  'device_tags',
] as const;

export type DeviceField = (typeof REQUIRED_OF_DEVICE)[number] | (typeof MORE_OF_DEVICE)[number];

/** A device of PAM. */
export interface Device {
  readonly id: string;
  readonly hostname: string;
  /** Every field that the reply has: the list of older vaults has only those that are required, and the tags. */
  readonly fields: Readonly<Partial<Record<DeviceField, string>>>;
}

/**
 * The devices of the vault. Errors: REPLY_MALFORMED, those of pamGet.
 * Source: GET /api/pam/device, docs.senhasegura.io v3-33 "List devices".
 */
export async function listDevices(
  client: Client,
  pamEndpoint: PamEndpoint,
): Promise<{ devices: readonly Device[]; prefix: Prefix }> {
  const { body, prefix, endpoint } = await pamGet(client, pamEndpoint, '/pam/device');
  const rows = elementsAt(child({ value: body, path: '$', endpoint }, 'devices'));
  return { devices: rows.map(readDevice), prefix };
}

/** One device, by its number or host name. Errors: those of `explain`, REPLY_MALFORMED, those of pamGet. */
export async function readOneDevice(
  client: Client,
  pamEndpoint: PamEndpoint,
  name: string,
  explain: Explain,
): Promise<{ device: Device; prefix: Prefix }> {
  const { body, prefix, endpoint } = await pamGet(
    client,
    pamEndpoint,
    `/pam/device/${inPath(name)}`,
    explain,
  );
  const device = readDevice(child({ value: body, path: '$', endpoint }, 'device'));
  return { device, prefix };
}

/** As a request writes a list, if all of it is text. */
function listText(list: readonly unknown[]): string | undefined {
  return list.every((each) => typeof each === 'string') ? list.join(',') : undefined;
}

function readDevice(node: Node): Device {
  objectAt(node);
  const all = [...REQUIRED_OF_DEVICE, ...MORE_OF_DEVICE].flatMap((key): [DeviceField, string][] => {
    const isInList = key === 'device_tags' && child(node, key).value === undefined;
    const { value } = child(node, isInList ? 'tags' : key);
    const text = Array.isArray(value) ? listText(value) : value;
    return typeof text === 'string' ? [[key, text]] : [];
  });
  const id = textAt(child(node, 'id'));
  return { id, hostname: optionalTextAt(child(node, 'hostname')) ?? '', fields: Object.fromEntries(all) };
}
