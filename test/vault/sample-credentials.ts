import type { Credential, Device, SshKey } from './data.js';
import { tail } from './sample-secrets.js';

const HOSTS = { 'app-01': '10.0.0.11', 'web-01': '10.0.0.12', 'db-01': '10.0.0.13', 'bench-01': '10.0.0.14' };

type Host = keyof typeof HOSTS;

export function sampleCredentials(): Credential[] {
  return [
    credential(94, 'deploy', 'app-01', { password: `d3ploy "$(id)" \`x\` ç%0A ${tail()}` }),
    credential(95, 'root', 'web-01', {
      identifier: 'web-01-root',
      password: `r00t'${tail()}\nsecond line ${tail()}`,
    }),
    credential(96, 'reader', 'db-01', { policy: { simultaneousViewing: true } }),
    credential(97, 'admin', 'db-01', {
      policy: { simultaneousViewing: false, changeAfterViewSeconds: 3_600 },
      expirationTime: '2031-01-16T17:31:39',
    }),
    credential(98, 'retired', 'web-01', { active: false }),
    ...Array.from({ length: 50 }, (_, at) => credential(1_000 + at, `bench${at}`, 'bench-01')),
  ];
}

export function sampleKeys(): SshKey[] {
  const host: Host = 'app-01';
  return [
    {
      id: 39,
      identifier: 'app-01-key',
      name: 'app-01 deploy key',
      username: 'deploy',
      hostname: host,
      ip: HOSTS[host],
      privateKey: [
        '-----BEGIN OPENSSH PRIVATE KEY-----',
        `${tail()}${tail()}${tail()}`,
        `${tail()}==`,
        '-----END OPENSSH PRIVATE KEY-----',
        '',
      ].join('\r\n'),
      publicKey: 'ssh-ed25519 AAAAfake deploy@app-01',
      passphrase: null,
      tags: ['deploy'],
      devices: [{ hostname: host, ip: HOSTS[host] }],
      expirationTime: null,
      active: true,
    },
  ];
}

export function sampleDevices(): Device[] {
  return Object.entries(HOSTS).map(([hostname, ip], at) => ({
    id: at + 1,
    hostname,
    ip,
    type: 'Server',
    model: 'Ubuntu',
    vendor: 'Linux',
    site: 'Default',
    active: true,
  }));
}

function credential(
  id: number,
  username: string,
  hostname: Host,
  more: Partial<Credential> = {},
): Credential {
  return {
    id,
    identifier: `${username}-${hostname}`,
    username,
    hostname,
    ip: HOSTS[hostname],
    password: `fake-${username}-${tail()}`,
    additional: null,
    domain: '',
    port: '22',
    type: 'Local User',
    tags: '',
    active: true,
    expirationTime: null,
    policy: { simultaneousViewing: false },
    version: 1,
    earlier: [],
    ...more,
  };
}
