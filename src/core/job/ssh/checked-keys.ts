import { SeguraError, throwIfAny } from '../../errors.js';
import type { KeyReading, ReadKey } from '../../ports.js';
import { printable } from '../../printable.js';
import type { AgentPlace } from '../../requests/destination.js';
import type { SecretRequest } from '../../requests/request.js';
import { Secret } from '../../secret.js';
import { say, word } from '../../text.js';
import type { Credential } from '../../vault/credential.js';
import type { DeliveryParts, KeyFolder } from './key-folder.js';

/** A private key that leaves this run, and how. */
export interface WantedKey {
  readonly name: string;
  readonly key: Secret;
  readonly passphrase: Secret | undefined;
  readonly agents: readonly AgentPlace[];
}

/** Each SSH key whose private half is asked for, once. */
export function wantedKeys(
  requests: readonly SecretRequest[],
  credentials: ReadonlyMap<string, Credential>,
): WantedKey[] {
  const wanted = new Map<string, WantedKey>();
  for (const { source, agents = [] } of requests) {
    if (source.kind !== 'pam' || !source.isKey || (source.field ?? 'private_key') !== 'private_key') continue;
    const fields = credentials.get(source.credential)?.fields;
    const [key, passphrase] = [fields?.get('private_key'), fields?.get('password')];
    if (!(key instanceof Secret)) continue;
    const earlier = wanted.get(source.credential);
    wanted.set(source.credential, {
      name: source.credential,
      key,
      passphrase: passphrase instanceof Secret ? passphrase : undefined,
      agents: [...(earlier?.agents ?? []), ...agents],
    });
  }
  return [...wanted.values()];
}

/** A key that an agent gets. */
export type AddedKey = WantedKey & { readonly read: ReadKey };

/**
 * The keys as OpenSSH reads them; undefined for one that only goes to files, where OpenSSH is missing or its passphrase is.
 *
 * Errors (together, as Problems): VALUE_BROKEN, PLATFORM_UNSUPPORTED.
 */
export async function checkKeys(
  keys: readonly WantedKey[],
  { tools, signal }: DeliveryParts,
  folder: KeyFolder,
): Promise<(ReadKey | undefined)[]> {
  const hasPassphrase = keys.some(({ passphrase }) => passphrase !== undefined);
  const askpass = hasPassphrase ? await folder.write('askpass', tools.askpass) : undefined;
  const readings = await tools.read(keys, { folder: folder.path, askpass, signal });
  throwIfAny(keys.flatMap((key, at) => problemOf(key, readings[at] ?? 'not-read') ?? []));
  return readings.map((reading) => (typeof reading === 'string' ? undefined : reading));
}

/** What every form of key has that OpenSSH reads. */
const PEM = /^-----BEGIN ([A-Z]+ )*PRIVATE KEY-----\n.*\n-----END ([A-Z]+ )*PRIVATE KEY-----\n$/s;

function problemOf(
  { name, key, passphrase, agents }: WantedKey,
  reading: KeyReading,
): SeguraError | undefined {
  const shown = printable(name);
  if (reading === 'passphrase') {
    if (agents.length === 0 && passphrase === undefined) return undefined;
    return new SeguraError(
      'VALUE_BROKEN',
      passphrase === undefined
        ? `The SSH key ${shown} has a passphrase, and the vault holds none for it.`
        : `The passphrase that the vault holds for the SSH key ${shown} does not open it.`,
      'Store the passphrase of the key as its password in the vault.',
    );
  }
  if (reading === 'no-program' && agents.length > 0) {
    return new SeguraError(
      'PLATFORM_UNSUPPORTED',
      'ssh-add, which reads a key for an agent, is not installed, or cannot be told a passphrase here.',
      say`Install the client of OpenSSH on ${word('this runner')}, or write ${shown} > path:NAME for a private file.`,
    );
  }
  if (reading !== 'not-read' && (reading !== 'no-program' || PEM.test(key.reveal()))) return undefined;
  return new SeguraError(
    'VALUE_BROKEN',
    `OpenSSH cannot read the private key of ${shown}.`,
    'Store it in the vault as ssh-keygen writes it, whole. This must show its public half: ssh-keygen -y -f KEY',
  );
}
