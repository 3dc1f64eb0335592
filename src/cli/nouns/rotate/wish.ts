import {
  CHARACTER_CLASSES,
  type CharacterClass,
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  type PasswordPolicy,
} from '../../../core/changes/new-password.js';
import { isVariableName } from '../../../core/requests/variable-names.js';
import { UsageError } from '../../options/usage-error.js';
import { type Verify, verifyOf } from '../pam/verify.js';
import { isGiven, lastOf, type NounCall } from '../verb.js';

const DEFAULT_LENGTH = 32;

/** What a call wants of a new password. */
export interface RotationWish {
  readonly policy: PasswordPolicy;
  readonly verify: Verify;
  /** Before the names of its variables. */
  readonly prefix: string;
}

/** The options that only `--new` has. */
const OF_NEW = ['verify', 'verify-timeout', 'length', 'classes', 'no-ambiguous', 'prefix'] as const;

/** Undefined without `--new`. Errors: UsageError. */
export function wishOf(call: NounCall): RotationWish | undefined {
  const { options } = call.context.arguments;
  if (!isGiven(call, 'new')) {
    const stray = OF_NEW.find((name) => options.has(name));
    if (stray === undefined) return undefined;
    throw new UsageError(`Option --${stray} is for --new.`, 'Leave it out, or add --new.');
  }
  const verify = verifyOf(call);
  if (verify.line === '')
    throw new UsageError(
      'Option --new needs a command that sets the new password where it is used, and tries it.',
      "Add --verify 'COMMAND': its variables CREDENTIAL_PASSWORD and CREDENTIAL_NEW_PASSWORD have the old and the new password.",
    );
  const prefix = lastOf(call, 'prefix') || 'CREDENTIAL_';
  if (!isVariableName(prefix))
    throw new UsageError(
      'Option --prefix is not the beginning of the name of a variable.',
      'Use letters, digits and "_", not a digit first: --prefix DB_',
    );
  return { policy: policyOf(call), verify, prefix };
}

/** Errors: UsageError. */
function policyOf(call: NounCall): PasswordPolicy {
  const text = lastOf(call, 'length') || String(DEFAULT_LENGTH);
  const length = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    throw new UsageError(
      `Option --length is not a whole number from ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH}.`,
      `Write --length ${DEFAULT_LENGTH}.`,
    );
  const given = lastOf(call, 'classes');
  const names = given === '' ? CHARACTER_CLASSES : given.split(',').map((name) => name.trim().toLowerCase());
  const classes = CHARACTER_CLASSES.filter((name) => names.includes(name));
  if (classes.length === 0 || names.some((name) => !CHARACTER_CLASSES.includes(name as CharacterClass)))
    throw new UsageError(
      'Option --classes has a name that is no class of characters.',
      `Write --classes ${CHARACTER_CLASSES.join(',')}, or some of them.`,
    );
  return { length, classes, isUnambiguous: isGiven(call, 'no-ambiguous') };
}
