import { describe, expect, test } from 'vitest';
import { LATE_READ_WAITS_MS } from '../../../../src/core/assumptions.js';
import type { CustodyEntry } from '../../../../src/core/custody/ledger-data.js';
import { duration, type Receipt, receiptLine, releaseCustody } from '../../../../src/core/custody/release.js';
import { TransportFailure } from '../../../../src/core/transport.js';
import { Pam } from '../../../../src/core/vault/pam.js';
import {
  type Answering,
  json,
  type Line,
  lineTo,
  NO_ROUTE,
  NOT_IN_CUSTODY,
  refusal,
  sessionOver,
  success,
  token,
} from '../../fakes.js';

const held = (credential: string, prefix: 'api' | 'iso' | undefined = 'api'): CustodyEntry => ({
  credential,
  state: 'held',
  id: credential,
  prefix,
  sinceMs: 0,
});
const asked = (credential: string): CustodyEntry => ({ credential, state: 'asked', sinceMs: 0 });

async function given(
  entries: CustodyEntry[],
  answer: Answering,
  waits: readonly number[] = LATE_READ_WAITS_MS,
) {
  let releases = 0;
  const line: Line = lineTo((request) => {
    if (request.method === 'POST') return token();
    releases += 1;
    return answer(request, releases);
  });
  const told: Receipt[] = [];
  const receipts = await releaseCustody(entries, {
    pam: new Pam(line.exchange, sessionOver(line), 'auto'),
    clock: line.clock,
    signal: line.stop.signal,
    lateReadWaitsMs: waits,
    onReceipt: (receipt) => told.push(receipt),
  });
  const lines = line.transport.lines.filter((each) => each.startsWith('DELETE'));
  return { receipts, results: receipts.map(({ result }) => result), lines, sleeps: line.clock.sleeps, told };
}

describe('names of one credential', () => {
  const named = (credential: string, more: Partial<CustodyEntry> = {}): CustodyEntry => ({
    ...held(credential),
    id: '94',
    ...more,
  });

  test('are released by one request, and each gets its receipt', async () => {
    const entries = [named('94'), held('96'), named('root@web-01'), named('094', { id: undefined })];
    const { receipts, lines, told } = await given(entries, () => success());
    expect(lines.sort()).toEqual([
      'DELETE /api/pam/credential/custody/94',
      'DELETE /api/pam/credential/custody/96',
    ]);
    expect(receipts).toEqual(entries.map((entry) => ({ entry, result: 'released' })));
    expect(told).toHaveLength(4);
  });

  test('are in doubt together, and fail together', async () => {
    const entries = [named('94'), named('root@web-01', { state: 'again' })];
    const doubted = await given(entries, () => success());
    expect([doubted.results, doubted.lines.length]).toEqual([['released', 'released'], 3]);
    const failed = await given(entries, () => json(403, {}));
    expect(failed.receipts.map(({ error }) => error?.message.split(' could')[0])).toEqual([
      'Custody of 94',
      'Custody of root@web-01',
    ]);
    expect(failed.lines).toHaveLength(1);
  });

  test('that may be one are released each', async () => {
    const { lines } = await given([held('94'), asked('root@web-01')], () => success(), []);
    expect(lines).toHaveLength(2);
  });
});

describe('custody that is held', () => {
  test('is released with one request', async () => {
    const { results, lines, told } = await given([held('94')], () => success());
    expect([results, lines, told.length]).toEqual([
      ['released'],
      ['DELETE /api/pam/credential/custody/94'],
      1,
    ]);
  });

  test.each([
    ['1018', NOT_IN_CUSTODY],
    ['1007', refusal(1007, 'Credential not found')],
    ['404 with 1007', refusal(1007, 'Credential not found', 404)],
  ])('counts as released when the vault answers %s', async (_, reply) => {
    const { results, lines } = await given([held('94')], () => reply);
    expect([results, lines.length]).toEqual([['not-held'], 1]);
  });

  test.each([
    ['404 of the gateway', NO_ROUTE],
    ['404 of the vault', json(404, { response: { error: true, message: 'Resource sub not found' } })],
    ['404 without a body', { status: 404, headers: {}, text: '' }],
    ['410', json(410, {})],
  ])('is released at the other prefix after %s', async (_, reply) => {
    const { results, lines } = await given([held('94')], ({ path }) =>
      path.startsWith('/api') ? reply : success(),
    );
    expect(results).toEqual(['released']);
    expect(lines).toEqual(['DELETE /api/pam/credential/custody/94', 'DELETE /iso/pam/credential/custody/94']);
  });

  test('is first tried at the prefix where it was taken', async () => {
    const { lines } = await given([held('94', 'iso')], () => success());
    expect(lines).toEqual(['DELETE /iso/pam/credential/custody/94']);
  });

  test('is a failure when neither prefix knows the route', async () => {
    const { receipts, lines } = await given([held('94')], () => NO_ROUTE);
    expect(receipts[0]?.error?.code).toBe('RELEASE_FAILED');
    expect(lines).toHaveLength(2);
  });

  test.each([
    json(429, {}),
    json(503, {}),
    json(500, {}),
    new TransportFailure('broken', false, 'ECONNRESET'),
  ])('is tried again after %o', async (trouble) => {
    const { results, lines } = await given([held('94')], (_, number) => (number < 3 ? trouble : success()));
    expect([results, lines.length]).toEqual([['released'], 3]);
  });

  test('by user and host is released by that name when no id is known', async () => {
    const { lines } = await given([{ ...asked('root@web 01/x') }], () => success());
    expect(new Set(lines)).toEqual(new Set(['DELETE /api/pam/credential/custody/root@web%2001%2Fx']));
  });
});

describe('custody that was only requested', () => {
  test('is released again after 2 and 5 s while the vault answers 1018', async () => {
    const { results, lines, sleeps } = await given([asked('94')], () => NOT_IN_CUSTODY);
    expect([results, lines.length, sleeps]).toEqual([['not-held'], 3, [2_000, 5_000]]);
  });

  test('is released when the read was carried out late', async () => {
    const { results } = await given([asked('94')], (_, number) => (number < 3 ? NOT_IN_CUSTODY : success()));
    expect(results).toEqual(['released']);
  });

  test('needs no wait when the credential does not exist', async () => {
    const { results, lines } = await given([asked('94')], () => refusal(1007, 'Credential not found'));
    expect([results, lines.length]).toEqual([['not-held'], 1]);
  });

  test('stays unsure if there is no time to ask again', async () => {
    expect((await given([asked('94')], () => NOT_IN_CUSTODY, [])).results).toEqual(['unsure']);
  });
});

describe('one failure', () => {
  test('never strands the rest', async () => {
    const entries = Array.from({ length: 30 }, (_, index) => held(String(index)));
    const { results, receipts } = await given(entries, ({ path }) =>
      Number(path.split('/').at(-1)) % 3 === 0
        ? json(400, { exception: { code: 1009, message: 'hunter2' } })
        : success(),
    );
    expect(results.filter((result) => result === 'released')).toHaveLength(20);
    expect(results.filter((result) => result === 'failed')).toHaveLength(10);
    const errors = receipts.flatMap(({ error }) =>
      error === undefined ? [] : [`${error.message}${error.remedy}`],
    );
    expect(errors.join()).not.toContain('hunter2');
    expect(errors[0]).toContain('custody of 0 '.replace('custody', 'Custody').trim());
  });

  test('of our own kind does not strand the rest either', async () => {
    const { results } = await given([held('1'), held('2')], ({ path }) =>
      path.endsWith('1') ? new TypeError('x') : success(),
    );
    expect(results).toEqual(['failed', 'released']);
  });

  test.each([
    ['hangs', () => new TransportFailure('aborted', false, 'ABORTED'), 'Find out why the vault is slow.'],
    ['is rate limited', () => json(429, {}, { 'retry-after': '600' }), 'Run fewer jobs at once.'],
  ] as const)('whose release %s offers no input that gives it more time', async (_, reply, remedy) => {
    const { receipts } = await given([held('1')], reply);
    const [error] = receipts.map((each) => each.error?.remedy);
    expect(error).toContain(remedy);
    expect(error).not.toContain('Raise');
  });

  test('to log in fails each, with two requests', async () => {
    const line = lineTo(() => json(401, { error: 'invalid_client' }));
    const receipts = await releaseCustody([held('1'), held('2'), held('3')], {
      pam: new Pam(line.exchange, sessionOver(line), 'auto'),
      clock: line.clock,
      signal: line.stop.signal,
      lateReadWaitsMs: [],
      onReceipt: () => undefined,
    });
    expect(receipts.map(({ result }) => result)).toEqual(['failed', 'failed', 'failed']);
    expect(line.transport.requests).toHaveLength(2);
  });
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [42_000, '42 s'],
  [59_600, '1 m 0 s'],
  [192_000, '3 m 12 s'],
  [3_840_000, '1 h 4 m'],
])('%i ms is shown as %s', (ms, said) => {
  expect(duration(ms)).toBe(said);
});

test.each([
  ['released', 'held', 'released custody of 94 after 3 s'],
  [
    'not-held',
    'held',
    'custody of 94 was not held any more: another job with this client id, or the vault, ended it first',
  ],
  ['not-held', 'asked', 'custody of 94 was not held'],
  ['failed', 'held', undefined],
  ['unsure', 'asked', undefined],
] as const)('a receipt of custody that is %s, and was %s, says so', (result, state, line) => {
  const entry = { credential: '94', state, sinceMs: 1_000 };
  expect(receiptLine({ entry, result }, 4_000)).toBe(line);
});

test('the receipt says that the vault may now change the password, if automatic change is configured', () => {
  const entry = { credential: '94', state: 'held', sinceMs: 1_000, changes: true } as const;
  expect(receiptLine({ entry, result: 'released' }, 4_000)).toBe(
    'released custody of 94 after 3 s; the vault may now change its password',
  );
});
