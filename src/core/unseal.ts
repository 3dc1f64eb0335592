import { timingSafeEqual } from 'node:crypto';
import { SeguraError } from './errors.js';
import type { LedgerData } from './ledger.js';
import { mac } from './seal.js';
import type { Secret } from './secret.js';

/**
 * The ledger that `sealed` holds, when it was sealed in this `run` of the job.
 *
 * Errors: STATE_INVALID when the seal does not fit: somebody else wrote it, or the client secret is another by now.
 */
export function unseal(sealed: string, key: Secret, run: string): LedgerData {
  const dot = sealed.indexOf('.');
  const given = Buffer.from(sealed.slice(0, Math.max(dot, 0)));
  const text = sealed.slice(dot + 1);
  const expected = Buffer.from(mac(text, key));
  // With no client secret there is no key, and anybody could have made the seal.
  const hasKey = key.reveal() !== '';
  if (!hasKey || dot === -1 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw invalid('does not carry our seal: somebody else wrote it, or the client secret is another by now');
  }
  const data = JSON.parse(text) as LedgerData;
  if (data.run !== run) throw invalid('belongs to another run of a job');
  return data;
}

function invalid(what: string): SeguraError {
  return new SeguraError(
    'STATE_INVALID',
    `The saved state ${what}.`,
    'Look for what else writes it, and give back in the vault by hand what this job may still hold.',
  );
}
