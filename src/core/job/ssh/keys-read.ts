import type { CustodyParts } from '../../custody/release-all.js';
import type { Masking } from '../../masking/masker.js';
import { Secret } from '../../secret.js';
import type { Credential } from '../../vault/credential.js';
import type { Pam } from '../../vault/pam.js';

/** The SSH keys among what a run reads. */
export class KeysOfRun {
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** What reads each item as what it is: an SSH key, or a credential. */
  readerOf(pam: Pam): CustodyParts['pam'] {
    return {
      read: (name, wantsPassword, observer) =>
        this.names.includes(name) ? pam.readKey(name, observer) : pam.read(name, wantsPassword, observer),
      release: (...of) => pam.release(...of),
    };
  }

  /** Masks a key and its passphrase, whatever of the key is asked for. */
  hide(name: string, { fields }: Credential, masking: Masking): void {
    if (!this.names.includes(name)) return;
    const [key, passphrase] = [fields.get('private_key'), fields.get('password')];
    if (passphrase instanceof Secret) masking.maskCredential(passphrase);
    if (!(key instanceof Secret)) return;
    masking.maskCredential(key);
    const body = key.reveal().replaceAll(/-----[^\n]*-----|[^\n]*: [^\n]*|\s/g, '');
    if (body !== '') masking.maskCredential(new Secret(body));
  }
}
