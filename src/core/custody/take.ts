import pLimit from 'p-limit';
import { Problems, problemsOf, SeguraError } from '../errors.js';
import { throwIfCancelled } from '../pace.js';
import { TransportFailure } from '../transport.js';
import type { Credential } from '../vault/credential.js';
import { MAX_AT_ONCE } from '../vault/exchange.js';
import { heldName, isLease } from '../vault/leases/held-name.js';
import type { CustodyEntry } from './ledger-data.js';
import type { CustodyParts } from './release-all.js';
import type { CustodyEvent } from './transitions.js';

/** The credentials that were read, and the problems with the others. */
export interface Taken {
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly problems: readonly SeguraError[];
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** Reserved from the deadline for the round after the last wait, so that its replies can still arrive. */
const LAST_ROUND_MS = 2_000;

/**
 * Reads every wanted credential once, which takes custody of it. `wanted` says for each whether its password is needed.
 *
 * While another client holds one and `custodyWaitMs` has not passed, everything is released before the next attempt. A job
 * that waits holds nothing, so two jobs that want the same two credentials never deadlock, whatever names they use.
 */
export async function takeCustody(wanted: ReadonlyMap<string, boolean>, parts: CustodyParts): Promise<Taken> {
  const { ledger, clock, log, signal, custodyWaitMs } = parts;
  const waitUntilMs = Math.min(clock.nowMs() + custodyWaitMs, parts.deadlineAtMs - LAST_ROUND_MS);
  for (let round = 1; ; round += 1) {
    const taken = await readAll(wanted, parts, custodyWaitMs > 0);
    const leftMs = waitUntilMs - clock.nowMs();
    const isWaitWorthWhile =
      taken.problems.length > 0 && taken.problems.every(({ code }) => code === 'CUSTODY_HELD') && leftMs > 0;
    if (!isWaitWorthWhile || signal.aborted) return taken;
    const { releaseAll } = await import(/* webpackMode: "eager" */ './release-all.js');
    await releaseAll({ ...parts, open: async () => parts });
    throwIfCancelled(signal);
    const held = [...wanted.keys()].filter((name) => !taken.credentials.has(name)).map(heldName);
    if (round === 1)
      log.info(`Waiting for custody of ${held.join(', ')}, at most ${Math.ceil(leftMs / 1_000)} s.`);
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (round - 1));
    await clock.sleep(Math.min(leftMs, pauseMs * (0.2 + 0.8 * clock.random())), signal);
    throwIfCancelled(signal);
    if (ledger.custody.length > 0) log.debug(`${ledger.custody.length} of the last round may still be held`);
  }
}

async function readAll(
  wanted: ReadonlyMap<string, boolean>,
  parts: CustodyParts,
  stopWhenHeld: boolean,
): Promise<Taken> {
  const { pam, ledger, uses, clock, signal, onRead, flush } = parts;
  const credentials = new Map<string, Credential>();
  const problems: SeguraError[] = [];
  ledger.ask([...wanted.keys()], clock.nowMs());
  // After the state, so that every use that is counted has a post that ends it.
  await uses?.sync(ledger.custody);
  let isStopped = false;
  const read = async (name: string, wantsPassword: boolean): Promise<void> => {
    const note = (
      type: CustodyEvent['type'],
      known: Pick<CustodyEntry, 'id' | 'prefix' | 'changes'> = {},
    ): void => ledger.note({ type, credential: name, atMs: clock.nowMs(), ...known });
    if (isStopped || signal.aborted) return note('not-taken');
    let hasLeft = false;
    try {
      const credential = await pam.read(name, wantsPassword, {
        leaves: async () => {
          note('leaves');
          // If the state goes through a pipe, it may wait behind other lines, and would be lost with this process.
          await flush();
          throwIfCancelled(signal);
          hasLeft = true;
        },
        givenUp: () => note('given-up'),
        replied: (early, prefix) => {
          // Masks come first: a platform may print what is saved.
          if (early !== undefined) onRead(name, early);
          const atMs = clock.nowMs();
          const { id, changes, otherIds = [] } = early ?? {};
          const others = otherIds.map((other) => {
            const known = isLease(other) ? {} : { id: other };
            return { type: 'claimed', credential: other, ...known, prefix, atMs } as const;
          });
          // In one text: whatever ends this process, the state has all of them or none.
          ledger.note({ type: 'replied', credential: name, id, prefix, changes, atMs }, ...others);
        },
        refused: () => note('refused'),
        notTaken: () => note('not-taken'),
      });
      onRead(name, credential);
      credentials.set(name, credential);
    } catch (error) {
      if (!hasLeft || wasNeverSent(error)) note('not-taken');
      const found = problemsOf(error);
      problems.push(...found);
      isStopped ||= stopWhenHeld && found.some(({ code }) => code === 'CUSTODY_HELD');
    }
  };
  const limit = pLimit(MAX_AT_ONCE);
  await Promise.all([...wanted].map(([name, wantsPassword]) => limit(() => read(name, wantsPassword))));
  await uses?.sync(ledger.custody);
  if (problems.length === 0 && credentials.size < wanted.size) throwIfCancelled(signal);
  return { credentials, problems: sameOnce(problems) };
}

/** True when the failed request was never sent, so no custody can have been taken. */
function wasNeverSent(error: unknown): boolean {
  const [problem] = error instanceof Problems ? error.problems : [error];
  return (
    problem instanceof SeguraError && problem.cause instanceof TransportFailure && problem.cause.neverSent
  );
}

/** One outage fails all reads in the same way, so it is reported once. */
function sameOnce(problems: readonly SeguraError[]): SeguraError[] {
  return [...new Map(problems.map((problem) => [`${problem.code}${problem.message}`, problem])).values()];
}
