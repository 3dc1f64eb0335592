import { randomBytes } from 'node:crypto';
import { NEW_AUTHORIZATION_RESOURCES, PAM_AND_DSM_RESOURCES } from './assumptions.js';
import type { Authorization, OAuth1Keys } from './data.js';
import { SAFE_KEY_ID } from './sample-safe.js';
import { SECRET_IDS } from './sample-secrets.js';

/** 41 hex characters, as the documents show; the first ones say that it is fake. */
function clientId(): string {
  return `fa4e${randomBytes(19).toString('hex').slice(0, 37)}`;
}

function clientSecret(): string {
  return randomBytes(16).toString('hex');
}

function oauth1(): OAuth1Keys {
  return {
    consumerKey: clientId(),
    consumerSecret: clientSecret(),
    tokenKey: clientId(),
    tokenSecret: clientSecret(),
  };
}

export function sampleAuthorizations(): Authorization[] {
  const { postgres, database, stripe, cloud, aws, certificate, staging, object } = SECRET_IDS;
  const production = [postgres, database, stripe, cloud, aws, certificate];
  return [
    authorization({
      id: 1,
      name: 'ci',
      oauth1: oauth1(),
      applicationId: 1,
      system: 'ci',
      environment: 'shared',
      resources: [...PAM_AND_DSM_RESOURCES],
      permission: 'Read and write',
      createsApplications: true,
      secretIds: production,
      credentialIds: 'all',
    }),
    authorization({
      id: 2,
      name: 'other',
      oauth1: oauth1(),
      applicationId: 2,
      system: 'bi',
      environment: 'staging',
      resources: [...PAM_AND_DSM_RESOURCES],
      permission: 'Read and write',
      secretIds: [object],
      credentialIds: 'all',
    }),
    authorization({
      id: 3,
      name: 'billing-production',
      applicationId: 1,
      system: 'payments',
      environment: 'production',
      createsApplications: true,
      secretIds: production,
    }),
    authorization({
      id: 4,
      name: 'billing-staging',
      applicationId: 1,
      system: 'payments',
      environment: 'staging',
      secretIds: [staging],
    }),
    authorization({
      id: SAFE_KEY_ID,
      name: 'mysafe',
      system: '',
      environment: '',
      resources: ['MySafe'],
      permission: 'Read and write',
    }),
  ];
}

/** DSM only and read-only unless said otherwise. */
function authorization(
  given: Partial<Authorization> & Pick<Authorization, 'id' | 'name' | 'system' | 'environment'>,
): Authorization {
  return {
    clientId: clientId(),
    clientSecret: clientSecret(),
    resources: [...NEW_AUTHORIZATION_RESOURCES],
    permission: 'Read-only',
    createsApplications: false,
    encryption: false,
    allowedIps: ['*'],
    allowedReferers: [],
    active: true,
    secretIds: [],
    credentialIds: [],
    ...given,
  };
}
