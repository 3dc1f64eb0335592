import { expect, test } from 'vitest';
import { exitCodeOf, kindOf } from '../../../src/cli/exit-codes.js';
import type { ErrorCode } from '../../../src/core/error-codes.js';
import { SeguraError } from '../../../src/core/errors.js';

const problem = (code: ErrorCode, cause?: unknown): SeguraError => new SeguraError(code, 'm', 'r', { cause });

test.each([
  [['VAULT_UNREACHABLE', 'TIMED_OUT'], 3],
  [['RATE_LIMITED'], 3],
  [['CUSTODY_HELD', 'VAULT_FAILED'], 6],
  [['CUSTODY_HELD', 'CREDENTIAL_NOT_FOUND'], 5],
  [['FIELD_AMBIGUOUS', 'ACCESS_DENIED'], 4],
  [['VAULT_UNREACHABLE', 'NAME_COLLISION'], 1],
  [['CUSTODY_HELD', 'REPLY_MALFORMED'], 1],
  [['SECRET_NOT_FOUND', 'NAME_COLLISION'], 5],
  [['TLS_UNTRUSTED'], 1],
  [[], 1],
] as const)('%j gives %i', (codes, exitCode) => {
  const problems = codes.map((code) => problem(code));
  expect(exitCodeOf(problems)).toBe(exitCode);
  expect(exitCodeOf([...problems].reverse())).toBe(exitCode);
});

test('a failed release has the kind of its cause', () => {
  expect(exitCodeOf([problem('RELEASE_FAILED', problem('VAULT_UNREACHABLE'))])).toBe(3);
  expect(exitCodeOf([problem('RELEASE_FAILED')])).toBe(1);
});

test('the kind is reported in words, if there is one', () => {
  expect(kindOf([problem('CUSTODY_HELD')])).toBe(
    '6, another client holds custody; running it later may help',
  );
  expect(kindOf([problem('INTERNAL')])).toBeUndefined();
});
