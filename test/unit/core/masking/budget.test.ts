import { describe, expect, test } from 'vitest';
import { MAX_MASKED, MaskBudget } from '../../../../src/core/masking/budget.js';
import type { FoundField } from '../../../../src/core/requests/found-field.js';
import { Secret } from '../../../../src/core/secret.js';

const REMEDY = (): string => 'Ask for less.';
const found = (value: string): FoundField => ({
  field: 'PW',
  origin: { kind: 'dsm', identity: 'a', map: undefined, field: 'PW' },
  value: new Secret(value),
  source: 'a/PW',
  version: undefined,
  expires: undefined,
  user: undefined,
});
const list = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, at) => `leaf ${at}`));
const named = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`name ${at}`, at])));

describe('before its forms are made a value is', () => {
  test.each<[string, string]>([
    ['JSON of as many texts as may be', list(MAX_MASKED.leaves)],
    ['JSON of as many numbers under names', named(MAX_MASKED.leaves)],
    ['text that only begins like JSON', `[main]\n${'key = value\n'.repeat(1_000)}`],
    ['no JSON, and slow to search for its texts', `["${'\\\\"'.repeat(200_000)}`],
    ['of as many lines as may be', 'x\n'.repeat(MAX_MASKED.lines - 1)],
    ['of 1 MB', 'x'.repeat(1024 * 1024)],
  ])('accepted: %s', (_, value) => {
    const budget = new MaskBudget();
    expect([budget.admits(found(value), REMEDY), budget.problem]).toEqual([true, undefined]);
  });

  test.each<[string, string, string]>([
    ['JSON of one text more', list(MAX_MASKED.leaves + 1), '10,000 texts and numbers'],
    ['JSON of one number more under names', named(MAX_MASKED.leaves + 1), '10,000 texts and numbers'],
    ['JSON of 90,000 texts', list(80_000), '10,000 texts and numbers'],
    ['of one line more', 'x\n'.repeat(MAX_MASKED.lines), '20,000 lines'],
    ['of more than 1 MB', 'x'.repeat(1024 * 1024 + 1), '1 MB of one'],
  ])('rejected, with its source and the limit: %s', (_, value, limit) => {
    const budget = new MaskBudget();
    expect(budget.admits(found(value), REMEDY)).toBe(false);
    expect(budget.problem).toMatchObject({ code: 'VALUE_TOO_LARGE', remedy: REMEDY() });
    expect(budget.problem?.message).toContain('a/PW');
    expect(budget.problem?.message).toContain(limit);
  });
});

test('the limits apply to a run, and the first that is exceeded is reported', () => {
  const budget = new MaskBudget();
  expect(budget.admits(found('x'.repeat(1_000_000)), REMEDY)).toBe(true);
  expect(budget.admits(found('y'.repeat(1_000_000)), REMEDY)).toBe(true);
  expect(budget.admits(found('z'.repeat(1_000_000)), REMEDY)).toBe(false);
  const { problem } = budget;
  expect(budget.admits(found('x\n'.repeat(30_000)), REMEDY)).toBe(false);
  expect(budget.problem).toBe(problem);
});

test('masks are counted, and their bytes', () => {
  const many = Array.from({ length: MAX_MASKED.masks }, (_, at) => String(at));
  const budget = new MaskBudget();
  expect(budget.takes(many, found('v'), REMEDY)).toBe(true);
  expect(budget.takes(['one more'], found('v'), REMEDY)).toBe(false);
  expect(budget.problem?.message).toContain('350,000 masks');
  const large = new MaskBudget();
  expect(large.takes(['é'.repeat(MAX_MASKED.bytes / 2), 'x'], found('v'), REMEDY)).toBe(false);
  expect(large.problem?.message).toContain('176 MB of masks');
});
