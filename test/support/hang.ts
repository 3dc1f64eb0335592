/** How long a vault hangs, or a program runs, in a test of what must not wait for it. */
export const HANG_MS = 120_000;

/**
 * What may not wait for a hang has ended by then, even on a machine that is ten times slower than it should be. The limits
 * themselves, which are shorter, have tests with a clock that these set.
 */
export const NO_HANG_MS = 60_000;
