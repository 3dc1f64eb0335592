import type { NounHelp } from './noun-help.js';

/** The nouns of PAM Core. */
export const PAM_NOUNS = {
  credential: {
    endpoint: 'pam-endpoint',
    summary: 'lists, shows, writes and changes PAM credentials',
    example: ['segura-secrets credential list', 'segura-secrets credential rotate root@web-01'],
    verbs: {
      list: {
        operands: [],
        summary: 'lists the PAM credentials of this authorization, and takes no custody',
        options: [],
        writes: false,
      },
      show: {
        operands: ['CREDENTIAL'],
        summary: 'shows one credential; with --reveal takes custody of it, and releases it',
        options: ['reveal', 'yes', 'state'],
        writes: false,
      },
      put: {
        operands: ['CREDENTIAL'],
        summary: 'creates a credential, or updates only what is given of it',
        options: [
          'password',
          'additional',
          'identifier',
          'username',
          'hostname',
          'ip',
          'type',
          'domain',
          'tags',
        ],
        writes: true,
      },
      enable: {
        operands: ['CREDENTIAL'],
        summary: 'enables a credential',
        options: [],
        writes: true,
      },
      disable: {
        operands: ['CREDENTIAL'],
        summary: 'disables a credential',
        options: [],
        writes: true,
      },
      rotate: {
        operands: ['CREDENTIAL'],
        summary: 'lets the vault change the password, or with --new writes one of our own making',
        options: [
          ...(['new', 'verify', 'verify-timeout', 'length', 'classes', 'no-ambiguous'] as const),
          ...(['prefix', 'state', 'custody-wait'] as const),
        ],
        writes: true,
      },
      with: {
        operands: ['CREDENTIAL'],
        summary: 'runs the command after "--" with one credential in its environment, as exec does',
        options: ['prefix', 'state', 'run', 'interactive', 'custody-wait', 'release-failure'],
        writes: false,
        runsCommand: true,
      },
    },
  },
  'ssh-key': {
    endpoint: 'pam-endpoint',
    summary: 'lists, writes, enables and disables the SSH keys of PAM',
    example: [
      'segura-secrets ssh-key list',
      'segura-secrets ssh-key put app-01-key --generate ed25519 --dry-run',
    ],
    verbs: {
      list: { operands: [], summary: 'lists the SSH keys of this authorization', options: [], writes: false },
      show: {
        operands: ['KEY'],
        summary: 'shows one SSH key, without its private key',
        options: [],
        writes: false,
      },
      put: {
        operands: ['KEY'],
        summary: 'creates an SSH key, or updates only what is given of it',
        options: [
          ...(['generate', 'private-key', 'public-key', 'passphrase'] as const),
          ...(['verify', 'verify-timeout', 'old-key-out'] as const),
          ...(['username', 'hostname', 'ip', 'tags', 'state', 'custody-wait'] as const),
        ],
        writes: true,
      },
      enable: { operands: ['KEY'], summary: 'enables an SSH key', options: [], writes: true },
      disable: { operands: ['KEY'], summary: 'disables an SSH key', options: [], writes: true },
    },
  },
  device: {
    endpoint: 'pam-endpoint',
    summary: 'lists, shows and writes the devices of PAM',
    example: ['segura-secrets device list'],
    verbs: {
      list: { operands: [], summary: 'lists the devices', options: [], writes: false },
      show: {
        operands: ['DEVICE'],
        summary: 'shows one device, by number or host name',
        options: [],
        writes: false,
      },
      put: {
        operands: ['DEVICE'],
        summary: 'registers a device, or updates only what is given of it',
        options: ['ip', 'type', 'vendor', 'model', 'site', 'domain', 'connectivities', 'tags'],
        writes: true,
      },
      enable: { operands: ['DEVICE'], summary: 'enables a device', options: [], writes: true },
      disable: {
        operands: ['DEVICE'],
        summary: 'disables a device with all its credentials',
        options: [],
        writes: true,
      },
    },
  },
  info: {
    summary: 'shows, creates and disables protected information of PAM',
    example: [
      'segura-secrets info show 28',
      'segura-secrets info put saas-vault --content @notes.txt --dry-run',
    ],
    verbs: {
      show: {
        operands: ['INFORMATION'],
        summary: 'shows one, by number or identifier',
        options: ['reveal', 'yes'],
        writes: false,
      },
      put: {
        operands: ['IDENTIFIER'],
        summary: 'creates one; the vault has no request that changes one',
        options: ['content', 'title', 'type'],
        writes: true,
      },
      disable: { operands: ['INFORMATION'], summary: 'disables one', options: [], writes: true },
    },
  },
} as const satisfies Readonly<Record<string, NounHelp>>;
