import type { FileEntry } from '../../ports.js';
import type { AuthSettings } from '../../vault/auth/auth-settings.js';
import type { ClientCertificate } from '../../vault/connection/connection.js';

/** What post logs in with: the settings of main, and where main found the identity token. */
export interface CarriedLogin {
  readonly auth: AuthSettings;
  /** Variables that led main to its identity token, by name. */
  readonly found?: Readonly<Record<string, string>> | undefined;
  readonly clientCertificate?: ClientCertificate | undefined;
}

/** A login for a state. With `key` the text is a ciphertext, and the key belongs into a private file beside the state. */
export interface PackedLogin {
  readonly text: string;
  readonly key?: string | undefined;
}

/** How a login stands in a state, with the file that holds its key. */
export interface FoundLogin {
  readonly text: string;
  readonly key?: FileEntry | undefined;
}

/** True for a login of which the client secret is all that post needs. */
export function isSecretAlone({ auth, clientCertificate }: CarriedLogin): boolean {
  if (clientCertificate !== undefined) return false;
  return auth.method === 'client-secret' && Object.values(auth.parameters).every((each) => each === '');
}
