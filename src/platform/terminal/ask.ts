import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { isatty, ReadStream } from 'node:tty';

/**
 * The line that a person types at the terminal of this process after `question`, shown as it is typed; empty at the end of
 * the input (ctrl-D), undefined where there is no terminal, and after `stop`. Standard input may be something else.
 *
 * `written` ends once all that was written before is on the terminal: a line that is cleared only later would take the
 * question with it.
 */
export async function ask(
  question: string,
  stop: AbortSignal,
  written: Promise<void>,
): Promise<string | undefined> {
  await Promise.race([written, new Promise((done) => stop.addEventListener('abort', done, { once: true }))]);
  const own = openTerminal();
  const handle = own ?? (isatty(0) ? 0 : undefined);
  if (handle === undefined || stop.aborted) return undefined;
  const input = new ReadStream(handle);
  writeSync(own ?? 2, question);
  return new Promise((done) => {
    let text = '';
    const end = (line: string | undefined): void => {
      stop.removeEventListener('abort', leave);
      input.removeAllListeners();
      input.destroy();
      done(line);
    };
    const leave = (): void => end(undefined);
    stop.addEventListener('abort', leave);
    input.once('error', leave);
    input.once('end', () => {
      writeSync(own ?? 2, '\n');
      end('');
    });
    input.on('data', (part: Buffer) => {
      text += part.toString();
      const [line = '', ...more] = text.split(/\r\n|\r|\n/);
      if (more.length > 0) end(line);
    });
  });
}

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
