import { closeSync, fstatSync, statSync } from 'node:fs';
import { isatty } from 'node:tty';

/** The descriptors by which a command cannot come to the client secret again, which was read from one of `places`. */
export function withoutSecret(descriptors: readonly number[], places: readonly string[]): number[] {
  const files = places.flatMap((place) => tried(() => statSync(place, { bigint: true })) ?? []);
  return descriptors.filter((descriptor) => {
    const file = tried(() => fstatSync(descriptor, { bigint: true }));
    return !files.some(({ dev, ino }) => dev === file?.dev && ino === file.ino);
  });
}

/** Whether standard input is the command's: a file that the client secret was read from could be read again. */
export function isInputFree(places: readonly string[]): boolean {
  return isatty(0) || (!places.includes('-') && withoutSecret([0], places).length === 1);
}

/** Closes what `<(…)` and the like opened for the client secret. Each is read by now. */
export function closePlaces(places: readonly string[]): void {
  for (const place of places) {
    const [, number] = /^\/(?:dev|proc\/(?:self|\d+))\/fd\/(\d+)$/.exec(place) ?? [];
    if (number !== undefined && Number(number) > 2) tried(() => closeSync(Number(number)));
  }
}

function tried<T>(deed: () => T): T | undefined {
  try {
    return deed();
  } catch {
    return undefined;
  }
}
