import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../secret.js';
import { has, isFlag, isLike, isList, isMaybe, isOneOf, isText, isTime } from '../shape.js';
import { withoutZeros } from '../vault/credential.js';
import { isHeldName, isLease } from '../vault/leases/held-name.js';
import type { CustodyEntry, LedgerData } from './ledger-data.js';

const PURPOSE_NAME = 'segura-secrets account name v1\n';
const PURPOSE_SEAL = 'segura-secrets account v1\n';

/** A credential that one use of the action in the job relies on. */
export interface CustodyClaim {
  readonly credential: string;
  /** Its number in the vault, once the vault has sent it. */
  readonly id?: string | undefined;
  /** Its reply came, so its value may be in use. */
  readonly isHeld: boolean;
  readonly sinceMs: number;
}

/** One use of this action in the job, in the order in which they began. */
export interface UseRecord {
  readonly use: string;
  /**
   * `running`: its post has not run yet. `kept`: its custody outlives the job on purpose. `ended`: its post has run, and
   * the claims are what it could not release. `taken-over`: its post was overdue, so another post released the claims.
   */
  readonly state: 'running' | 'kept' | 'ended' | 'taken-over';
  readonly claims: readonly CustodyClaim[];
  /** See placeOf; absent in a record of another version. */
  readonly place?: string | undefined;
  /** What its post needs to know if its state is lost; absent for a warning. */
  readonly releaseFailure?: 'fail' | undefined;
}

/** Where the uses of one job under one client id are counted together. The name reveals neither client id nor vault. */
export function accountName({ run, tracking = '', clientId, connection }: AccountOf, key: Secret): string {
  const text = JSON.stringify([run, tracking, new URL(connection.url).origin, clientId]);
  return hmac(PURPOSE_NAME + text, key)
    .toString('hex')
    .slice(0, 32);
}

/** The same for every login of one job at one vault. Not secret, and shows neither. */
export function placeOf({ run, tracking = '', connection }: Omit<AccountOf, 'clientId'>): string {
  const text = JSON.stringify([run, tracking, new URL(connection.url).origin]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

export type AccountOf = Pick<LedgerData, 'run' | 'tracking' | 'clientId' | 'connection'>;

/** What a record says about its use, apart from what the use holds. */
export type UseOf = AccountOf & Pick<LedgerData, 'use' | 'releaseFailure'>;

/** The records as one text. Only the holder of the client secret can make it, for the account of that name. */
export function sealAccount(records: readonly UseRecord[], name: string, key: Secret): string {
  const text = JSON.stringify(records);
  return `${hmac(`${PURPOSE_SEAL}${name}\n${text}`, key).toString('base64url')}.${text}`;
}

/** The records in a text that anyone could have written; undefined when it is not ours. */
export function openAccount(sealed: string, name: string, key: Secret): readonly UseRecord[] | undefined {
  const dot = sealed.indexOf('.');
  const text = sealed.slice(dot + 1);
  const given = Buffer.from(sealed.slice(0, Math.max(dot, 0)), 'base64url');
  const expected = hmac(`${PURPOSE_SEAL}${name}\n${text}`, key);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const records: unknown = JSON.parse(text);
  return areRecords(records) ? (records as readonly UseRecord[]) : undefined;
}

/** The records in a text that anyone could have written, and that is not checked here: for a message only. */
export function unprovenRecords(text: string): readonly UseRecord[] {
  try {
    const records: unknown = JSON.parse(text.slice(text.indexOf('.') + 1));
    return areRecords(records) ? (records as readonly UseRecord[]) : [];
  } catch {
    return [];
  }
}

/**
 * The credentials of `custody` that a step of the job with another login holds too, as the texts of all accounts say. These
 * have no common key, so that what they say of each other is good for a message and nothing else.
 */
export function heldElsewhere(
  custody: readonly CustodyEntry[],
  accounts: readonly string[],
  { use, place }: { readonly use: string; readonly place: string },
): readonly string[] {
  const claims = accounts
    .map(unprovenRecords)
    .filter((records) => !records.some((each) => each.use === use))
    .flat()
    .filter((each) => each.place === place && (each.state === 'running' || each.state === 'kept'))
    .flatMap((each) => each.claims.filter(({ isHeld }) => isHeld));
  const isElsewhere = (entry: CustodyEntry): boolean => claims.some((claim) => isSame(claim, entry));
  return custody
    .filter((entry) => entry.state === 'held' && isElsewhere(entry))
    .map((each) => each.credential);
}

/** The author of a forged state has their own client secret, and can seal any text with it. */
const areRecords = isList(
  has({
    use: isText,
    state: isOneOf('running', 'kept', 'ended', 'taken-over'),
    place: isMaybe(isText),
    claims: isList(
      has({
        credential: (value) => typeof value === 'string' && isHeldName(value),
        id: isMaybe(isLike(/^\d{1,20}$/)),
        isHeld: isFlag,
        sinceMs: isTime,
      }),
    ),
  }),
);

function hmac(text: string, key: Secret): Buffer {
  return createHmac('sha256', key.reveal()).update(text).digest();
}

export function claimsOf(custody: readonly CustodyEntry[]): CustodyClaim[] {
  return custody.map(({ credential, id, state, sinceMs }) => ({
    credential,
    id,
    isHeld: state !== 'asked',
    sinceMs,
  }));
}

/** What post releases for a claim of a use whose own post did not run. */
export function entryOf({ credential, id, isHeld, sinceMs }: CustodyClaim): CustodyEntry {
  return { credential, id, state: isHeld ? 'held' : 'asked', sinceMs };
}

/** True when both certainly mean the same credential: by its number, or by the same name. */
export function isSame(
  one: Pick<CustodyClaim, 'credential' | 'id'>,
  other: Pick<CustodyClaim, 'credential' | 'id'>,
): boolean {
  const names = namesOf(one);
  return namesOf(other).some((name) => names.includes(name));
}

/** True unless both are known by different numbers: `94`, its identifier and user@host can be one credential. */
export function mayBeSame(
  one: Pick<CustodyClaim, 'credential' | 'id'>,
  other: Pick<CustodyClaim, 'credential' | 'id'>,
): boolean {
  if (isSame(one, other)) return true;
  // A lease has one name, and is no credential.
  if (isLease(one.credential) || isLease(other.credential)) return false;
  return numberOf(one) === undefined || numberOf(other) === undefined;
}

function namesOf(claim: Pick<CustodyClaim, 'credential' | 'id'>): string[] {
  const number = numberOf(claim);
  return number === undefined ? [claim.credential] : [claim.credential, number];
}

/** A credential that is requested by number has a known number before the vault replies. */
function numberOf({ credential, id }: Pick<CustodyClaim, 'credential' | 'id'>): string | undefined {
  const number = id ?? (/^\d+$/.test(credential) ? credential : undefined);
  return number === undefined ? undefined : withoutZeros(number);
}
