import { findHelper, startHelper } from '../helper-programs.js';

/** Prints which process has the pipe as its descriptor 4, and keeps it until descriptor 3 is closed. */
const SCRIPT = ': | { exec 4<&0; read -r pid _ < /proc/self/stat; echo "$pid"; read -r _ <&3; }';
const MAX_MS = 5_000;

/** A pipe that a shell created between two of its processes, with its path under /proc. */
export interface ShellPipe {
  readonly path: string;
  /** Ends the shell. Open ends stay open. */
  end(): void;
}

/** Undefined if there is no shell or no /proc. */
export function openShellPipe(path: string): Promise<ShellPipe | undefined> {
  const program = findHelper('sh', path);
  if (program === undefined) return Promise.resolve(undefined);
  return new Promise((done) => {
    const shell = startHelper(program, ['-c', SCRIPT], { path, stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    const end = (): void => {
      clearTimeout(timer);
      shell.stdio[3]?.destroy();
      shell.stdout?.destroy();
    };
    const timer = setTimeout(() => fail(), MAX_MS);
    const fail = (): void => {
      end();
      done(undefined);
    };
    shell.once('error', fail);
    shell.once('exit', fail);
    shell.stdio[3]?.on('error', () => undefined);
    shell.stdout?.on('error', () => undefined);
    shell.stdout?.once('data', (line: Buffer) => {
      const pid = line.toString().trim();
      if (/^\d+$/.test(pid)) done({ path: `/proc/${pid}/fd/4`, end });
      else fail();
    });
  });
}
