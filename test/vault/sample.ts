import { TENANT } from './assumptions.js';
import type { VaultData } from './data.js';
import { sampleAuthorizations } from './sample-authorizations.js';
import { sampleCredentials, sampleDevices, sampleKeys } from './sample-credentials.js';
import { sampleSafe } from './sample-safe.js';
import { sampleSecrets } from './sample-secrets.js';

/**
 * A small company's vault, new on every call: the application billing with an authorization for payments in
 * production, one for staging, the authorization `ci` of its runners, `other`, a stranger to billing, and `mysafe`, an access
 * key of MySafe.
 * Values are fake; each ends in random characters, so that a search for it finds nothing else.
 */
export function sampleData(): VaultData {
  return {
    tenant: TENANT,
    applications: [
      { id: 1, name: 'billing', description: 'Invoices and payments', tags: ['payments'] },
      { id: 2, name: 'reports', description: null, tags: [] },
    ],
    authorizations: sampleAuthorizations(),
    secrets: sampleSecrets(),
    credentials: sampleCredentials(),
    keys: sampleKeys(),
    devices: sampleDevices(),
    domains: ['corp.example'],
    information: [],
    safe: sampleSafe(),
    encryptionKeys: [],
    variables: [],
  };
}
