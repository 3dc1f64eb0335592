import type { CredentialWish } from '../../../core/changes/credential-plan.js';
import type { Secret } from '../../../core/secret.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { listDevices } from '../../../core/vault/items/device-list.js';
import { UsageError } from '../../options/usage-error.js';
import type { NounOption } from '../noun-options.js';
import type { OpenVault } from '../open-vault.js';
import { ValueSources } from '../value-sources.js';
import { lastOf, type NounCall } from '../verb.js';

export type WishedCredential = CredentialWish;

/** What a call asks for. Errors: UsageError, INPUT_INVALID, INPUT_MISSING. */
export async function wishOf(call: NounCall): Promise<WishedCredential> {
  const sources = new ValueSources(call);
  const text = (name: NounOption): string | undefined =>
    call.context.arguments.options.has(name) ? lastOf(call, name) : undefined;
  const secret = async (name: NounOption, isFilled = false): Promise<Secret | undefined> => {
    const source = text(name);
    if (source === undefined) return undefined;
    return isFilled ? await sources.filled(source, `--${name}`) : await sources.secret(source, `--${name}`);
  };
  const [identifier, username, hostname] = [text('identifier'), text('username'), text('hostname')];
  const wish: WishedCredential = {
    identifier,
    username,
    hostname,
    ip: text('ip'),
    type: text('type'),
    domain: text('domain'),
    tags: text('tags'),
    password: await secret('password', true),
    additional: await secret('additional'),
  };
  if (Object.values(wish).every((each) => each === undefined))
    throw new UsageError(
      'The command credential put has nothing to write.',
      'Give --password @FILE, or another option: see segura-secrets help credential put.',
    );
  for (const name of ['identifier', 'hostname', 'ip', 'type'] as const)
    if (wish[name] === '')
      throw new UsageError(`Option --${name} is empty.`, 'Leave it out, or give a value.');
  return wish;
}

/** A new credential or key without an address gets that of its device, if the vault has exactly one of that host name. */
export async function withAddress<T extends Pick<WishedCredential, 'hostname' | 'ip'>>(
  { client, inputs }: OpenVault,
  name: string,
  before: ListedItem | undefined,
  wish: T,
): Promise<T> {
  const hostname = wish.hostname ?? /@([^@]+)$/.exec(name)?.[1];
  if (before !== undefined || wish.ip !== undefined || hostname === undefined) return wish;
  const { devices } = await listDevices(client, inputs.endpoints.pam);
  const found = devices.filter((device) => device.hostname === hostname);
  return found.length === 1 ? { ...wish, ip: found[0]?.fields.ip } : wish;
}
