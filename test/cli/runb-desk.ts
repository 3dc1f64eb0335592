import { join } from 'node:path';
import { expect } from 'vitest';
import type { Desk, Ended, RunOptions } from '../support/command-line.js';
import { deskAt } from '../support/desk-fixture.js';
import { type DsmSecret, sampleData, type Vault, type VaultOptions } from '../vault/index.js';
import { openVault } from '../vault/vault-fixture.js';

export interface RunbDesk {
  readonly vault: Vault;
  readonly desk: Desk;
  /** Where the command writes when no one says where. */
  readonly file: string;
}

/** A vault whose application billing has only these secrets, by identity, and a folder to run in; gone with the test. */
export async function openRunb(
  secrets: Readonly<Record<string, DsmSecret['data']>>,
  options: VaultOptions = {},
): Promise<RunbDesk> {
  const data = sampleData();
  const [first] = data.secrets;
  if (first === undefined) throw new Error('the sample has no secret');
  data.secrets = Object.entries(secrets).map(([identity, fields], index) => ({
    ...first,
    id: 1_000 + index,
    identity,
    data: fields,
  }));
  const vault = await openVault({ dialect: 'api', data, ...options });
  vault.authorization('billing-production').secretIds = data.secrets.map(({ id }) => id);
  const desk = deskAt(vault);
  return { vault, desk, file: join(desk.folder, '.runb.vars') };
}

export const APPLICATION = ['-a', 'billing', '-s', 'payments', '-e', 'production'] as const;

export function runb(desk: Desk, args: readonly string[] = [], options: RunOptions = {}): Promise<Ended> {
  return desk.run(['runb', ...APPLICATION, ...args], options);
}

export function expectOk(ended: Ended): void {
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.toString()).toBe('');
}

export function expectRefused(ended: Ended, told: string, code = 1): void {
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stderr).toContain(told);
  expect(ended.stdout.toString()).toBe('');
}

/** No secret of the vault, none of its tokens and none of these values in what the command said. */
export function expectHidden(vault: Vault, { stdout, stderr }: Ended, values: readonly string[] = []): void {
  const said = stdout.toString() + stderr;
  for (const secret of [...vault.secretValues(), ...values]) expect(said).not.toContain(secret);
}
