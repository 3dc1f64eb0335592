import { spawn } from 'node:child_process';

const LONGEST_MS = 150_000;

export interface Ended {
  readonly code: number | null;
  /** Both streams, as a job's log shows them. */
  readonly log: string;
}

export interface ExecuteOptions {
  readonly cwd?: string;
  readonly longestMs?: number | undefined;
  /** Told of the process group that the command leads. */
  readonly onStart?: (group: number) => void;
}

/** Runs a command without standard input, and ends it and all it started when it takes too long. */
export async function execute(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  { cwd, longestMs = LONGEST_MS, onStart }: ExecuteOptions = {},
): Promise<Ended> {
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const group = child.pid;
  if (group !== undefined) onStart?.(group);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const limit = setTimeout(() => group !== undefined && process.kill(-group, 'SIGKILL'), longestMs);
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  clearTimeout(limit);
  return { code, log: Buffer.concat(chunks).toString() };
}
