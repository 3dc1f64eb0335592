import { PUBLIC_LABEL } from './assumptions.js';
import type { Row, VaultData } from './data.js';
import { secretsOfSafe } from './mysafe.js';
import type { World } from './world.js';

/** Each secret once: passwords of all versions, keys, DSM values, client secrets, tokens, signatures. */
export function knownSecrets(world: World): string[] {
  const { data } = world;
  const values = [
    ...dataSecrets(data),
    ...data.authorizations.flatMap(({ clientSecret, oauth1 }) =>
      oauth1 === undefined ? [clientSecret] : [clientSecret, oauth1.consumerSecret, oauth1.tokenSecret],
    ),
    ...world.tokens.all(),
    ...world.handedOut,
  ];
  return [...new Set(values)].filter((value) => value !== '');
}

function dataSecrets(data: VaultData): string[] {
  return [
    ...data.credentials.flatMap(({ password, earlier }) => [password, ...earlier]),
    ...data.keys.flatMap(({ privateKey, passphrase }) => [privateKey, passphrase ?? '']),
    ...data.information.map(({ content }) => content),
    ...data.safe.flatMap(secretsOfSafe),
    ...data.secrets.flatMap((secret) => rowsOf(secret.data).flatMap(sensitiveValues)),
  ];
}

export function rowsOf(data: Row[] | Row): Row[] {
  return Array.isArray(data) ? data : [data];
}

/** Whether a label's value is sensitive: encrypted on request, and looked for in leak scans. */
export function isSensitive(label: string): boolean {
  return !PUBLIC_LABEL.test(label);
}

function sensitiveValues(row: Row): string[] {
  return Object.entries(row).flatMap(([label, value]) =>
    value !== null && isSensitive(label) ? [value] : [],
  );
}
