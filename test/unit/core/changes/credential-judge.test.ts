import { expect, test } from 'vitest';
import { judgeActive } from '../../../../src/core/changes/active-judge.js';
import { judgeCredential } from '../../../../src/core/changes/credential-judge.js';
import { type CredentialWish, planCredential } from '../../../../src/core/changes/credential-plan.js';
import { SeguraError } from '../../../../src/core/errors.js';
import { Secret } from '../../../../src/core/secret.js';
import type { ListedItem } from '../../../../src/core/vault/items/credential-list.js';
import type { ChangeOutcome } from '../../../../src/core/vault/write/send-change.js';

const BEFORE: ListedItem = {
  id: '95',
  identifier: 'web-01-root',
  username: 'root',
  hostname: 'web-01',
  ip: '10.0.0.12',
  type: 'Local User',
  expires: undefined,
  changed: '2026-01-01 10:00:00',
  viewed: undefined,
  changesAutomatically: undefined,
};
const AFTER = { ...BEFORE, changed: '2026-01-02 10:00:00' };
const PASSWORD = { password: new Secret('new') };
const ACCEPTED: ChangeOutcome = { kind: 'accepted', body: {}, requestId: undefined };
const problem = new SeguraError('TIMED_OUT', 'No answer.', 'Try again.');
const UNCERTAIN: ChangeOutcome = { kind: 'uncertain', problem, requestId: undefined };
const rejected = (code: number): ChangeOutcome => ({ kind: 'rejected', problem, requestId: undefined, code });

test.each<[string, CredentialWish, ChangeOutcome, ListedItem | undefined, string, string]>([
  ['a confirmed password whose time of change moved', PASSWORD, ACCEPTED, AFTER, 'done', ''],
  ['a confirmed password that the list does not show', PASSWORD, ACCEPTED, BEFORE, 'done', 'other values'],
  ['a confirmed change of what is no longer listed', PASSWORD, ACCEPTED, undefined, 'done', 'does not list'],
  ['an uncertain password whose time of change moved', PASSWORD, UNCERTAIN, AFTER, 'done', 'All the same'],
  ['an uncertain password whose time of change stands', PASSWORD, UNCERTAIN, BEFORE, 'pending', ''],
  ['uncertain tags, which no list shows', { tags: 'a' }, UNCERTAIN, BEFORE, 'unknown', ''],
  [
    'a password with tags whose time of change moved',
    { ...PASSWORD, tags: 'a' },
    UNCERTAIN,
    AFTER,
    'unknown',
    '',
  ],
  ['a rejected change', PASSWORD, rejected(1011), BEFORE, 'failed', ''],
])('%s is judged', (_, wish, sent, seen, kind, warning) => {
  const plan = planCredential('95', BEFORE, wish, [BEFORE]);
  const judged = judgeCredential(plan, sent, { items: seen === undefined ? [] : [seen] });
  expect(judged.kind).toBe(kind);
  const warnings = 'warnings' in judged ? judged.warnings.flat().join('') : '';
  expect(warnings.includes(warning) && (warning !== '' || warnings === '')).toBe(true);
});

test.each([
  ['credential', true, 1017, 'unchanged'],
  ['credential', false, 1008, 'unchanged'],
  ['credential', true, 1008, 'failed'],
  ['key', true, 1045, 'unchanged'],
  ['key', true, 1017, 'failed'],
  ['device', true, 1044, 'unchanged'],
  ['device', false, 1011, 'failed'],
] as const)(
  'enabling or disabling a %s (%s) that is answered with %i is %s',
  (kind, isActive, code, judged) => {
    expect(judgeActive(kind, isActive, rejected(code)).kind).toBe(judged);
  },
);
