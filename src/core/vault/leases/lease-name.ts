import { decoded } from './held-name.js';

/** For whom the vault makes a credential, in the names of its request. Values of our own are unique to one lease. */
export interface LeaseFor {
  readonly pod: string;
  readonly deploy: string;
  readonly namespace: string;
}

/** All that ends a credential that the vault made. */
export interface Lease extends LeaseFor {
  /** The number of the DSM secret, which is known before anything is made. */
  readonly secretId: string;
  /** Its identity, for messages. */
  readonly identity: string;
}

/** In place of the pod, deploy and namespace of a container. */
export const OWN_NAME = 'segura-secrets';

/** The lease as the ledger names it, beside the names of credentials: one text that holds everything. */
export function nameOfLease({ secretId, pod, deploy, namespace, identity }: Lease): string {
  return `lease:${[secretId, pod, deploy, namespace, identity || '?'].map(encoded).join(':')}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The lease that a name of the ledger means, for which isLease is true. */
export function leaseOf(name: string): Lease {
  const [, secretId = '', pod = '', deploy = '', namespace = '', identity = ''] = name
    .split(':')
    .map(decoded);
  return { secretId, pod, deploy, namespace, identity };
}
