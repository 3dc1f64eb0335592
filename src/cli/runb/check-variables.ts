import { SeguraError, throwIfAny } from '../../core/errors.js';
import { maskForms } from '../../core/masking/encodings.js';
import { printable } from '../../core/printable.js';
import type { CicdVariables } from '../../core/vault/cicd-variables.js';

/** Checks the variables to send, before any request to the vault. Errors: VALUE_BROKEN, INPUT_INVALID. */
export function checkVariables({ variables, mapping, loginSecrets }: CicdVariables): void {
  const forms = loginSecrets.flatMap((each) => [
    each.reveal(),
    ...maskForms(each.reveal(), MIN_SECRET_LENGTH),
  ]);
  const isSecret = (text: string): boolean => forms.some((form) => text.includes(form));
  throwIfAny([...variables].flatMap(([name, value]) => variableProblem(name, value, isSecret) ?? []));
  if (!isSecret(mapping)) return;
  throw new SeguraError(
    'INPUT_INVALID',
    'The mapping file contains the client secret, which is never sent to the vault for storage.',
    'Use a separate file for the mapping.',
  );
}

export function variableProblem(
  name: string,
  value: string,
  isSecret: (text: string) => boolean,
): SeguraError | undefined {
  if (CLIENT_SECRET_NAME.test(name) || isSecret(value)) {
    return new SeguraError(
      'INPUT_INVALID',
      `The mapping file names ${printable(name)}, which contains the client secret. It is never sent to the vault for storage.`,
      `Take ${printable(name)} out of the mapping file.`,
    );
  }
  if (!/[\r\n]/.test(value)) return undefined;
  return new SeguraError(
    'VALUE_BROKEN',
    `The environment variable ${printable(name)} has several lines, and the vault would turn them into several variables.`,
    `Put it into one line, as base64 for example, or take ${printable(name)} out of the mapping file.`,
  );
}

/** Shorter forms would match unrelated text. */
export const MIN_SECRET_LENGTH = 4;

/** Environment variables that hold the client secret. */
export const CLIENT_SECRET_NAME = /^SENHASEGURA_CLIENT_SECRET$/i;
