import { LEASE_GONE_CODES, PROVISION_NO_PROFILE_CODE } from '../../assumptions.js';
import { SeguraError } from '../../errors.js';
import { say } from '../../text.js';
import { type ReleaseAnswer, releaseUntilAnswered } from '../custody-release.js';
import { type DsmSecret, FORM, listSecrets } from '../dsm.js';
import type { Exchange } from '../exchange.js';
import type { Session } from '../session.js';
import { isOwnPod, type Lease, leaseOf, OWN_NAME } from './lease-name.js';

/** Both are documented, the first by the pages of the vault. */
export const DEPROVISION_PATHS = ['/iso/coe/dapp/deprovision', '/iso/dapp/deprovision'] as const;

/** Of all that is listed, the secrets of fixed values have no lease either. */
const NONE_OF_IT_CODES = [...LEASE_GONE_CODES, PROVISION_NO_PROFILE_CODE];

/** The names of what the request has. */
export const DEPROVISION_FIELDS = ['pod_name', 'deploy', 'namespace', 'secret_id'] as const;

/**
 * Ends what the vault made for one pod, as releaseUntilAnswered releases custody. To end it once more does no harm.
 *
 * Errors: those of releaseUntilAnswered, with a command that ends it.
 * Source: POST /iso/coe/dapp/deprovision, docs.senhasegura.io v3-32 "Remove a credential": all four fields are required.
 */
export async function deprovision(
  lease: Lease,
  exchange: Exchange,
  session: Session,
  goneCodes: readonly number[] = LEASE_GONE_CODES,
): Promise<ReleaseAnswer> {
  const { pod, deploy, namespace, secretId } = lease;
  const fields = { pod_name: pod, deploy, namespace, secret_id: secretId };
  const body = new URLSearchParams(fields).toString();
  try {
    return await releaseUntilAnswered(DEPROVISION_PATHS, exchange, session, {
      request: { method: 'POST', headers: FORM, body },
      // A request that was given up may still be carried out, so this is never final.
      judge: (code) => (goneCodes.includes(code ?? 0) ? 'not-held' : undefined),
    });
  } catch (error) {
    if (!(error instanceof SeguraError)) throw error;
    const remedy = say`${error.remedyText}${orRun(lease)}`;
    throw new SeguraError(error.code, error.messageText, remedy, { cause: error.cause });
  }
}

/**
 * The same for what a name of the ledger means. `isDoubted`: the reply to its request did not come. If the vault has made it
 * all the same, it may have made more for the same pod, which is ended too.
 *
 * Errors: those of deprovision and listSecrets.
 */
export async function endLease(
  name: string,
  exchange: Exchange,
  session: Session,
  isDoubted = false,
): Promise<ReleaseAnswer> {
  const lease = leaseOf(name);
  if (lease.isOthers) return endOthers(lease, exchange, session);
  const answer = await deprovision(lease, exchange, session);
  if (answer === 'released' && isDoubted && isOwnPod(lease.pod)) await endOthers(lease, exchange, session);
  return answer;
}

/** Ends what the vault made for the pod of a lease of any other secret that it lists. */
async function endOthers(
  { isOthers: _, ...lease }: Lease,
  exchange: Exchange,
  session: Session,
): Promise<ReleaseAnswer> {
  const listed = await listSecrets(exchange, session, 'auto');
  const others = listed.flatMap((secret): Lease[] => {
    const secretId = numberOf(secret);
    const isOther = secretId !== undefined && secretId !== lease.secretId;
    return isOther ? [{ ...lease, secretId, identity: secret.identity }] : [];
  });
  return endEach(others, exchange, session, NONE_OF_IT_CODES);
}

/** One secret that cannot be read strands no lease of another. */
function numberOf(secret: DsmSecret): string | undefined {
  try {
    return secret.details?.id;
  } catch {
    return undefined;
  }
}

/** Ends several, and fails only when each was tried. Errors: that of the first that failed. */
export async function endEach(
  leases: readonly Lease[],
  exchange: Exchange,
  session: Session,
  goneCodes?: readonly number[],
): Promise<ReleaseAnswer> {
  const once = new Map(leases.map((lease) => [lease.secretId, lease]));
  const answers = await Promise.allSettled(
    [...once.values()].map((lease) => deprovision(lease, exchange, session, goneCodes)),
  );
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const isAny = answers.some((answer) => answer.status === 'fulfilled' && answer.value === 'released');
  return isAny ? 'released' : 'not-held';
}

/** The pod name is nowhere else, so it is there even where the identity has to be written in the quotes of a shell. */
function orRun(lease: Lease): string {
  const command = commandThatEnds(lease);
  if (command !== undefined) return ` Or run: ${command}`;
  const other = commandThatEnds({ ...lease, identity: 'IDENTITY' });
  return other === undefined ? '' : ` Or run, with the identity of the secret in quotes: ${other}`;
}

/** The command that ends a lease; undefined where its names need quotes, which differ between shells. */
export function commandThatEnds({ identity, pod, deploy, namespace }: Lease): string | undefined {
  if (![identity, pod, deploy, namespace].every((name) => /^[\w][\w./-]*$/.test(name))) return undefined;
  const others = [
    deploy === OWN_NAME ? '' : ` --deploy ${deploy}`,
    namespace === OWN_NAME ? '' : ` --namespace ${namespace}`,
  ];
  return `segura-secrets deprovision ${identity} --pod-name ${pod}${others.join('')}`;
}
