import { randomBytes } from 'node:crypto';
import type { DsmSecret, Row } from './data.js';

export const SECRET_IDS = {
  postgres: 101,
  database: 102,
  stripe: 103,
  cloud: 104,
  aws: 105,
  certificate: 106,
  staging: 107,
  object: 108,
} as const;

/** Six random bytes as text, to end a fake value with. */
export function tail(): string {
  return randomBytes(6).toString('hex');
}

export function sampleSecrets(): DsmSecret[] {
  const ids = SECRET_IDS;
  return [
    secret(ids.postgres, 'postgres', [
      { USERNAME: 'svc_billing', PASSWORD: `it's "quoted" $(id) \`id\` $HOME %0A ção€ ${tail()}` },
    ]),
    secret(ids.database, 'db/prod', [{ user: 'billing_app', password: `P@ss'w0rd;]%25\\n"${tail()}` }]),
    secret(ids.stripe, 'stripe', [
      {
        STRIPE_SECRET_KEY: `sk_fake_${tail()}${tail()}`,
        STRIPE_WEBHOOK_SECRET: `whsec_fake_${tail()}`,
        STRIPE_RESTRICTED_KEY: `rk_fake_${tail()}`,
      },
    ]),
    secret(ids.cloud, 'billing-cloud', cloudRows(), { engine: 'Kubernetes' }),
    secret(ids.aws, 'aws', [
      {
        AWS_ACCESS_KEY_ID: `FAKEAKIA${tail().toUpperCase()}`,
        AWS_SECRET_ACCESS_KEY: `fake/${tail()}+${tail()}=`,
        TTL: null,
      },
    ]),
    secret(ids.certificate, 'tls', [
      {
        TLS_KEY: `-----BEGIN FAKE KEY-----\n${tail()}${tail()}\n${tail()}==\n-----END FAKE KEY-----\n`,
        TLS_PASSPHRASE: `línea uno ${tail()}\nlinha dois ${tail()}`,
      },
    ]),
    secret(ids.staging, 'staging/postgres', [{ USERNAME: 'svc_staging', PASSWORD: `staging-${tail()}` }]),
    secret(ids.object, 'object-shaped', { APP_VAR1: `object-${tail()}`, APP_VAR2: `object-${tail()}` }),
  ];
}

/** A credential, an access key and a key-value group, as in the documented example. */
function cloudRows(): Row[] {
  return [
    {
      hostname: 'billing-cloud',
      username: 'cloud_admin',
      password: `cloud-${tail()}`,
      additional_information: null,
      ip: 'cloud.billing.example',
    },
    { access_key_id: `FAKEAKIA${tail().toUpperCase()}`, secret_access_key: `fake/${tail()}`, TTL: null },
    { my_key_name: `my-value-${tail()}`, my_key_name_2: `my-value-${tail()}` },
  ];
}

/**
 * A secret with a provisioning profile: each request for it makes a user of its own, in the forms of the documents. Not in
 * the sample, whose secrets all have values.
 */
export function dynamicSecret(
  id: number,
  identity: string,
  ttlSeconds: number | undefined,
  rows: Row[] = [{ hostname: 'db-01', USERNAME: null, PASSWORD: null, ip: '10.0.0.13', TTL: null }],
): DsmSecret {
  return secret(id, identity, rows, { provisioning: { ttlSeconds } });
}

function secret(id: number, identity: string, data: Row[] | Row, more: Partial<DsmSecret> = {}): DsmSecret {
  return {
    id,
    name: identity,
    identity,
    version: 2,
    description: '',
    expirationDate: '',
    engine: 'Generic',
    data,
    ...more,
  };
}
