import { constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * Our own open file in place of one that another program made non-blocking; undefined where there is no need, or
 * no way. What Node starts with such a file as its descriptor 0, 1 or 2 makes it blocking again, for all who have it.
 */
export function reopen(descriptor: 0 | 1 | 2): number | undefined {
  const { O_NONBLOCK, O_NOCTTY, O_RDONLY, O_WRONLY } = constants;
  try {
    const [, flags = '0'] =
      /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')) ?? [];
    const kind = fstatSync(descriptor);
    // A file never blocks, and a socket cannot be opened again.
    if ((Number.parseInt(flags, 8) & O_NONBLOCK) === 0 || !(kind.isFIFO() || kind.isCharacterDevice()))
      return undefined;
    // Non-blocking at first: opening a pipe would wait for its other end.
    return openSync(
      `/proc/self/fd/${descriptor}`,
      (descriptor === 0 ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_NOCTTY,
    );
  } catch {
    return undefined;
  }
}
