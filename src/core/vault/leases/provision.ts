import {
  NOTHING_PROVISIONED_CODES,
  PROVISION_NO_PROFILE_CODE,
  PROVISION_UNKNOWN_CODES,
} from '../../assumptions.js';
import type { ErrorCode } from '../../error-codes.js';
import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import { option, say, type Text } from '../../text.js';
import type { Client } from '../client.js';
import type { Credential } from '../credential.js';
import { type DsmSecret, FORM, readSecrets } from '../dsm.js';
import { type RejectedReply, readReply, tookNothing } from '../envelope.js';
import { lateErrors } from '../errors/late-errors.js';
import { statusText } from '../errors/trace.js';
import type { VaultRequest } from '../exchange.js';
import { isObject, type JsonObject, malformed } from '../json.js';
import type { CustodyObserver } from '../pam.js';
import { isOwnPod, type Lease, nameOfLease } from './lease-name.js';

export const PROVISION_PATH = '/iso/coe/dapp/provision';
/** The names of what the request has. */
export const PROVISION_FIELDS = ['identity', 'pod_name', 'deploy', 'namespace'] as const;
const ENDPOINT = `POST ${PROVISION_PATH}`;

/** The number of a secret, without which no lease of it is made. */
export const SECRET_ID = /^\d{1,20}$/;

/** A reply that took something, but is about no field of a credential: its values are in the secret. */
const NO_FIELDS: Credential = { id: undefined, fields: new Map(), expires: undefined };

/**
 * The request that makes the vault provision a secret for one pod.
 *
 * Shape: a form. Source: POST /iso/coe/dapp/provision, docs.senhasegura.io v3-32 (pod_name, deploy, namespace) and v3-33
 * (identity).
 */
export function provisionRequest({
  identity,
  pod,
  deploy,
  namespace,
}: Lease): Omit<VaultRequest, 'authorize'> {
  const body = new URLSearchParams({ identity, pod_name: pod, deploy, namespace }).toString();
  return { method: 'POST', path: PROVISION_PATH, headers: FORM, body };
}

/** What one request made. */
export interface Provisioned {
  readonly secret: DsmSecret;
  /** Leases of other secrets that the vault made for the same pod, unasked. */
  readonly others: readonly Lease[];
  /** Whether it made more of them, whose numbers its reply does not have. */
  readonly hasMore: boolean;
}

/**
 * Makes the vault provision a secret, once, and gives it with its values. It is sent again only when it surely was not
 * carried out. `observer` is told as of a read that takes custody: what the vault may have made is what it is about.
 *
 * Errors: SECRET_NOT_FOUND, PROVISION_REFUSED, ACCESS_DENIED, NO_SUCH_ROUTE, REPLY_MALFORMED, those of Exchange.
 * Source: provisionRequest; up to 3.32 the reply is the application with its secrets, from 3.33 one `secret`.
 */
export async function provision(
  lease: Lease,
  { exchange, session, decrypt }: Pick<Client, 'exchange' | 'session' | 'decrypt'>,
  observer: CustodyObserver,
): Promise<Provisioned> {
  const authorize = await session.authorize();
  await observer.leaves();
  const request = { ...provisionRequest(lease), authorize };
  const reply = await exchange.send(request, 'unsent', () => observer.givenUp(), true);
  const opened = readReply(reply, ENDPOINT);
  if (!opened.ok) {
    if (madeNothing(opened)) observer.notTaken();
    else observer.givenUp();
    const { replyError } = await lateErrors();
    throw provisionError(opened, lease) ?? replyError(opened, ENDPOINT, session.client);
  }
  return readProvisioned(opened.body, lease, { decrypt, observer });
}

/** A code that no one knows is no word that nothing was made, unlike one that rejects to read a credential. */
function madeNothing(refused: RejectedReply): boolean {
  const { code } = refused;
  return tookNothing(refused) && (code === undefined || NOTHING_PROVISIONED_CODES.includes(code));
}

/** Every secret of the reply was made for this pod, so each is told of, and all at once: nothing ends this process in between. */
function readProvisioned(
  body: JsonObject,
  lease: Lease,
  { decrypt, observer }: { decrypt: Client['decrypt']; observer: CustodyObserver },
): Provisioned {
  const { secret } = body;
  const value = isObject(secret) ? { secrets: [secret] } : body;
  let list: DsmSecret[];
  try {
    list = readSecrets({ value, path: '$', endpoint: ENDPOINT }, decrypt);
  } catch (error) {
    // It may be about more than the secret that was requested.
    tell(observer, namesOf([], true, lease));
    throw error;
  }
  const besides = list.filter(({ identity, details }) => !isOf(lease, identity, details?.id));
  const others = besides.flatMap(({ identity, details }): Lease[] => {
    const secretId = details?.id ?? '';
    return SECRET_ID.test(secretId) ? [{ ...lease, secretId, identity }] : [];
  });
  const hasMore = besides.length > others.length;
  tell(observer, namesOf(others, hasMore, lease));
  const found = list.find(({ identity }) => identity === lease.identity);
  if (found === undefined) throw malformed(ENDPOINT, 'the reply is not about the secret that was requested');
  return { secret: found, others, hasMore };
}

/** Without a number, the identity says which secret it is. */
function isOf(lease: Lease, identity: string, id = ''): boolean {
  return SECRET_ID.test(id) ? id === lease.secretId : identity === lease.identity;
}

function tell(observer: CustodyObserver, others: readonly string[]): void {
  observer.replied({ ...NO_FIELDS, otherIds: others }, undefined);
}

/** Where the pod is only ours, one name is enough for hundreds, so that the state has room for it. */
function namesOf(others: readonly Lease[], hasMore: boolean, lease: Lease): string[] {
  if (!isOwnPod(lease.pod)) return others.map(nameOfLease);
  return others.length > 0 || hasMore ? [nameOfLease({ ...lease, isOthers: true })] : [];
}

/** The rejections that are about the secret itself. No document has their codes: see the assumptions. */
function provisionError(refused: RejectedReply, { identity }: Lease): SeguraError | undefined {
  const { code } = refused;
  const name = printable(identity);
  const problem = (errorCode: ErrorCode, what: Text, remedy: Text): SeguraError =>
    new SeguraError(errorCode, say`${what} (${statusText(refused)}).`, remedy);
  if (PROVISION_UNKNOWN_CODES.includes(code ?? 0))
    return problem(
      'SECRET_NOT_FOUND',
      `The vault does not provision ${name}: it has no such secret for this authorization`,
      'Check the identity in the vault, and that the authorization includes the secret.',
    );
  if (code === PROVISION_NO_PROFILE_CODE)
    return problem(
      'PROVISION_REFUSED',
      `The vault does not provision ${name}`,
      say`Give the secret a profile for dynamic provisioning in the vault. If it has fixed values, ask for it in ${option.secrets}.`,
    );
  return undefined;
}

/** How long a lease lasts, in seconds; undefined where the vault does not say. Source: the label TTL, protocol.md 4.4. */
export function secondsOf({ maps }: DsmSecret): number | undefined {
  const texts = maps.flatMap((map) =>
    [...map].flatMap(([label, field]) =>
      /^ttl$/i.test(label) && field !== null && 'reveal' in field ? [field.reveal()] : [],
    ),
  );
  const all = texts
    .filter((text) => /^\d{1,9}$/.test(text))
    .map(Number)
    .filter((seconds) => seconds > 0);
  return all.length === 0 ? undefined : Math.min(...all);
}
