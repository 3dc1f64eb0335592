import type { Vault, VaultOptions } from '../vault/index.js';
import { startVault } from '../vault/index.js';
import { dynamicSecret } from '../vault/sample-secrets.js';

/** Puts dynamic secrets into a vault, which its authorization `ci` may provision: `app/db` for 15 minutes, `app/queue` for hours. */
export function addDynamic(vault: Vault, ttlSeconds: number | undefined = 900): void {
  vault.data.secrets.push(dynamicSecret(301, 'app/db', ttlSeconds), dynamicSecret(302, 'app/queue', 14_400));
  vault.authorization('ci').secretIds.push(301, 302);
}

/** A vault with dynamic secrets. */
export async function dynamicVault(options: VaultOptions = {}): Promise<Vault> {
  const vault = await startVault(options);
  addDynamic(vault);
  return vault;
}

/** What the vault has made and still holds, as `identity for pod`. */
export function held(vault: Vault): string[] {
  return vault.leases().map(({ identity, pod }) => `${identity} for ${pod}`);
}
