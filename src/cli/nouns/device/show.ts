import {
  type Device,
  listDevices,
  MORE_OF_DEVICE,
  REQUIRED_OF_DEVICE,
} from '../../../core/vault/items/device-list.js';
import { withVault } from '../open-vault.js';
import { print } from '../print.js';
import type { NounCall } from '../verb.js';
import { getDevice } from './find.js';

const COLUMNS = [...REQUIRED_OF_DEVICE, 'device_tags'] as const;

/** Lists the devices of the vault, in its order. */
export async function list(call: NounCall): Promise<number> {
  const { devices } = await withVault(call, ({ client, inputs }) =>
    listDevices(client, inputs.endpoints.pam),
  );
  await print(call, {
    heads: ['ID', 'HOSTNAME', 'IP', 'TYPE', 'VENDOR', 'MODEL', 'SITE', 'TAGS'],
    rows: devices.map(({ id, fields }) => [id, ...COLUMNS.map((key) => fields[key] ?? '')]),
    json: { devices: devices.map(jsonOf) },
  });
  return 0;
}

/** Shows one device. */
export async function show(call: NounCall): Promise<number> {
  const [name = ''] = call.operands;
  const { device } = await withVault(call, ({ client, inputs }) =>
    getDevice(client, inputs.endpoints.pam, name),
  );
  const rows = Object.entries(jsonOf(device)).map(([key, value]) => [key, value ?? '']);
  await print(call, { heads: ['WHAT', 'VALUE'], rows, json: jsonOf(device) });
  return 0;
}

/** A device as `--output json` has it; null where the reply does not have a field. */
function jsonOf({ id, fields }: Device): Record<string, string | null> {
  const all = [...REQUIRED_OF_DEVICE, ...MORE_OF_DEVICE].map((key) => [key, fields[key] ?? null]);
  return { id, ...Object.fromEntries(all) };
}
