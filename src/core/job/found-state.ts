import type { CustodyEntry, LedgerData } from '../custody/ledger-data.js';
import { openCarried, openOfVault, unseal } from '../custody/unseal.js';
import { SeguraError } from '../errors.js';
import type { Secret } from '../secret.js';
import { say, word } from '../text.js';
import { type AuthSettings, NO_PARAMETERS, sealKeyOf } from '../vault/auth/auth-settings.js';
import type { ClientCertificate, Connection } from '../vault/connection/connection.js';
import { heldName } from '../vault/leases/held-name.js';
import type { CarriedLogin } from './login/packed-login.js';
import { unpackLogin } from './login/packed-secret.js';

/** A state as it was found. Anyone could have written it. */
export interface FoundState {
  readonly sealed: string;
  /** The login of a caller with its own settings; undefined where only the state is available, which carries its login. */
  readonly own?: OwnLogin | undefined;
  /** The run of the job that a sealed state must belong to. */
  readonly run: string;
  /** True for an earlier attempt of a main step, while other steps may still use what it took. */
  readonly isRetry?: boolean;
  /** True when post got the states of several uses: none of them is lost. */
  readonly isOneOfSeveral?: boolean;
}

export interface OwnLogin {
  readonly auth: AuthSettings;
  /**
   * How the settings reach the vault, where no key seals the state: it must name the same vault, and says nothing else of
   * the way to it. Who wrote it could lead the login elsewhere, by a proxy and a CA of their own.
   */
  readonly connection?: Connection | undefined;
  readonly clientCertificate?: ClientCertificate | undefined;
}

/** The key that seals a state of this login; undefined if no key seals it. */
export function keyOf(own: OwnLogin | undefined): Secret | undefined {
  return own === undefined ? undefined : sealKeyOf(own.auth);
}

/** The ledger of a state. Errors: STATE_INVALID. */
export function openState({ sealed, own, run }: FoundState): LedgerData {
  if (own === undefined) return openCarried(sealed);
  const key = keyOf(own);
  return key === undefined ? openOfVault(sealed, own.connection?.url ?? '', run) : unseal(sealed, key, run);
}

/** The login for the release: from the caller's own settings, where the state may add the client id, or from the state. */
export async function loginFor(
  { own }: FoundState,
  data: LedgerData,
  readFile: (path: string) => string,
): Promise<CarriedLogin | undefined> {
  if (own === undefined) return carriedLogin(data, readFile);
  const { auth, clientCertificate } = own;
  return { clientCertificate, auth: withClientId(auth, data.clientId) };
}

/** What a sealed state says of who logged in counts; what another says, only where the settings say nothing. */
function withClientId(auth: AuthSettings, saved: string): AuthSettings {
  if (auth.method === 'client-secret') return { ...auth, clientId: saved };
  return auth.method === 'oidc' && auth.clientId === '' ? { ...auth, clientId: saved } : auth;
}

/** The login that a state carries; undefined when there is none, or none that can be read. */
async function carriedLogin(
  { clientId, login, auth, authKey }: LedgerData,
  readFile: (path: string) => string,
): Promise<CarriedLogin | undefined> {
  if (auth !== undefined) {
    const { unpackCarried } = await import(/* webpackMode: "eager" */ './login/carried-login.js');
    return unpackCarried({ text: auth, key: authKey }, readFile);
  }
  if (login === undefined) return undefined;
  const clientSecret = unpackLogin(login);
  return { auth: { method: 'client-secret', clientId, clientSecret, parameters: NO_PARAMETERS } };
}

/** The error for a state whose login is encrypted with a key that is gone. */
export function keyIsGone(custody: readonly CustodyEntry[]): SeguraError {
  const names = custody.map(({ credential }) => heldName(credential)).join(', ');
  return new SeguraError(
    'STATE_INVALID',
    `The login in the saved state cannot be read: the file with its key is missing or has changed, for example because the temporary folder was cleaned. This may still be held: ${names}.`,
    say`Keep ${word('programs of the job')} from emptying the temporary folder, and release it in the vault by hand.`,
  );
}
