import { writeSync } from 'node:fs';
import { codeOf } from '../../core/errors.js';

const RETRY_MS = 5;

/**
 * Writes `text` to a descriptor without a stream. False when nothing was written, since it takes nothing just now or
 * ever: a stream then waits, or says what is wrong. To be used only while a signal still ends the process by itself.
 */
export function writeNow(descriptor: number, text: string): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (written === 0) return false;
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
  return true;
}
