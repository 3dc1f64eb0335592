import { accessSync, closeSync, constants, fstatSync, openSync, read, writeSync } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { codeOf } from '../../core/errors.js';
import { readAll, readPipe, toText } from '../disk/read-text.js';

const readInto = promisify(read);
const AGAIN_MS = 20;

/**
 * Standard input to its end; on a terminal one line, asked for and not shown.
 *
 * Neither changes a flag of standard input, which the command of `exec` gets as well. `stop` gives a terminal its echo
 * back, and nothing more comes. `isExact` keeps a byte order mark. Throws as readBytes and toText do.
 */
export async function readStandardInput(prompt: string, stop: AbortSignal, isExact = false): Promise<string> {
  if (isatty(0)) return askOnTerminal(prompt, stop);
  return toText((await readOwnPipe()) ?? (await readAll(readSome)), isExact);
}

/** A pipe by an open file of our own; undefined for what is none, and where the system opens none. */
async function readOwnPipe(): Promise<Buffer | undefined> {
  if (process.platform !== 'linux' || !fstatSync(0).isFIFO()) return undefined;
  const path = '/proc/self/fd/0';
  try {
    accessSync(path, constants.R_OK);
  } catch {
    // A pipe that another user made, for one.
    return undefined;
  }
  return readPipe(path);
}

async function readSome(into: Buffer): Promise<number> {
  for (;;) {
    try {
      return (await readInto(0, into, 0, into.length, null)).bytesRead;
    } catch (error) {
      // Another program may have made it non-blocking; Windows calls the end of a pipe an error.
      if (codeOf(error) === 'EOF') return 0;
      if (codeOf(error) !== 'EAGAIN') throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

/** One line of the terminal of this process, without echo. */
function askOnTerminal(prompt: string, stop: AbortSignal): Promise<string> {
  const handle = openTerminal();
  const input = new ReadStream(handle ?? 0);
  // What is typed before the prompt is not shown either.
  input.setRawMode(true);
  writeSync(handle ?? 2, prompt);
  return new Promise((done, fail) => {
    const line: number[] = [];
    const end = (finish: () => void): void => {
      stop.removeEventListener('abort', giveUp);
      input.removeAllListeners();
      input.setRawMode(false);
      writeSync(handle ?? 2, '\n');
      input.destroy();
      finish();
    };
    const giveUp = (): void => end(() => undefined);
    const accept = (): void => {
      try {
        done(toText(Buffer.from(line)));
      } catch (error) {
        fail(error);
      }
    };
    stop.addEventListener('abort', giveUp);
    input.once('error', (error) => end(() => fail(error)));
    input.once('end', () => end(accept));
    input.on('data', (bytes: Buffer) => {
      for (const byte of bytes) {
        const key = KEYS[byte];
        if (key === 'accept') return end(accept);
        // Raw mode keeps the terminal from making a signal of these keys.
        if (key === 'SIGINT' || key === 'SIGQUIT') return end(() => signalThis(key));
        if (key === 'clear') line.length = 0;
        else if (key === 'erase') eraseCharacter(line);
        else line.push(byte);
      }
    });
  });
}

const KEYS: Readonly<Record<number, 'accept' | 'erase' | 'clear' | 'SIGINT' | 'SIGQUIT'>> = {
  3: 'SIGINT',
  4: 'accept',
  8: 'erase',
  10: 'accept',
  13: 'accept',
  21: 'clear',
  28: 'SIGQUIT',
  127: 'erase',
};

function signalThis(signal: NodeJS.Signals): void {
  // A signal comes a little later, and until then something must be waited for.
  setTimeout(() => undefined, 1_000);
  process.kill(process.pid, signal);
}

/** The last character of UTF-8, which may be several bytes. */
function eraseCharacter(line: number[]): void {
  let last = line.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = line.pop();
}

/** The terminal by a handle of our own, whose modes and flags are no one else's; undefined where there is none. */
function openTerminal(): number | undefined {
  try {
    const handle = openSync('/dev/tty', constants.O_RDWR | (constants.O_NOCTTY ?? 0));
    if (isatty(handle)) return handle;
    closeSync(handle);
    return undefined;
  } catch {
    return undefined;
  }
}
