import { onTestFinished } from 'vitest';
import { startVault, type Vault, type VaultOptions } from './index.js';

/** A vault that closes when its test ends. */
export async function openVault(options: VaultOptions = {}): Promise<Vault> {
  const vault = await startVault(options);
  onTestFinished(() => vault.close());
  return vault;
}

/** Resolves once the condition holds; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
