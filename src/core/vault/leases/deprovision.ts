import { LEASE_GONE_CODES } from '../../assumptions.js';
import { SeguraError } from '../../errors.js';
import { say } from '../../text.js';
import { type ReleaseAnswer, releaseUntilAnswered } from '../custody-release.js';
import { FORM } from '../dsm.js';
import type { Exchange } from '../exchange.js';
import type { Session } from '../session.js';
import { type Lease, leaseOf, OWN_NAME } from './lease-name.js';

/** Both are documented, the first by the pages of the vault. */
export const DEPROVISION_PATHS = ['/iso/coe/dapp/deprovision', '/iso/dapp/deprovision'] as const;

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
): Promise<ReleaseAnswer> {
  const { pod, deploy, namespace, secretId } = lease;
  const fields = { pod_name: pod, deploy, namespace, secret_id: secretId };
  const body = new URLSearchParams(fields).toString();
  try {
    return await releaseUntilAnswered(DEPROVISION_PATHS, exchange, session, {
      request: { method: 'POST', headers: FORM, body },
      // A request that was given up may still be carried out, so this is never final.
      judge: (code) => (LEASE_GONE_CODES.includes(code ?? 0) ? 'not-held' : undefined),
    });
  } catch (error) {
    if (!(error instanceof SeguraError)) throw error;
    const remedy = say`${error.remedyText}${orRun(lease)}`;
    throw new SeguraError(error.code, error.messageText, remedy, { cause: error.cause });
  }
}

/** The same for a lease by its name in the ledger. */
export function endLease(name: string, exchange: Exchange, session: Session): Promise<ReleaseAnswer> {
  return deprovision(leaseOf(name), exchange, session);
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
