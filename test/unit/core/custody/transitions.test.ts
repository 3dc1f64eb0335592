import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CustodyEntry } from '../../../../src/core/custody/ledger-data.js';
import {
  type CustodyEvent,
  type CustodyState,
  next,
  stateOf,
  TRANSITIONS,
} from '../../../../src/core/custody/transitions.js';
import { unseal } from '../../../../src/core/custody/unseal.js';
import { Secret } from '../../../../src/core/secret.js';
import { CLIENT_SECRET, FakePlatform, ledgerOn, RUN } from '../../fakes.js';

type EventType = CustodyEvent['type'];

const TYPES = Object.keys(TRANSITIONS) as EventType[];
/** The events that lead from no entry to each state. */
const WAYS = {
  none: [],
  asked: ['asked'],
  doubted: ['asked', 'given-up'],
  held: ['asked', 'replied'],
  again: ['asked', 'replied', 'leaves'],
} as const satisfies Record<CustodyState, readonly EventType[]>;
const STATES = Object.keys(WAYS) as CustodyState[];
const ROWS = TYPES.flatMap((type) => STATES.map((from) => ({ type, from, to: TRANSITIONS[type][from] })));

const event = (type: EventType, atMs = 1_000): CustodyEvent => ({ type, credential: '94', atMs });
const anyEvents = fc.array(fc.constantFrom(...TYPES), { maxLength: 12 });

describe('the ledger does what the table says, and has saved it', () => {
  test.each(ROWS)('$type on $from: $to', ({ type, from, to }) => {
    const platform = new FakePlatform();
    const ledger = ledgerOn(platform);
    ledger.ask(['other'], 1_000);
    for (const way of WAYS[from]) ledger.note(event(way));
    const entry = () => ledger.custody.find(({ credential }) => credential === '94');
    expect(stateOf(entry())).toBe(from);
    ledger.note(event(type));
    expect(stateOf(entry())).toBe(to);
    expect(ledger.custody[0]).toEqual({ credential: 'other', state: 'asked', sinceMs: 1_000 });
    const saved = unseal(platform.saved.at(-1) ?? '', new Secret(CLIENT_SECRET), RUN);
    expect(saved.custody).toEqual(JSON.parse(JSON.stringify(ledger.custody)));
  });
});

test('no sequence of events loses an entry that may be held', () => {
  void fc.assert(
    fc.property(anyEvents, (types) => {
      let entry: CustodyEntry | undefined;
      let isHeld = false;
      let isOnItsWay = false;
      for (const type of types) {
        entry = next(entry, event(type));
        if (type === 'asked') isHeld ||= isOnItsWay;
        if (type === 'asked' || type === 'not-taken') isOnItsWay = false;
        if (type === 'leaves') isOnItsWay = true;
        if (type === 'replied' || type === 'claimed' || type === 'given-up') isHeld = true;
        if (type === 'released' || type === 'not-held' || type === 'kept') isHeld = isOnItsWay = false;
        if (isHeld || isOnItsWay) expect(entry, types.join(' ')).toBeDefined();
      }
    }),
    { numRuns: 5_000 },
  );
});

test('a doubt is forgotten with its entry only', () => {
  void fc.assert(
    fc.property(anyEvents, (types) => {
      let entry = next(undefined, event('given-up', 5));
      for (const type of types) {
        entry = next(entry, event(type, 9));
        if (entry === undefined) return;
        expect(entry.doubtedAtMs).toBeGreaterThanOrEqual(5);
      }
    }),
  );
});

test('an entry keeps the id from the vault, but not one that is too long', () => {
  const ids = fc.constantFrom(undefined, '7', '8', 'x'.repeat(21));
  const replies = fc.array(fc.record({ type: fc.constantFrom(...TYPES), id: ids }), { maxLength: 8 });
  void fc.assert(
    fc.property(replies, (events) => {
      let entry = next(undefined, { ...event('replied'), id: '7', prefix: 'iso' });
      for (const { type, id } of events) {
        entry = next(entry, { ...event(type), id });
        if (entry === undefined) return;
        expect(['7', '8']).toContain(entry.id);
        expect(entry.prefix).toBe('iso');
      }
    }),
  );
});

test('an event without a change returns the same entry', () => {
  const held = next(undefined, event('replied'));
  expect(next(held, event('failed', 2_000))).toBe(held);
  expect(next(held, event('not-taken', 2_000))).toBe(held);
});

test('the picture in ARCHITECTURE.md shows the table', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../docs/ARCHITECTURE.md'), 'utf8');
  const [, picture = ''] = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(text) ?? [];
  const shown = [...picture.matchAll(/^ {2}(\S+) --> ([^\s:]+): (.*)$/gm)].flatMap(
    ([, from = '', to = '', events = '']) => events.split(', ').map((type) => `${type}: ${from} > ${to}`),
  );
  const node = (state: CustodyState): string => (state === 'none' ? '[*]' : state);
  const changes = ROWS.filter(({ from, to }) => from !== to);
  expect(shown.sort()).toEqual(
    changes.map((row) => `${row.type}: ${node(row.from)} > ${node(row.to)}`).sort(),
  );
});
