import type { Connection } from '../core/vault/connection/connection.js';
import { VERSION } from '../core/version.js';

/** Product, version and the run of the job, so that a line in the vault's log can be matched with a run. */
export function userAgentOf({ runLabel = '' }: Pick<Connection, 'runLabel'>): string {
  const product = `segura-secrets/${VERSION}`;
  // A label that a comment in a header cannot contain is left out (RFC 9110 section 5.6.5).
  return /^[\w./@:+~; -]+$/.test(runLabel) ? `${product} (${runLabel})` : product;
}
