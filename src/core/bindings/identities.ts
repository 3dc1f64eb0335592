import { groupedBy } from '../lookup/grouped-by.js';
import { onceForEach } from '../lookup/once-for-each.js';
import type { DsmSecret } from '../vault/dsm.js';

/** The secrets of a list by their identities. */
export const byIdentity = onceForEach((secrets: readonly DsmSecret[]) =>
  groupedBy(secrets, ({ identity }) => identity),
);

/** The identities of a list that can be read. */
export const identitiesOf = onceForEach((secrets: readonly DsmSecret[]): readonly string[] =>
  secrets.map((secret) => secret.identity).filter((name) => name !== ''),
);
