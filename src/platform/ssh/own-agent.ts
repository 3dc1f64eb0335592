import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;
/** An agent ends at once; one that is stopped does not. */
const PATIENCE_MS = 2_000;

/** Starts an agent in a session of its own, so that it outlives this process. Throws what the system says. */
export function startAgent(socket: string): { readonly pid: number | undefined } {
  const child = spawn('ssh-agent', ['-D', '-a', socket], { detached: true, stdio: 'ignore' });
  // What it says comes too late for whoever waits for its socket.
  child.on('error', () => undefined);
  child.unref();
  return { pid: child.pid };
}

/**
 * Ends the agent that was started for that socket, which only its arguments name. `pid` is where it is looked for first: a
 * process that has that number by now, and is another one, is left alone. True when there is none any more.
 */
export async function endAgent(socket: string, pid: number | undefined): Promise<boolean> {
  const isThere = (each: number): boolean => isAgentAt(argumentsOf(each), socket);
  const found = pid !== undefined && isThere(pid) ? [pid] : processes().filter(isThere);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const each of found) if (isThere(each)) kill(each, signal);
    for (let waited = 0; waited < PATIENCE_MS && found.some(isThere); waited += POLL_MS) await sleep(POLL_MS);
  }
  if (found.some(isThere)) return false;
  // Whoever forges a state could name another file.
  if (lstatSync(socket, { throwIfNoEntry: false })?.isSocket() === true) rmSync(socket, { force: true });
  return true;
}

function isAgentAt(words: readonly string[], socket: string): boolean {
  return basename(words[0] ?? '') === 'ssh-agent' && words[words.indexOf('-a') + 1] === socket;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [...ofSystem().keys()];
  }
}

/** The words that a process was started with; none for one that is gone, or has ended and is still listed. */
function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  } catch (error) {
    // Only Linux has such files; elsewhere the system lists words with spaces between them.
    const isLinux = process.platform === 'linux' || Object(error).code === 'EACCES';
    return isLinux
      ? []
      : (ofSystem().get(pid) ?? '')
          .split(' -a ')
          .flatMap((part, at) => (at === 0 ? [part.split(' ')[0] ?? ''] : ['-a', part]));
  }
}

function ofSystem(): Map<number, string> {
  try {
    const listed = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8', stdio: 'pipe' });
    const lines = listed.split('\n').map((line) => /^\s*(\d+)\s+(.*)$/.exec(line) ?? []);
    return new Map(lines.map(([, pid, command = '']) => [Number(pid), command]));
  } catch {
    return new Map();
  }
}
