import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { findHelper, startHelper } from '../helper-programs.js';
import type { World } from '../process.js';

/** A pipe from a command to this process. */
export interface Pipe {
  readonly reader: Socket;
  /** The end for the command; closed here once the command has it. */
  readonly writer: number;
}

/**
 * Pipes of the system's own kind; undefined where they cannot be made.
 *
 * Node gives a command sockets in place of pipes, and those behave differently: `echo > /dev/stderr` fails, and a writer
 * whose reader has left gets an error in place of SIGPIPE. Node cannot make a pipe, but it can open a named one.
 */
export async function openPipes(
  count: number,
  { temp, system, environment }: Pick<World, 'temp' | 'system' | 'environment'>,
): Promise<readonly Pipe[] | undefined> {
  if (system === 'win32') return undefined;
  if (count === 0) return [];
  const path = environment['PATH'] ?? '';
  const mkfifo = findHelper('mkfifo', path);
  if (mkfifo === undefined) return undefined;
  let folder: string | undefined;
  const opened: number[] = [];
  try {
    folder = mkdtempSync(join(temp, 'segura-secrets-pipe-'));
    const paths = Array.from({ length: count }, (_, index) => join(folder ?? '', String(index)));
    await new Promise((done) => {
      const making = startHelper(mkfifo, ['-m', '600', ...paths], { path, stdio: 'ignore' });
      making.once('error', done);
      making.once('exit', done);
    });
    const pairs = paths.map((each) => {
      // Without O_NONBLOCK opening waits for the other end; the writer, opened second, blocks as any pipe does.
      const reader = openSync(each, constants.O_RDONLY | constants.O_NONBLOCK);
      opened.push(reader);
      const writer = openSync(each, constants.O_WRONLY);
      opened.push(writer);
      return { reader, writer };
    });
    return pairs.map(({ reader, writer }) => ({
      reader: new Socket({ fd: reader, readable: true, writable: false }),
      writer,
    }));
  } catch {
    for (const end of opened) closeSync(end);
    return undefined;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
