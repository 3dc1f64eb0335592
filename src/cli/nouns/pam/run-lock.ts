import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { codeOf } from '../../../core/errors.js';

/** A lock without a process in it was left by one that ended while it created the lock. */
const EMPTY_STALE_MS = 2_000;
/** How many locks of processes that have ended one call removes. */
const MAX_BROKEN = 10;

/**
 * A file that one process of this machine holds until it calls the result, or ends; undefined while another one holds it.
 * Throws the error of the system.
 */
export function takeLock(path: string): (() => void) | undefined {
  const own = `${process.pid} ${startOf(process.pid)}`;
  for (let broken = 0; ; broken += 1) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 });
      return () => unlock(path, own);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (broken >= MAX_BROKEN || !breakIfLeft(path)) return undefined;
  }
}

function unlock(path: string, own: string): void {
  try {
    if (readFileSync(path, 'utf8') === own) rmSync(path, { force: true });
  } catch {
    // A missing lock blocks no one.
  }
}

/** Removes the lock of a process that has ended, and never that of a third one; false while it is held. */
function breakIfLeft(path: string): boolean {
  try {
    const text = readFileSync(path, 'utf8');
    const ageMs = Date.now() - statSync(path).mtimeMs;
    if (text === '' ? ageMs < EMPTY_STALE_MS : isHeld(text)) return false;
    const aside = `${path}.${randomUUID()}`;
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path);
    rmSync(aside, { force: true });
    return true;
  } catch (error) {
    // Another process was faster.
    if (['ENOENT', 'EEXIST'].includes(codeOf(error))) return true;
    throw error;
  }
}

/** Whether the process that wrote it is still there, and no other one that got its number. */
function isHeld(text: string): boolean {
  const [number = '', start = ''] = text.split(' ');
  const pid = Number.parseInt(number, 10);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return startOf(pid) === start;
}

/** When a process began, as Linux counts it (proc(5): the field `starttime` of `stat`); empty elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
