import { describe, expect, test } from 'vitest';
import { takeCustody } from '../../../../src/core/custody/take.js';
import { TransportFailure } from '../../../../src/core/transport.js';
import { Pam } from '../../../../src/core/vault/pam.js';
import {
  type Answering,
  codesOf,
  FakePlatform,
  HELD_BY_ANOTHER,
  json,
  ledgerOn,
  lineTo,
  NOT_IN_CUSTODY,
  quietLog,
  refusal,
  sessionOver,
  success,
  token,
} from '../../fakes.js';

const credential = (id: string) =>
  success({ credential: { id, password: `password-of-${id}`, username: 'root' } });
const nameOf = (path: string): string => path.split('/').at(-1) ?? '';

interface Given {
  readonly waitMs?: number;
  readonly retries?: number;
}

function taking(names: string[], answer: Answering, { waitMs = 0, retries = 4 }: Given = {}) {
  const line = lineTo((request, number) => (request.method === 'POST' ? token() : answer(request, number)), {
    retries,
  });
  const platform = new FakePlatform();
  const ledger = ledgerOn(platform);
  const parts = {
    pam: new Pam(line.exchange, sessionOver(line), 'api'),
    ledger,
    clock: line.clock,
    log: quietLog,
    signal: line.stop.signal,
    custodyWaitMs: waitMs,
    deadlineAtMs: Number.POSITIVE_INFINITY,
    flush: () => platform.flush(),
    onRead: () => platform.events.push('seen'),
  };
  const left = (): string[] => ledger.custody.map((each) => `${each.credential} ${each.state}`);
  return {
    ...line,
    ledger,
    left,
    platform,
    taken: takeCustody(new Map(names.map((name) => [name, true])), parts),
  };
}

describe('reading credentials', () => {
  test('is written into the ledger, which has left the process, before the first read leaves, and held before anyone sees it', async () => {
    const run = taking(['94', '95'], ({ path }) => {
      expect(run.platform.events.slice(0, 2)).toEqual(['save', 'flush']);
      return credential(nameOf(path));
    });
    const { credentials, problems } = await run.taken;
    expect([...credentials.keys()].sort()).toEqual(['94', '95']);
    expect(problems).toEqual([]);
    expect(run.left()).toEqual(['94 held', '95 held']);
    expect(run.transport.lines.filter((each) => each.startsWith('GET'))).toHaveLength(2);
  });

  test('is masked before the state is saved', async () => {
    const run = taking(['94'], () => credential('94'));
    await run.taken;
    expect(run.platform.events.slice(0, 4)).toEqual(['save', 'flush', 'seen', 'save']);
  });

  test('never has more than eight on the way', async () => {
    let now = 0;
    let most = 0;
    const names = Array.from({ length: 50 }, (_, index) => String(index));
    const run = taking(names, async ({ path }) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((done) => setImmediate(done));
      now -= 1;
      return credential(nameOf(path));
    });
    expect((await run.taken).credentials.size).toBe(50);
    expect(most).toBe(8);
  });
});

describe('a read that failed', () => {
  test.each<[string, ReturnType<Answering>, string[]]>([
    ['refused', refusal(1007, 'Credential not found'), []],
    ['refused access', refusal(1009, 'No access to credential'), []],
    ['refused as held by another', HELD_BY_ANOTHER, []],
    ['never sent', new TransportFailure('unreachable', true, 'ECONNREFUSED'), []],
    ['broken off', new TransportFailure('broken', false, 'ECONNRESET'), ['94 asked']],
    ['too large', new TransportFailure('too-large', false, '10 MiB'), ['94 asked']],
    ['a 503 without a word', json(503, {}), ['94 asked']],
    ['a web page', { status: 200, headers: {}, text: '<html>' }, ['94 asked']],
    ['of the wrong shape', success({ nothing: 1 }), ['94 held']],
    ['without a password', success({ credential: { id: '94', password: null } }), ['94 held']],
  ])('because it was %s leaves in the ledger: %3$j', async (_, answer, left) => {
    const run = taking(['94'], () => answer, { retries: 0 });
    const { problems } = await run.taken;
    expect(problems).toHaveLength(1);
    expect(run.left()).toEqual(left);
  });

  test('after one that may have been carried out stays in the ledger', async () => {
    const answers = [json(503, {}), HELD_BY_ANOTHER];
    let number = 0;
    const run = taking(['94'], () => answers[number++] ?? HELD_BY_ANOTHER);
    expect(codesOf((await run.taken).problems)).toEqual(['CUSTODY_HELD']);
    expect(run.left()).toEqual(['94 asked']);
  });

  test('for one cause fails all with one problem', async () => {
    const down = new TransportFailure('tls', true, 'CERT_HAS_EXPIRED');
    expect(codesOf((await taking(['1', '2', '3'], () => down).taken).problems)).toEqual(['TLS_UNTRUSTED']);
  });
});

describe('while another client holds one', () => {
  test('without a wait the rest is read and the problem is reported', async () => {
    const run = taking(['1', '2'], ({ path }) => (nameOf(path) === '1' ? HELD_BY_ANOTHER : credential('2')));
    const { problems, credentials } = await run.taken;
    expect([codesOf(problems), credentials.size, run.clock.sleeps]).toEqual([['CUSTODY_HELD'], 1, []]);
    expect(run.left()).toEqual(['2 held']);
  });

  test('everything is released before each wait', async () => {
    const holding = new Set<string>();
    let tries = 0;
    const run = taking(
      ['1', '2'],
      ({ method, path }) => {
        const name = nameOf(path);
        if (method === 'DELETE') return holding.delete(name) ? success() : NOT_IN_CUSTODY;
        if (name === '2' && ++tries < 4) return HELD_BY_ANOTHER;
        holding.add(name);
        return credential(name);
      },
      { waitMs: 60_000 },
    );
    run.clock.onSleep = () => expect([...holding, ...run.left()]).toEqual([]);
    const { problems, credentials } = await run.taken;
    expect([problems.length, credentials.size]).toEqual([0, 2]);
    expect(run.clock.sleeps).toHaveLength(3);
    expect([...holding].sort()).toEqual(['1', '2']);
  });

  test('the wait ends in time, with nothing held but what the last try took', async () => {
    const run = taking(['1'], () => HELD_BY_ANOTHER, { waitMs: 20_000 });
    const startMs = run.clock.now;
    expect(codesOf((await run.taken).problems)).toEqual(['CUSTODY_HELD']);
    expect(run.clock.now - startMs).toBeLessThanOrEqual(20_000);
    expect(run.left()).toEqual([]);
  });

  test('another problem is reported at once instead of waiting', async () => {
    const run = taking(
      ['1', '2'],
      ({ path }) => (nameOf(path) === '1' ? HELD_BY_ANOTHER : refusal(1007, 'no')),
      { waitMs: 60_000 },
    );
    expect(codesOf((await run.taken).problems).sort()).toEqual(['CREDENTIAL_NOT_FOUND', 'CUSTODY_HELD']);
    expect(run.clock.sleeps).toEqual([]);
  });
});

describe('a reply about another credential', () => {
  test('is rejected, and the ledger lists both as held', async () => {
    const run = taking(['94'], () => credential('77'));
    expect(codesOf((await run.taken).problems)).toEqual(['REPLY_MALFORMED']);
    expect(run.left()).toEqual(['94 held', '77 held']);
    expect(run.ledger.custody.map(({ id }) => id)).toEqual([undefined, '77']);
    expect(run.platform.events.indexOf('seen')).toBeLessThan(run.platform.events.lastIndexOf('save'));
  });

  test('keeps the entry of the other one when its own read takes nothing', async () => {
    const run = taking(['94', '77'], async ({ path }) => {
      if (nameOf(path) === '94') return credential('77');
      while (run.left().length > 0 && !run.left().includes('94 held')) await Promise.resolve();
      return refusal(1009, 'No access to credential');
    });
    await run.taken;
    expect(run.left()).toEqual(['94 held', '77 held']);
  });

  test('without a valid number leaves the requested credential as held', async () => {
    const run = taking(['root@web-01'], () => credential('../../x'));
    expect(codesOf((await run.taken).problems)).toEqual(['REPLY_MALFORMED']);
    expect(run.ledger.custody).toMatchObject([{ credential: 'root@web-01', state: 'held', id: undefined }]);
  });
});

describe('custody that could not be released before a wait', () => {
  /** `1` is read, `2` belongs to another client, and releasing `1` fails. */
  const stuck: Answering = ({ method, path }) => {
    if (method === 'DELETE') return refusal(1009, 'No access to credential');
    return nameOf(path) === '1' ? credential('1') : HELD_BY_ANOTHER;
  };

  test('stays in the ledger when the job is cancelled during the wait', async () => {
    const run = taking(['1', '2'], stuck, { waitMs: 60_000 });
    run.clock.onSleep = () => run.stop.abort();
    await run.taken.catch(() => undefined);
    expect(run.left()).toEqual(['1 held']);
  });

  test('stays in the ledger when the next round stops before its turn', async () => {
    const others = Array.from({ length: 9 }, (_, index) => `${10 + index}`);
    let round = 1;
    const run = taking(
      [...others, '1'],
      ({ method, path }) => {
        if (method === 'DELETE') return nameOf(path) === '1' ? refusal(1009, 'No access') : success();
        if (nameOf(path) === '1') return credential('1');
        return round > 1 || nameOf(path) === '18' ? HELD_BY_ANOTHER : credential(nameOf(path));
      },
      { waitMs: 3_000 },
    );
    run.clock.onSleep = () => {
      round += 1;
    };
    await run.taken;
    expect(run.left()).toEqual(['1 held']);
  });

  test.each<[string, ReturnType<Answering>]>([
    ['never leaves', new TransportFailure('unreachable', true, 'ECONNREFUSED')],
    ['is refused', HELD_BY_ANOTHER],
  ])('because a read may still be carried out stays in the ledger when the next read %s', async (_, next) => {
    const answers = [json(503, {}), HELD_BY_ANOTHER];
    let number = 0;
    const run = taking(
      ['1'],
      ({ method }) => (method === 'DELETE' ? NOT_IN_CUSTODY : (answers[number++] ?? next)),
      {
        waitMs: 2_000,
        retries: 1,
      },
    );
    await run.taken;
    expect(run.left()).toEqual(['1 asked']);
  });
});

test('a job that is cancelled while it reads keeps what it took in the ledger', async () => {
  const names = Array.from({ length: 20 }, (_, index) => String(index));
  const run = taking(names, ({ path }) => {
    if (nameOf(path) === '5') run.stop.abort();
    return credential(nameOf(path));
  });
  await run.taken.catch(() => undefined);
  const reads = run.transport.lines.filter((each) => each.startsWith('GET')).map(nameOf);
  expect(run.ledger.custody.map((each) => each.credential).sort()).toEqual([...reads].sort());
  expect(reads.length).toBeLessThan(20);
});
