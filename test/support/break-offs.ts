/**
 * What ends post in the middle, as flags of node: its last limit of 58 s, here in one, and an error that no one foresaw.
 * Nothing real makes either while the code is what it is.
 */
const HOOKS = {
  'time runs out':
    'const s = setTimeout; globalThis.setTimeout = (f, ms, ...a) => s(f, ms === 58000 ? 1000 : ms, ...a)',
  'an unforeseen error comes':
    "setTimeout(() => { throw new RangeError(['of', 'the', 'error'].join('-')) }, 1000)",
};

export type BreakOff = keyof typeof HOOKS;

export const BREAK_OFFS = Object.keys(HOOKS) as BreakOff[];

/** The message of the error, which must not be shown. */
export const MESSAGE = 'of-the-error';

export function flagsOf(breakOff: BreakOff): string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(HOOKS[breakOff])}`];
}
