import { closeSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';

/** How a process ended or is to end: with an exit code, or by a signal. */
export type Outcome = number | NodeJS.Signals;

/** Signals at which a system may write the memory of a process to a file. */
const DUMPING: readonly NodeJS.Signals[] = [
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGSYS',
];
/** A signal that ends this process does so at once; process 1 of a container survives those it sends itself. */
const SURVIVED_AFTER_MS = 200;

/** Ends this process as `outcome` says. A loop in a shell continues after exit code 130, but not after a SIGINT. */
export function leaveAs(outcome: Outcome, system: NodeJS.Platform): never {
  if (typeof outcome === 'string' && system !== 'win32') dieOf(outcome);
  // Node would set what it found at its start again, the modes of a terminal too, under whoever uses it by now.
  if (system !== 'win32') for (const descriptor of [0, 1, 2]) closeQuietly(descriptor);
  process.exit(typeof outcome === 'string' ? exitCodeOf(outcome) : outcome);
}

/** As a shell shows it. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + (constants.signals[signal] ?? constants.signals.SIGKILL);
}

function dieOf(signal: NodeJS.Signals): void {
  if (DUMPING.includes(signal) && !leavesNoMemory()) return;
  if (signal !== 'SIGKILL') {
    // Node ignores some from its start. Listening and ceasing to is how it comes to the system's own way with a signal.
    process.on(signal, () => undefined);
    process.removeAllListeners(signal);
  }
  process.kill(process.pid, signal);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SURVIVED_AFTER_MS);
}

/**
 * Whether the system keeps nothing of this process's memory, which holds every secret: no file is written (one would
 * also replace that of the command), and a program that collects such files gets one without memory. Source: core(5).
 */
function leavesNoMemory(): boolean {
  try {
    if (!/^Max core file size\s+0\s/m.test(readFileSync('/proc/self/limits', 'utf8'))) return false;
    writeFileSync('/proc/self/coredump_filter', '0');
    return true;
  } catch {
    return false;
  }
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // Closed already.
  }
}
