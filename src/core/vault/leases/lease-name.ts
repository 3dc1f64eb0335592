import { decoded, isOfOthers, LEASE_MARK } from './held-name.js';

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
  /** Not that one, but all that the vault made for the same pod of other secrets. */
  readonly isOthers?: true;
}

/** In place of the pod, deploy and namespace of a container. */
export const OWN_NAME = 'segura-secrets';

/** Whether only one lease of one run has the pod name: what is made for it beside that lease is no one else's. */
export function isOwnPod(pod: string): boolean {
  return new RegExp(`^${OWN_NAME}-[0-9a-f]{16}$`).test(pod);
}

/** The lease as the ledger names it, beside the names of credentials: one text that holds everything. */
export function nameOfLease({ secretId, isOthers, pod, deploy, namespace, identity }: Lease): string {
  const names = [pod, deploy, namespace, identity || '?'].map(encoded);
  return [`${LEASE_MARK}${secretId}${isOthers ? '*' : ''}`, ...names].join(':');
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The lease that a name of the ledger means, for which isLease is true. */
export function leaseOf(name: string): Lease {
  const [number = '', pod = '', deploy = '', namespace = '', identity = ''] = name.split(':').map(decoded);
  const secretId = number.replace(/\D/g, '');
  return { secretId, pod, deploy, namespace, identity, ...(isOfOthers(name) ? { isOthers: true } : {}) };
}
