import { AUTOMATIC_CHANGE_ON } from '../../assumptions.js';
import type { Client } from '../client.js';
import type { PamEndpoint } from '../endpoints.js';
import { child, elementsAt, type Node, objectAt, optionalTextAt, textAt } from '../json.js';
import type { Prefix } from '../pam.js';
import { pamGet } from './pam-get.js';

/** A PAM credential or SSH key as the vault lists it: without a password, and without taking custody. */
export interface ListedItem {
  readonly id: string;
  readonly identifier: string | undefined;
  readonly username: string;
  readonly hostname: string;
  readonly ip: string;
  /** `Local User`, `SSH Key` or another type of the vault. */
  readonly type: string;
  /** When it expires, was last changed and last viewed, as the vault writes it. */
  readonly expires: string | undefined;
  readonly changed: string | undefined;
  readonly viewed: string | undefined;
  /** Whether a release of custody makes the vault change the password; undefined where the vault does not say. */
  readonly changesAutomatically: boolean | undefined;
}

export interface ItemList {
  readonly items: readonly ListedItem[];
  readonly prefix: Prefix;
}

const SSH_KEY = 'SSH Key';

/**
 * The credentials, or the SSH keys, that this authorization may use. Takes no custody.
 *
 * Errors: REPLY_MALFORMED, those of pamGet.
 * Source: GET /api/pam/credential, docs.senhasegura.io v3-33 "List credentials"; SSH keys are rows of the same list.
 */
export async function listItems(
  client: Client,
  pamEndpoint: PamEndpoint,
  kind: 'credential' | 'ssh-key',
): Promise<ItemList> {
  const { body, prefix, endpoint } = await pamGet(client, pamEndpoint, '/pam/credential');
  const rows = elementsAt(child({ value: body, path: '$', endpoint }, 'credentials')).map(readItem);
  return { items: rows.filter(({ type }) => (type === SSH_KEY) === (kind === 'ssh-key')), prefix };
}

function readItem(node: Node): ListedItem {
  objectAt(node);
  const text = (key: string): string | undefined => optionalTextAt(child(node, key));
  return {
    id: textAt(child(node, 'id')),
    identifier: text('identifier') ?? text('tag'),
    username: text('username') ?? '',
    hostname: text('hostname') ?? '',
    ip: text('management_ip') ?? text('ip') ?? '',
    type: text('type') ?? '',
    expires: text('expiration'),
    changed: text('change'),
    viewed: text('view'),
    changesAutomatically: flagOf(child(node, 'automatic_change').value),
  };
}

/** A boolean from 3.33 on, "0" or "1" before. Of any other value it is not known what it means. */
function flagOf(value: unknown): boolean | undefined {
  if (AUTOMATIC_CHANGE_ON.includes(value) || value === 'true') return true;
  return [false, 0, '0', 'false'].includes(value as string) ? false : undefined;
}
