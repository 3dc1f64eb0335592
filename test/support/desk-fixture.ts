import { onTestFinished } from 'vitest';
import type { Vault } from '../vault/index.js';
import { openVault } from '../vault/vault-fixture.js';
import { Desk } from './command-line.js';

/** A desk at a vault, gone when its test ends. */
export function deskAt(vault: Vault): Desk {
  const desk = new Desk(vault);
  onTestFinished(() => desk.close());
  return desk;
}

/** A vault and a desk at it, both gone when their test ends. */
export async function openDesk(): Promise<{ vault: Vault; desk: Desk }> {
  const vault = await openVault({ dialect: 'api' });
  return { vault, desk: deskAt(vault) };
}
