import { closeSync, fstatSync, readdirSync, statSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether the command may have standard input: it could read a file with the client secret again. */
export function isInputFree(places: readonly string[]): boolean {
  return isatty(0) || (!places.includes('-') && !filesOf(places).includes(fileOf(0) ?? ''));
}

/**
 * Closes every descriptor above 2 through which a command could read the client secret again, and returns the rest of
 * `inherited`. Node itself withholds only the lowest of its inherited descriptors from the processes it starts. A `<(…)`
 * for the client secret has already been read by now.
 */
export function closeSecret(inherited: readonly number[], places: readonly string[]): number[] {
  const files = filesOf(places);
  const leading = openNumbers(inherited).filter(
    (number) => number > 2 && files.includes(fileOf(number) ?? ''),
  );
  const named = places.flatMap((place) => {
    const [, number] = /^\/(?:dev|proc\/(?:self|\d+))\/fd\/(\d+)$/.exec(place) ?? [];
    return number !== undefined && Number(number) > 2 ? [Number(number)] : [];
  });
  const closed = new Set([...leading, ...named]);
  for (const number of closed) tried(() => closeSync(number));
  return inherited.filter((number) => !closed.has(number));
}

/** The identities of the files in `places`. A secret that was typed at a terminal cannot be read again. */
function filesOf(places: readonly string[]): string[] {
  return places.flatMap((place) => {
    if (place === '-') return isatty(0) ? [] : (fileOf(0) ?? []);
    const file = tried(() => statSync(place, { bigint: true }));
    return file === undefined || file.isCharacterDevice() ? [] : [`${file.dev}:${file.ino}`];
  });
}

/** The identity of an open file; undefined if `descriptor` is not open. */
export function fileOf(descriptor: number): string | undefined {
  const file = tried(() => fstatSync(descriptor, { bigint: true }));
  return file === undefined ? undefined : `${file.dev}:${file.ino}`;
}

function openNumbers(inherited: readonly number[]): readonly number[] {
  const listed = tried(() => readdirSync('/proc/self/fd')) ?? tried(() => readdirSync('/dev/fd'));
  return listed?.map(Number) ?? inherited;
}

function tried<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
