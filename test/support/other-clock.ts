import { fileURLToPath } from 'node:url';

const HOOK = fileURLToPath(new URL('other-clock.cjs', import.meta.url));

/** Flags of node and variables for a program whose clock is another one: see other-clock.cjs. */
export function otherClock({ aheadMs = 0, rate = 1 }: { aheadMs?: number; rate?: number }): {
  readonly nodeFlags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const env = { CLOCK_AHEAD_MS: String(aheadMs), CLOCK_RATE: String(rate) };
  return { nodeFlags: ['--require', HOOK], env };
}

/** A minute of a release takes one second. */
export const FAST_CLOCK = otherClock({ rate: 60 });
