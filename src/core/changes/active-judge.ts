import type { SeguraError } from '../errors.js';
import type { ChangeOutcome } from '../vault/write/send-change.js';
import type { ActiveKind } from '../vault/write/set-active.js';

/** What enabling or disabling came to. `uncertain`: to send it once more does no harm, and its answer says. */
export type ActiveJudgement =
  | { readonly kind: 'done' | 'unchanged' }
  | { readonly kind: 'failed' | 'uncertain'; readonly problem: SeguraError };

/**
 * The codes of the vault for an item that already is as wanted: when enabled, and when disabled.
 *
 * Source: protocol of PAM Core: 1017 of credentials and keys, 1045 of keys, 1044 of devices, 1024 of information.
 */
const ALREADY: Readonly<Record<ActiveKind, readonly [number[], number[]]>> = {
  credential: [[1017], [1008, 1017]],
  key: [[1045], [1017]],
  device: [[1044], []],
  info: [[], [1024]],
};

export function judgeActive(kind: ActiveKind, isActive: boolean, sent: ChangeOutcome): ActiveJudgement {
  if (sent.kind === 'accepted') return { kind: 'done' };
  const [enabled, disabled] = ALREADY[kind];
  if (sent.code !== undefined && (isActive ? enabled : disabled).includes(sent.code))
    return { kind: 'unchanged' };
  return { kind: sent.kind === 'rejected' ? 'failed' : 'uncertain', problem: sent.problem };
}
