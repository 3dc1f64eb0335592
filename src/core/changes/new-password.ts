/** What a new password is made of. */
export interface PasswordPolicy {
  /** In characters. */
  readonly length: number;
  readonly classes: readonly CharacterClass[];
  /** Leaves out characters that look like others: 0 and O, 1, l and I. */
  readonly isUnambiguous: boolean;
}

/** No special character means something to a shell, a URL or a .env file, wherever it stands but at the beginning. */
const CLASSES = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  special: '+,-.=_~',
} as const;

export type CharacterClass = keyof typeof CLASSES;

export const CHARACTER_CLASSES = Object.keys(CLASSES) as readonly CharacterClass[];
export const MIN_PASSWORD_LENGTH = 12;
/** What is longer is cut by some systems. */
export const MAX_PASSWORD_LENGTH = 64;

const AMBIGUOUS = /[0Oo1lI]/g;
const SPECIAL = /^[+,\-.=_~]/;

/**
 * A password with a character of each class, each of those that the policy allows being equally likely: one that it does not
 * allow is thrown away whole. It begins with a letter or a digit where the policy has any, so that it is no option.
 *
 * `randomInt`: a whole number from 0 to below its argument, without bias.
 */
export function makePassword(policy: PasswordPolicy, randomInt: (below: number) => number): string {
  const alphabet = policy.classes.map((name) => charactersOf(name, policy)).join('');
  for (;;) {
    const password = Array.from({ length: policy.length }, () =>
      alphabet.charAt(randomInt(alphabet.length)),
    ).join('');
    if (isAllowed(password, policy)) return password;
  }
}

/** Whether a password is one that `makePassword` could have made. */
export function isAllowed(password: string, policy: PasswordPolicy): boolean {
  const all = policy.classes.map((name) => charactersOf(name, policy));
  const isOnlySpecial = policy.classes.every((name) => name === 'special');
  return (
    password.length === policy.length &&
    [...password].every((character) => all.some((each) => each.includes(character))) &&
    all.every((each) => [...password].some((character) => each.includes(character))) &&
    (isOnlySpecial || !SPECIAL.test(password))
  );
}

function charactersOf(name: CharacterClass, { isUnambiguous }: PasswordPolicy): string {
  return isUnambiguous ? CLASSES[name].replaceAll(AMBIGUOUS, '') : CLASSES[name];
}
