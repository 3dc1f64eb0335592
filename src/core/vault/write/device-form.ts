import type { VaultRequest } from '../exchange.js';
import type { DeviceField } from '../items/device-list.js';
import type { Prefix } from '../pam.js';
import { JSON_BODY } from './form.js';

export type DeviceForm = Readonly<Partial<Record<DeviceField, string>>> & { readonly hostname: string };

/**
 * The request that registers a device, or updates the one of that host name.
 *
 * Source: POST /api/pam/device, docs.senhasegura.io v3-32 and v3-33 "Create or update device".
 */
export function deviceRequest(prefix: Prefix, form: DeviceForm): Omit<VaultRequest, 'authorize'> {
  return {
    method: 'POST',
    path: `/${prefix}/pam/device`,
    headers: JSON_BODY,
    body: JSON.stringify(form),
  };
}
