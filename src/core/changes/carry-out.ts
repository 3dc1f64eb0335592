import { LATE_READ_WAITS_MS } from '../assumptions.js';
import { problemsOf } from '../errors.js';
import type { Clock } from '../ports.js';
import type { Client } from '../vault/client.js';
import { secretRequest } from '../vault/write/secret-form.js';
import { type ChangeOutcome, sendChange } from '../vault/write/send-change.js';
import { onlySecret } from './find-secret.js';
import { type Judgement, judgeSecret, type Seen } from './secret-judge.js';
import type { SecretPlan } from './secret-plan.js';

/** What carries out a change. */
export interface CarryOutParts {
  readonly client: Client;
  /** The same client for a look that a signal must not stop. */
  readonly afterSignal: () => Promise<Client>;
  readonly clock: Pick<Clock, 'nowMs' | 'sleep'>;
  readonly signal: AbortSignal;
  /** Called once the change is sent, before it is read back. */
  readonly onSent?: () => void;
}

/** A change that was sent, what became of it, and the secret as it was read after it. */
export interface CarriedOut {
  readonly sent: ChangeOutcome;
  readonly judgement: Judgement;
  readonly seen: Seen;
}

/**
 * Sends a plan, then reads the secret until it is known what became of the change, or until the vault has had time to carry
 * it out. Errors: those of the login.
 */
export async function carryOutSecret(plan: SecretPlan, parts: CarryOutParts): Promise<CarriedOut> {
  const { client, clock, signal } = parts;
  const sent = await sendChange(client, secretRequest(plan.form));
  parts.onSent?.();
  for (const waitMs of [...LATE_READ_WAITS_MS, undefined]) {
    const seen: Seen = sent.kind === 'rejected' ? { secret: plan.before } : await look(plan, parts);
    const judgement = judgeSecret(plan, sent, seen, clock.nowMs());
    if (judgement.kind !== 'pending' || waitMs === undefined || signal.aborted)
      return { sent, judgement, seen };
    await clock.sleep(waitMs, signal);
  }
  throw new Error('the last look has no wait');
}

async function look({ form }: SecretPlan, { client, afterSignal }: CarryOutParts): Promise<Seen> {
  const find = async (by: Client): Promise<Seen> => ({
    secret: onlySecret(await by.listSecrets(), form.identity),
  });
  try {
    return await find(client);
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    if (problem.code !== 'CANCELLED') return { unread: problem };
  }
  try {
    return await find(await afterSignal());
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { unread: problem };
  }
}
