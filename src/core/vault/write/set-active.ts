import { ACCEPT_JSON } from '../dsm.js';
import type { VaultRequest } from '../exchange.js';
import { inPath } from '../items/pam-get.js';
import type { Prefix } from '../pam.js';

/** What PAM Core can enable and disable, by the word of its path. */
export type ActiveKind = 'credential' | 'key' | 'device' | 'info';

/**
 * The request that enables or disables an item. PUT has no body: it enables, and updates nothing.
 *
 * Source: docs.senhasegura.io v3-32 and v3-33, "Disable credential" and "Enable credential", and the same of keys and devices.
 */
export function activeRequest(
  kind: ActiveKind,
  prefix: Prefix,
  name: string,
  isActive: boolean,
): Omit<VaultRequest, 'authorize'> {
  return {
    method: isActive ? 'PUT' : 'DELETE',
    path: `/${prefix}/pam/${kind}/${inPath(name)}`,
    headers: ACCEPT_JSON,
  };
}
