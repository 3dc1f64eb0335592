import { execFile } from 'node:child_process';

const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a program of the PATH to its end, without a shell and without input. What it prints to standard error is dropped: it
 * may repeat what it was given.
 *
 * `status` is undefined for a program that a signal ended. Throws what the system says when it cannot be started, is stopped
 * by `signal`, or prints more than 1 MiB.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly status: number | undefined; readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      signal,
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      killSignal: 'SIGKILL',
    } as const;
    const child = execFile(program, args, options, (error, stdout) => {
      const code = error?.code;
      if (error === null) resolve({ status: 0, stdout });
      else if (typeof code === 'number') resolve({ status: code, stdout });
      else if (!error.code && error.signal) resolve({ status: undefined, stdout });
      else reject(error);
    });
    // One that closes its input at once would end this process by the error of a pipe.
    child.stdin?.on('error', () => undefined).end();
  });
}
