import { commandFor, optionArgument } from '../../../core/changes/argument.js';
import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Explain } from '../../../core/vault/items/pam-get.js';
import type { CredentialForm } from '../../../core/vault/write/credential-form.js';

/**
 * What a rejection of a new or changed credential or SSH key means. `form`: its device.
 *
 * Source: docs.senhasegura.io v3-33, "Create or update credential": 1011, 1029, 1042, 1052.
 */
export function explainSave(form: Pick<CredentialForm, 'hostname' | 'ip'>): Explain {
  const [hostname, ip] = [printable(form.hostname), printable(form.ip)];
  return ({ code }) => {
    if (code === 1011)
      return refused(
        `The vault has no device ${hostname} with the address ${ip} (code 1011).`,
        `Register it first: ${commandFor('device put', form.hostname, `${optionArgument('ip', form.ip)} --type TYPE --vendor VENDOR --model MODEL --site SITE`)}`,
      );
    if (code === 1029)
      return refused(
        'The domain of the credential is not registered in the vault (code 1029).',
        'Register the domain in the vault, or leave --domain out.',
      );
    if (code === 1052)
      return refused(
        `The vault has a credential with this user name on ${hostname} already (code 1052).`,
        'Name that one: segura-secrets credential list',
      );
    return undefined;
  };
}

function refused(message: string, remedy: string): SeguraError {
  return new SeguraError('CHANGE_REFUSED', message, remedy);
}
