import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Client } from '../../../core/vault/client.js';
import type { PamEndpoint } from '../../../core/vault/endpoints.js';
import { type Device, readOneDevice } from '../../../core/vault/items/device-list.js';
import type { Explain } from '../../../core/vault/items/pam-get.js';
import type { Prefix } from '../../../core/vault/pam.js';

export interface FoundDevice {
  readonly device: Device;
  readonly prefix: Prefix;
}

/** The device of that number or host name. Errors: ITEM_NOT_FOUND, those of readOneDevice. */
export function getDevice(client: Client, pamEndpoint: PamEndpoint, name: string): Promise<FoundDevice> {
  return readOneDevice(client, pamEndpoint, name, explainDevice(name));
}

/** The same; undefined where the vault has none. */
export async function findDevice(
  client: Client,
  pamEndpoint: PamEndpoint,
  name: string,
): Promise<FoundDevice | undefined> {
  try {
    return await getDevice(client, pamEndpoint, name);
  } catch (error) {
    if (problemsOf(error).every(({ code }) => code === 'ITEM_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** What a rejection about a device means. Source: docs.senhasegura.io v3-33, devices: 1011, 1029. */
export function explainDevice(name: string): Explain {
  return ({ code }) => {
    if (code === 1011)
      return new SeguraError(
        'ITEM_NOT_FOUND',
        `The vault has no device ${printable(name)} (code 1011).`,
        'See what there is: segura-secrets device list',
      );
    if (code === 1029)
      return new SeguraError(
        'CHANGE_REFUSED',
        'A domain of the device is not registered in the vault (code 1029).',
        'Register the domain in the vault, or give another --domain.',
      );
    return undefined;
  };
}
