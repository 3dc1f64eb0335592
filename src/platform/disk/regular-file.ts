import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** The largest set of certificates that is read. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The bytes of a regular file. Throws for anything else: a FIFO or a device of that name must not block this process.
 * `check` can throw for what the opened file is once it was read.
 */
export function readRegularBytes(
  path: string,
  maxBytes = MAX_BYTES,
  check: (found: Stats) => void = () => undefined,
): Buffer {
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > maxBytes)
      throw Object.assign(new Error('no regular file'), { code: found.isDirectory() ? 'EISDIR' : 'EINVAL' });
    const bytes = readFileSync(handle);
    check(fstatSync(handle));
    return bytes;
  } finally {
    closeSync(handle);
  }
}

/** The text of a regular file; as readRegularBytes. */
export function readRegularFile(path: string): string {
  return readRegularBytes(path).toString();
}
