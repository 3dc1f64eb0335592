import type { Ledger } from '../../custody/ledger.js';
import type { Credential } from '../../vault/credential.js';
import type { Inputs } from '../inputs.js';
import type { RunParts } from '../run-parts.js';
import type { Delivered } from './deliver-keys.js';
import type { KeysOfRun } from './keys-read.js';

/** What reads and hides SSH keys, for a run that asks for any. */
export async function loadKeys({ needs }: Inputs): Promise<KeysOfRun | undefined> {
  if (needs.keys.length === 0) return undefined;
  const { KeysOfRun } = await import(/* webpackMode: "eager" */ './keys-read.js');
  return new KeysOfRun(needs.keys);
}

/** Puts SSH keys where they are to go, besides the values of requests. */
export async function deliverSsh(
  { inputs, platform, signal }: RunParts,
  ledger: Ledger,
  credentials: ReadonlyMap<string, Credential>,
): Promise<Delivered | undefined> {
  if (inputs.needs.knownHosts === '' && inputs.needs.keys.length === 0) return undefined;
  const { deliverKeys } = await import(/* webpackMode: "eager" */ './deliver-keys.js');
  return deliverKeys(inputs, { platform, ledger, signal }, credentials);
}
