import { randomBytes } from 'node:crypto';
import { LATER_VIEW_POSTPONES_CHANGE } from './assumptions.js';
import type { Credential } from './data.js';

export function changePassword(credential: Credential, now: number): void {
  credential.earlier.push(credential.password);
  credential.password = `changed-${randomBytes(12).toString('hex')}`;
  credential.version += 1;
  credential.changedAt = now;
  delete credential.changesAt;
}

/** "Expiration time per query": the change is scheduled by the view. Source: How_to_create_a_credential_policy. */
export function noteView(credential: Credential, now: number): void {
  credential.viewedAt = now;
  const seconds = credential.policy.changeAfterViewSeconds;
  if (seconds === undefined) return;
  if (credential.changesAt !== undefined && !LATER_VIEW_POSTPONES_CHANGE) return;
  credential.changesAt = now + seconds * 1_000;
}
