import { randomBytes } from 'node:crypto';
import type { SafeItem } from './data.js';

/** The id of the sample's access key of MySafe, which no authorization of DSM or PAM that is made later gets. */
export const SAFE_KEY_ID = 0;

function random(): string {
  return randomBytes(6).toString('hex');
}

/** Two API secrets of one name, as the documents have them; the first has an identifier of its own. */
export function sampleSafe(): SafeItem[] {
  const item = (id: number, kind: SafeItem['kind'], fields: Record<string, string>): SafeItem => ({
    ...{ id, kind, fields, active: true },
    ...{ viewers: [SAFE_KEY_ID], editors: [SAFE_KEY_ID] },
  });
  return [
    item(5, 'password', {
      name: 'gmail corporate',
      url: 'www.gmail.com',
      username: 'dleite',
      password: `mail-${random()}`,
      notes: '',
      tags: 'gmail',
    }),
    item(6, 'password', {
      name: 'registry',
      url: 'https://registry.example.com',
      username: 'publisher',
      password: `Registry "${random()}" $HOME`,
      secret_key: 'JBSWY3DPEHPK3PXP',
      notes: 'token for releases',
      tags: 'ci, registry',
    }),
    item(9, 'note', { name: 'license', note: `KEY-${random()}\nvalid until 2099\n`, tags: 'ci' }),
    item(3, 'secretapi', {
      name: 'GCP',
      url: 'https://gcp.example.com',
      client_id: 'gcp-deployer',
      client_secret: `gcp-${random()}`,
      identifier_code: 'gcp-deploy',
      method: 'get',
      tags: 'cloud',
      notes: 'Access details',
    }),
    item(4, 'secretapi', {
      name: 'GCP',
      url: 'https://gcp1.example.com',
      client_id: 'gcp-reader',
      client_secret: `gcp-${random()}`,
      identifier_code: '12534',
      method: 'get',
      tags: 'cloud, ci',
      notes: '',
    }),
  ];
}
