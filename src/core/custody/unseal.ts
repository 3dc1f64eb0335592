import { timingSafeEqual } from 'node:crypto';
import { SeguraError } from '../errors.js';
import type { Secret } from '../secret.js';
import { say, type Text, word } from '../text.js';
import { LEASE_MARK } from '../vault/leases/held-name.js';
import { isNothing, type LedgerData, type Left } from './ledger-data.js';
import { isCarriedLedger, isUnsealedLedger } from './ledger-shape.js';
import { mac, seal } from './seal.js';

/**
 * The ledger that `sealed` holds, when it was sealed with this `key` in this `run` of the job.
 *
 * Errors: STATE_INVALID when the seal does not match: another program wrote it, or the client secret has changed.
 */
export function unseal(sealed: string, key: Secret, run: string): LedgerData {
  // Without a client secret there is no key, so anyone could have made the seal.
  const text = key.reveal() === '' ? undefined : textOf(sealed, key);
  if (text === undefined)
    throw invalid('failed its integrity check: another program wrote it, or the client secret changed');
  const data = JSON.parse(text) as LedgerData;
  if (data.run !== run) throw ofAnotherRun();
  return withMarks(data);
}

/**
 * The ledger of a state that carries its own login. Anyone who can write a state can make one: the checksum only shows that
 * the text is complete and of this version. Nothing in it leads to anything outside of it. Errors: STATE_INVALID.
 */
export function openCarried(sealed: string): LedgerData {
  return openUnsealed(sealed, isCarriedLedger);
}

/**
 * The ledger of a state that no key seals, for who logs in by settings of its own: it must name their vault, or what it
 * says is held is not held there. Errors: STATE_INVALID.
 */
export function openOfVault(sealed: string, url: string, run: string): LedgerData {
  const data = openUnsealed(sealed, isUnsealedLedger);
  if (data.connection.url !== url) throw invalid('names a different vault than the settings');
  if (data.run !== run) throw ofAnotherRun();
  return data;
}

function openUnsealed(sealed: string, isLedger: (value: unknown) => value is LedgerData): LedgerData {
  const text = textOf(sealed, undefined);
  if (text === undefined) throw invalid('is incomplete, or another program or version wrote it');
  const data = parse(text);
  if (!isLedger(data)) throw invalid('is not what this version writes');
  return withMarks(data);
}

/** In a state without the mark, a lease had a name that a credential can have too, but none of what the vault says of one. */
function withMarks(data: LedgerData): LedgerData {
  if (data.leases !== undefined) return data;
  const custody = data.custody.map((entry) => {
    const { credential, id, prefix } = entry;
    const isOfLease =
      id === undefined && prefix === undefined && /^lease:\d+(?::[^:@]+){4}$/.test(credential);
    return isOfLease ? { ...entry, credential: credential.replace('lease:', LEASE_MARK) } : entry;
  });
  return { ...data, leases: 'marked', custody };
}

function textOf(sealed: string, key: Secret | undefined): string | undefined {
  const dot = sealed.indexOf('.');
  if (dot === -1) return undefined;
  const given = Buffer.from(sealed.slice(0, dot));
  const text = sealed.slice(dot + 1);
  const expected = Buffer.from(mac(text, key));
  return given.length === expected.length && timingSafeEqual(given, expected) ? text : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error for a state that cannot be believed. `what` completes "The saved state"; `first` begins the remedy. */
export function invalid(what: Text, first: Text = 'Find out what else writes the state'): SeguraError {
  return new SeguraError(
    'STATE_INVALID',
    say`The saved state ${what}. ${word('What this step took')} into custody may still be held, and its files may still be there.`,
    say`${first}, and release in the vault by hand what ${word('this job')} may still hold.`,
  );
}

/** A name of a run can be mistyped where a user gives it. */
function ofAnotherRun(): SeguraError {
  return invalid(word('belongs to another run of a job'), word('Find out which run wrote the state'));
}

/** The sealed text, reduced to what is `left`; empty when nothing is. Errors: STATE_INVALID. */
export function resealed(sealed: string, key: Secret | undefined, run: string, left: Left): string {
  if (key === undefined) return recarried(sealed, left);
  return isNothing(left) ? '' : seal({ ...unseal(sealed, key, run), ...left }, key);
}

/** The same for a state that no key seals. Errors: STATE_INVALID. */
export function recarried(sealed: string, left: Left): string {
  return isNothing(left) ? '' : seal({ ...openUnsealed(sealed, isUnsealedLedger), ...left }, undefined);
}
