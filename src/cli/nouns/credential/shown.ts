import type { ListedItem } from '../../../core/vault/items/credential-list.js';

/** A credential as `--output json` has it. Times are as the vault writes them. */
export interface CredentialJson {
  readonly id: string;
  readonly identifier: string | null;
  readonly username: string;
  readonly hostname: string;
  readonly ip: string;
  readonly type: string;
  readonly expires: string | null;
  readonly changed: string | null;
  readonly viewed: string | null;
  /** Whether a release of custody makes the vault change the password; null where the vault does not say. */
  readonly automatic_change: boolean | null;
}

export function jsonOf(item: ListedItem): CredentialJson {
  const { id, identifier, username, hostname, ip, type } = item;
  return {
    id,
    identifier: identifier ?? null,
    username,
    hostname,
    ip,
    type,
    expires: item.expires ?? null,
    changed: item.changed ?? null,
    viewed: item.viewed ?? null,
    automatic_change: item.changesAutomatically ?? null,
  };
}

export function changeWord({ changesAutomatically }: Pick<ListedItem, 'changesAutomatically'>): string {
  return changesAutomatically === undefined ? 'not said' : changesAutomatically ? 'on' : 'off';
}
