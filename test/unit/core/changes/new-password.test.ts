import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  CHARACTER_CLASSES,
  isAllowed,
  makePassword,
  type PasswordPolicy,
} from '../../../../src/core/changes/new-password.js';

const POLICY: PasswordPolicy = { length: 12, classes: CHARACTER_CLASSES, isUnambiguous: false };

function many(policy: Partial<PasswordPolicy>, count = 300): string[] {
  return Array.from({ length: count }, () =>
    makePassword({ ...POLICY, ...policy }, (below) => randomInt(below)),
  );
}

describe('a new password', () => {
  test('has the length, and a character of each class', () => {
    for (const password of many({})) {
      expect(password).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9+,\-.=_~]{11}$/);
      expect(password).toMatch(/(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[+,\-.=_~])/);
    }
  });

  test('has no character that looks like another one where that is wanted', () => {
    expect(many({ isUnambiguous: true, length: 64 }).join('')).not.toMatch(/[0Oo1lI]/);
  });

  test('has only the classes that are wanted', () => {
    expect(many({ classes: ['digits'] }).join('')).toMatch(/^[0-9]+$/);
    expect(many({ classes: ['special'] }, 20).join('')).toMatch(/^[+,\-.=_~]+$/);
  });

  test('has each character as often as any other', () => {
    const counts = new Map<string, number>();
    for (const character of many({ classes: ['lower'], length: 64 }, 2_000).join(''))
      counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(26);
    const expected = (64 * 2_000) / 26;
    // Six standard deviations: one run in hundreds of millions is off by so much.
    for (const count of counts.values())
      expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });

  test('is thrown away whole if it does not fit the policy', () => {
    const policy: PasswordPolicy = { ...POLICY, classes: ['lower', 'digits'] };
    // All letters first, then with a digit at its end.
    const numbers = [...Array.from({ length: 12 }, () => 0), ...Array.from({ length: 11 }, () => 1), 30];
    expect(makePassword(policy, () => numbers.shift() ?? 0)).toBe(`${'b'.repeat(11)}4`);
    expect(isAllowed('a'.repeat(12), policy)).toBe(false);
    expect(isAllowed(`${'a'.repeat(11)}4`, policy)).toBe(true);
  });
});
