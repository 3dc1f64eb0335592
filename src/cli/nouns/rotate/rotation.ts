import type { SeguraError } from '../../../core/errors.js';
import type { Secret } from '../../../core/secret.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import type { OpenVault } from '../open-vault.js';
import type { NounCall } from '../verb.js';
import type { PendingPassword } from './pending.js';
import type { RotationWish } from './wish.js';

/** One rotation with all that it works on. */
export interface Rotation {
  readonly call: NounCall;
  readonly vault: OpenVault;
  readonly wish: RotationWish;
  readonly item: ListedItem;
  readonly pending: PendingPassword;
  /** The new one. */
  readonly password: Secret;
  /** The one that an earlier run left; undefined if the new one was made now. */
  readonly left: Secret | undefined;
}

/** The password that the vault has at the end, or why it could not be read. */
export type ReadBack = 'new' | 'other' | SeguraError;

/**
 * What became of the write. `there`: the vault had the new password already. `unsure`: its answer was lost, or was an error
 * while the vault does not have the old password.
 */
export interface Put {
  readonly kind: 'done' | 'there' | 'unsure';
  readonly after: ListedItem | undefined;
  readonly password?: string;
  readonly requestId?: string | undefined;
  /** Why custody is still held. */
  readonly problem?: SeguraError;
  /** What the vault answered, if it was an error. */
  readonly rejection?: SeguraError;
  /** What was read after that. */
  readonly found?: ReadBack;
}

export function isOther(one: Secret | undefined, other: Secret | undefined): boolean {
  return one?.reveal() !== other?.reveal();
}
