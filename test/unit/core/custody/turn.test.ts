import { describe, expect, test } from 'vitest';
import {
  type CustodyClaim,
  isSame,
  mayBeSame,
  type UseRecord,
} from '../../../../src/core/custody/account.js';
import type { CustodyEntry } from '../../../../src/core/custody/ledger-data.js';
import { turnOf } from '../../../../src/core/custody/turn.js';

const claim = (credential: string, id?: string, isHeld = true): CustodyClaim => ({
  credential,
  id,
  isHeld,
  sinceMs: 1,
});
const entry = (credential: string, id?: string): CustodyEntry => ({
  credential,
  id,
  state: 'held',
  sinceMs: 1,
});
const record = (use: string, claims: CustodyClaim[], state: UseRecord['state'] = 'running'): UseRecord => ({
  use,
  state,
  claims,
});
const names = (entries: readonly CustodyEntry[]): string[] => entries.map(({ credential }) => credential);

describe('at its turn post', () => {
  const earlier = record('a', [claim('94', '94')]);
  const later = record('c', [claim('97', '97')]);

  test('leaves to an earlier use what both certainly hold, and releases the rest', () => {
    const custody = [entry('deploy@web', '94'), entry('96', '96')];
    const turn = turnOf(custody, [earlier, record('b', [])], 'b');
    expect([names(turn.entries), names(turn.left)]).toEqual([['96'], ['deploy@web']]);
  });

  test('releases what may only be the same, since no one else would', () => {
    const unread = record('a', [claim('root@web', undefined, false)]);
    expect(names(turnOf([entry('94', '94')], [unread, record('b', [])], 'b').entries)).toEqual(['94']);
    const unnumbered = record('a', [claim('root@web')]);
    expect(names(turnOf([entry('94', '94')], [unnumbered, record('b', [])], 'b').entries)).toEqual(['94']);
  });

  test('leaves nothing to a use without a reply: its main ended midway', () => {
    const unread = record('a', [claim('94', '94', false)]);
    expect(names(turnOf([entry('94', '94')], [unread, record('b', [])], 'b').entries)).toEqual(['94']);
  });

  test('takes over what a later use still holds, since its post is overdue', () => {
    const turn = turnOf([entry('94', '94')], [earlier, later], 'a');
    expect([names(turn.entries), turn.overdue]).toEqual([['94', '97'], [later]]);
  });

  test('takes over nothing that another still uses, and each credential once', () => {
    const custody = [entry('95', '95')];
    const records = [
      earlier,
      record('b', []),
      record('c', [claim('deploy@web', '94'), claim('95'), claim('97'), claim('x', '97')]),
    ];
    expect(names(turnOf(custody, records, 'b').entries)).toEqual(['95', '97']);
  });

  test('leaves what is kept on purpose, whoever came first', () => {
    for (const records of [
      [record('k', [claim('94')], 'kept'), record('b', [])],
      [record('b', []), record('k', [claim('94')], 'kept')],
    ])
      expect(names(turnOf([entry('94')], records, 'b').left)).toEqual(['94']);
  });

  test('of a use without a record releases all of its own, and nothing else', () => {
    for (const records of [[], [later]]) {
      const turn = turnOf([entry('94')], records, 'b');
      expect([names(turn.entries), turn.overdue, turn.isRepeated]).toEqual([['94'], [], false]);
    }
  });

  test('for a second time releases what could not be released, and what others lost', () => {
    const records = [earlier, record('b', [claim('98')], 'ended')];
    const turn = turnOf([entry('97'), entry('98')], records, 'b');
    expect([names(turn.entries), turn.isRepeated]).toEqual([['98', '94'], true]);
  });

  test('after another post took over, releases only what that did not know of', () => {
    const records = [record('b', [claim('94')], 'taken-over')];
    expect(names(turnOf([entry('94'), entry('96')], records, 'b').entries)).toEqual(['96']);
  });

  test('of an earlier attempt leaves custody to each other use, and takes nothing over', () => {
    const turn = turnOf([entry('97', '97'), entry('96')], [record('b', []), later], 'b', true);
    expect([names(turn.entries), names(turn.left), turn.overdue]).toEqual([['96'], ['97'], []]);
  });
});

test('whatever the account says, each credential of a use is released or left to one that surely holds it', () => {
  const states = ['running', 'kept', 'ended', 'taken-over'] as const;
  for (let seed = 0; seed < 2_000; seed += 1) {
    const pick = (most: number, salt: number): number =>
      Math.floor(Math.abs(Math.sin(seed * 7.3 + salt)) * most);
    const records = Array.from({ length: pick(4, 1) }, (_, at) =>
      record(
        `u${at}`,
        [claim(String(pick(4, at + 2)), undefined, pick(2, at + 9) === 1)],
        states[pick(4, at + 5)],
      ),
    );
    const custody = [entry('0'), entry('1'), entry('2')];
    const own = records.findIndex(({ use }) => use === 'u1');
    const turn = turnOf(custody, records, 'u1');
    if (records[own]?.state === 'ended' || records[own]?.state === 'taken-over') continue;
    for (const each of custody) {
      const isLeft = turn.left.includes(each);
      expect(isLeft || turn.entries.some((other) => isSame(each, other))).toBe(true);
      if (isLeft)
        expect(
          records.some(
            ({ use, state, claims }, at) =>
              use !== 'u1' &&
              (state === 'kept' || (state === 'running' && at < own)) &&
              claims.some((one) => isSame(one, each)),
          ),
        ).toBe(true);
    }
  }
});

test('two names may be one credential until both numbers are known', () => {
  expect(mayBeSame(claim('root@web'), claim('94'))).toBe(true);
  expect(mayBeSame(claim('root@web', '95'), claim('94'))).toBe(false);
  expect(mayBeSame(claim('root@web', '94'), claim('94'))).toBe(true);
  expect(isSame(claim('root@web', '94'), claim('94'))).toBe(true);
  expect(isSame(claim('root@web'), claim('94'))).toBe(false);
});

test('a number is the same with zeros before it, and a name is not', () => {
  expect(isSame(claim('094'), claim('94'))).toBe(true);
  expect(isSame(claim('root@web', '94'), claim('0094'))).toBe(true);
  expect(mayBeSame(claim('094'), claim('95'))).toBe(false);
  expect(isSame(claim('0'), claim('00'))).toBe(true);
  expect(isSame(claim('094x'), claim('94x'))).toBe(false);
  expect(
    names(turnOf([entry('094', '94')], [record('a', [claim('94')]), record('b', [])], 'b').left),
  ).toEqual(['094']);
});
