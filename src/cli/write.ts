import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { codeOf, SeguraError } from '../core/errors.js';
import { throwIfCancelled } from '../core/pace.js';
import type { Log } from '../core/ports.js';
import { printable } from '../core/printable.js';
import { replaceFile } from '../platform/disk/atomic-write.js';
import { diskRemedy } from '../platform/disk/disk-remedy.js';
import { isClosed, probeDescriptor, probePath } from '../platform/disk/probe-output.js';
import { descriptorOf, takesText, writeInto, writeThrough } from '../platform/disk/write-through.js';
import type { ProcessContext } from './process.js';

/** Where text goes: a path, `-` for standard output, and what ends the wait for a reader. */
export interface Output {
  readonly path: string;
  /** What a regular file becomes: one with only this text, or one with this text at its end. */
  readonly how: 'replace' | 'append';
  readonly stop: AbortSignal;
}

/** Resolves when all of `text` has left this process. Errors: FILE_REFUSED when no one reads it. */
export async function writeTo(stream: Writable, text: string): Promise<void> {
  await new Promise<void>((done, fail) => {
    const broken = (error: Error): void => fail(notWritten('standard output', error));
    stream.once('error', broken);
    stream.write(text, (error) => {
      stream.off('error', broken);
      if (error) broken(error);
      else done();
    });
  });
}

/**
 * Writes what a command promises: to a file that only its owner can read, or as it is to a descriptor, FIFO or device.
 *
 * Errors: FILE_REFUSED, CANCELLED.
 */
export async function writeOutput(
  world: Pick<ProcessContext, 'stdout' | 'stderr'>,
  text: string,
  { path, how, stop }: Output,
): Promise<void> {
  const descriptor = path === '-' ? 1 : descriptorOf(path);
  if (descriptor === 1 || descriptor === 2)
    return await writeTo(descriptor === 1 ? world.stdout : world.stderr, text);
  try {
    const isWritten =
      descriptor === undefined
        ? takesText(path)
          ? await writeThrough(path, text, stop)
          : writeFile(path, text, how)
        : await writeInto(descriptor, text, stop);
    if (!isWritten) throwIfCancelled(stop);
  } catch (error) {
    if (error instanceof SeguraError) throw error;
    throw notWritten(printable(path), error);
  }
}

/**
 * Checks before anything is fetched that an output can be written, and warns of one that no one reads. That is no error: a
 * program may want only the other effects: files, masks, custody. Errors: FILE_REFUSED.
 */
export function checkOutput({ path, how }: Pick<Output, 'path' | 'how'>, log: Pick<Log, 'warning'>): void {
  const descriptor = path === '-' ? 1 : descriptorOf(path);
  if (descriptor === 1 && isClosed(descriptor)) {
    log.warning(
      'Standard output is closed, or the program that started this one discards it, so no one receives the values. To choose where they go, use --output FILE (/dev/null discards them).',
    );
  }
  try {
    if (descriptor === undefined) probePath(path, how);
    else probeDescriptor(descriptor);
  } catch (error) {
    throw notWritten(path === '-' ? 'standard output' : printable(path), error);
  }
}

function writeFile(path: string, text: string, how: Output['how']): true {
  if (how === 'append') appendFileSync(path, (endsInLine(path) ? '' : '\n') + text, { mode: 0o600 });
  else replaceFile(path, text);
  return true;
}

/** The existing text of the file may lack its last line end. */
function endsInLine(path: string): boolean {
  return !existsSync(path) || /(?:^|\n)$/.test(readFileSync(path, 'utf8'));
}

function notWritten(what: string, error: unknown): SeguraError {
  const code = codeOf(error);
  return new SeguraError(
    'FILE_REFUSED',
    `${what[0]?.toUpperCase()}${what.slice(1)} could not be written (${code}).`,
    diskRemedy(code) ??
      'Choose a place where this user may write, or make sure that the output is read to its end.',
    { cause: error },
  );
}
