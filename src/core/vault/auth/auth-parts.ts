import type { Clock, Log } from '../../ports.js';
import type { Secret } from '../../secret.js';
import type { IdentitySettings } from './auth-settings.js';

/** What a login needs from around the client. */
export interface AuthParts {
  /** Of the vault, without a slash at the end. */
  readonly baseUrl: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Pick<Log, 'info' | 'warning'>;
  /** An identity token of this job, hidden before it is handed over; `isNew`: see WantedIdentity. */
  readonly identityToken: (identity: IdentitySettings & { readonly isNew?: boolean }) => Promise<Secret>;
}
