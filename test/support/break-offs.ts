const ERROR = "new RangeError(['of', 'the', 'error'].join('-'))";

/**
 * What ends post in the middle, as flags of node: its last limit of 58 s, here in one, and an error that no one foresaw.
 * Nothing real makes either while the code is what it is.
 */
const HOOKS = {
  'time runs out':
    'const s = setTimeout; globalThis.setTimeout = (f, ms, ...a) => s(f, ms === 58000 ? 1000 : ms, ...a)',
  'an unforeseen error comes': `setTimeout(() => { throw ${ERROR} }, 1000)`,
};

export type BreakOff = keyof typeof HOOKS;

export const BREAK_OFFS = Object.keys(HOOKS) as BreakOff[];

/** The message of the error, which must not be shown. */
export const MESSAGE = 'of-the-error';

export function flagsOf(breakOff: BreakOff): string[] {
  return importing(HOOKS[breakOff]);
}

/** The same error, as soon as there is a file at `path`. */
export function errorAt(path: string): string[] {
  return importing(
    `import { existsSync } from 'node:fs';
setInterval(() => { if (existsSync(${JSON.stringify(path)})) throw ${ERROR} }, 10).unref()`,
  );
}

function importing(code: string): string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}
