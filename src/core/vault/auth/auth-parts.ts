import type { Clock, Log } from '../../ports.js';
import type { Secret } from '../../secret.js';
import type { IdentitySettings } from './auth-settings.js';
import type { KeptGrants } from './client-auth.js';

/** What a login needs from around the client. */
export interface AuthParts {
  /** Of the vault, without a slash at the end. */
  readonly baseUrl: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Pick<Log, 'info' | 'warning'>;
  readonly grants?: KeptGrants | undefined;
  /** An identity token of this job, hidden before it is handed over. */
  readonly identityToken: (identity: IdentitySettings & TokenWish, within: TokenLimits) => Promise<Secret>;
}

/** What a login has its identity token within: the limits of its own requests, which differ where custody is released. */
export interface TokenLimits {
  readonly deadlineAtMs: number;
  readonly signal: AbortSignal;
}

/** Which of the identity tokens of a place is wanted. */
export interface TokenWish {
  /** Not one that was handed over before, where the place issues tokens: the vault may accept each only once. */
  readonly isNew?: boolean;
  /** Custody depends on it: also one that seems expired or for another audience, since only the vault knows. */
  readonly isForRelease?: boolean;
}
