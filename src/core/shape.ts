/** Checks a value that anyone could have written. */
export type Judge = (value: unknown) => boolean;

/** No Date can be later. */
const LAST_MS = 8.64e15;

export const isText: Judge = (value) => typeof value === 'string';
export const isFlag: Judge = (value) => typeof value === 'boolean';
export const isTime: Judge = (value) => typeof value === 'number' && value >= 0 && value <= LAST_MS;

export function isLike(pattern: RegExp): Judge {
  return (value) => typeof value === 'string' && pattern.test(value);
}

export function isWholeFrom(least: number, most: number): Judge {
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

export function isOneOf(...options: readonly unknown[]): Judge {
  return (value) => options.includes(value);
}

export function isMaybe(is: Judge): Judge {
  return (value) => value === undefined || is(value);
}

export function isList(is: Judge): Judge {
  return (value) => Array.isArray(value) && value.every(is);
}

/** True for a text that `read` takes without an error. */
export function isReadBy(read: (text: string) => unknown): Judge {
  return (value) => {
    if (typeof value !== 'string') return false;
    try {
      read(value);
      return true;
    } catch {
      return false;
    }
  };
}

export function has(shape: Readonly<Record<string, Judge>>): Judge {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shape).every(([name, is]) => is(Reflect.get(value, name)));
}
