import { createHash, randomBytes } from 'node:crypto';
import type { Way } from '../support/ways.js';
import { sampleData, type Vault, type VaultData } from '../vault/index.js';

export interface Scenario {
  /** The job of the workflow. */
  readonly job: string;
  readonly title: string;
  readonly flags: readonly string[];
  /** How the job logs in; by client secret when not given. Of an identity token the runner says where to get it. */
  readonly way?: Way;
  readonly succeeds: boolean;
  /** Credentials whose custody the job takes. */
  readonly takes: readonly string[];
  /** Texts that act's output must hold. */
  readonly says: readonly string[];
  readonly doesNotSay: readonly string[];
  readonly vars?: (vault: Vault) => Record<string, string>;
  readonly clientSecret?: string;
  /** SSH keys that the job uses: two deploy keys, or one of every kind and form. */
  readonly keys?: 'two' | 'all';
  /** Identities that the vault provisions for the job. */
  readonly leases?: readonly string[];
  /** Lines of act's own, of which it must not be expected that they are masked. */
  readonly actOwnLines?: RegExp;
}

interface Wanted {
  readonly name: string;
  readonly source: string;
  readonly kind: 'secrets' | 'credentials';
  readonly value: (vault: Vault) => string;
  /** `text`: output and environment; `file`: a private file. */
  readonly as: 'text' | 'file';
}

const dsm = (name: string, identity: string, label: string, as: Wanted['as'] = 'text'): Wanted => ({
  name,
  source: `${identity}/${label}`,
  kind: 'secrets',
  value: (vault) => vault.value(identity, label) ?? '',
  as,
});

const pam = (name: string, id: string, as: Wanted['as'] = 'text'): Wanted => ({
  name,
  source: id,
  kind: 'credentials',
  value: (vault) => vault.password(id),
  as,
});

/** Every kind of value; those with a carriage return, which act drops, and those it misreads as files. */
export const EVERYTHING: readonly Wanted[] = [
  dsm('DB_LOGIN', 'db/prod', 'password'),
  dsm('STRIPE_KEY', 'stripe', 'STRIPE_SECRET_KEY'),
  dsm('TLS_KEY', 'tls', 'TLS_KEY'),
  dsm('TLS_PASSPHRASE', 'tls', 'TLS_PASSPHRASE'),
  pam('ROOT_PASSWORD', '95'),
  dsm('TLS_FILE', 'tls', 'TLS_KEY', 'file'),
  dsm('DB_FILE', 'postgres', 'PASSWORD', 'file'),
  pam('DEPLOY_FILE', '94', 'file'),
  pam('CRLF_FILE', '96', 'file'),
];

/** Values with `%0A` or `::`. */
const MISREAD: readonly Wanted[] = [
  dsm('DB_PASSWORD', 'postgres', 'PASSWORD'),
  dsm('HOSTILE', 'aws', 'AWS_SECRET_ACCESS_KEY'),
  pam('DEPLOY_PASSWORD', '94'),
];

/**
 * What act 0.2.87 shows of such values despite any mask (pkg/runner/command.go). It decodes %25 and %0A of a mask in
 * random order, and so hides another text one time in two; then it echoes outputs and variables with the value. And it
 * looks for the last `::` of a command where the runner looks for the first, takes `::add-mask::a::b` for an unknown
 * command, and echoes that. GitHub's runner does neither.
 */
const ECHOES_OF_ACT = /^\[.*\] {3}(?:⚙ {2}::set-(?:output|env):: |❓ {2}::add-mask::).*$/gmu;

export const SCENARIOS: readonly Scenario[] = [
  ...[[], ['--verbose']].map((flags) => ({
    job: 'everything',
    title: `every value arrives byte for byte${flags.map((flag) => ` (${flag})`).join('')}`,
    flags,
    succeeds: true,
    takes: ['94', '95', '96'],
    says: saysOf(EVERYTHING),
    doesNotSay: ['OTHER BYTES'],
    vars: (vault: Vault) => varsOf(EVERYTHING, vault),
  })),
  {
    job: 'misread-by-act',
    title: 'values with commands and percent codes arrive byte for byte and inject nothing',
    flags: [],
    succeeds: true,
    takes: ['94'],
    says: [...saysOf(MISREAD), 'same bytes: INJECTED'],
    doesNotSay: ['OTHER BYTES'],
    vars: (vault) => varsOf(MISREAD, vault, ['text INJECTED unset', `text OUT_INJECTED ${sha256('')}`]),
    actOwnLines: ECHOES_OF_ACT,
  },
  {
    job: 'fails-midway',
    title: 'a step fails after the fetch',
    flags: [],
    succeeds: false,
    takes: ['94', '95'],
    says: ['released custody of 94', 'released custody of root@web-01', 'removed file'],
    doesNotSay: ['a step after the failure ran'],
  },
  {
    job: 'unknown-field',
    title: 'a field that does not exist stops the fetch',
    flags: [],
    succeeds: true,
    takes: ['94'],
    says: ['step outcome: failure', 'nothing exported', 'FIELD_NOT_FOUND', 'released custody of 94'],
    doesNotSay: ['::set-output:: STRIPE_KEY', '::set-env:: STRIPE_KEY', 'could not be released'],
  },
  {
    job: 'nested',
    title: 'a composite action that calls a composite action uses the action',
    flags: [],
    succeeds: true,
    takes: ['94', '95'],
    says: ['same bytes: OUT_LOGIN', 'released custody of 95', 'released custody of 94', 'removed file'],
    doesNotSay: ['OTHER BYTES', 'STATE_INVALID', 'RELEASE_FAILED', 'may still be held'],
    vars: (vault) => ({ EXPECTED: `text OUT_LOGIN ${sha256(vault.password('95'))}` }),
  },
  {
    job: 'nested-without-secret',
    title: 'the same with an identity token in place of a client secret',
    flags: [],
    way: 'oidc client-assertion',
    succeeds: true,
    takes: ['94', '95'],
    says: ['same bytes: OUT_LOGIN', 'released custody of 95', 'released custody of 94', 'removed file'],
    doesNotSay: ['OTHER BYTES', 'STATE_INVALID', 'RELEASE_FAILED', 'may still be held'],
    vars: (vault) => ({ EXPECTED: `text OUT_LOGIN ${sha256(vault.password('95'))}` }),
  },
  {
    job: 'as-the-vendor-prints',
    title: 'the workflow in the overview of the vendor, which names a vault and a secret and no login',
    flags: [],
    way: 'oidc client-assertion',
    succeeds: true,
    takes: [],
    says: ['DB_PASSWORD: ready, from db/prod/password, as output', '::set-output:: DB_PASSWORD=***'],
    doesNotSay: ['::error', '::warning'],
  },
  {
    job: 'deploy-keys',
    title: 'two repositories of one server are read, each with a key of its own',
    flags: [],
    succeeds: true,
    takes: [],
    says: ['text of one', 'text of two', 'ended the SSH agent', 'custody of 200 was not held'],
    doesNotSay: ['::error', '::warning', 'RELEASE_FAILED'],
    keys: 'two',
  },
  {
    job: 'every-key',
    title: 'every kind and form of key is used by ssh, scp and git, by way of the agent that the job has',
    flags: [],
    succeeds: true,
    takes: [],
    says: ['200 by ssh', 'by scp', 'by git', 'removed SSH keys from the agent'],
    doesNotSay: ['::error', '::warning', 'RELEASE_FAILED'],
    keys: 'all',
  },
  {
    job: 'values-in-files',
    title: 'a value stands in a file and a file is made of a template, and both are undone at the end',
    flags: [],
    succeeds: true,
    takes: ['95'],
    says: [
      'same bytes: CHANGED',
      'same bytes: MADE',
      'restored file',
      'removed file',
      'released custody of 95',
    ],
    doesNotSay: ['OTHER BYTES', '::error', '::warning', 'RELEASE_FAILED'],
    vars: (vault) => ({
      EXPECTED: [
        `file CHANGED ${sha256(`database: # of the team\n  password: "${vault.value('stripe', 'STRIPE_SECRET_KEY')}"\n`)}`,
        `file MADE ${sha256(`password=${vault.password('95')}\n`)}`,
      ].join('\n'),
    }),
  },
  ...[0, 1].map((code) => ({
    job: 'dynamic-secret',
    title: `a lease is there for a job that ends with ${code}, and gone after it`,
    flags: [],
    succeeds: code === 0,
    takes: [],
    leases: ['app/db'],
    says: ['the lease is there', 'ended the lease of app/db after', 'removed file'],
    doesNotSay: ['::error', 'RELEASE_FAILED', 'had ended already'],
    vars: () => ({ CODE: String(code) }),
  })),
  {
    job: 'another-login',
    title: 'post finds another client secret than main had',
    flags: [],
    succeeds: true,
    takes: ['94'],
    says: ['released custody of 94', 'removed file'],
    doesNotSay: ['STATE_INVALID', 'RELEASE_FAILED', 'may still be held'],
  },
  {
    job: 'used-twice',
    title: 'three steps use the action, one of them fails, and one credential is held by all',
    flags: [],
    succeeds: true,
    takes: ['94', '95', '96'],
    says: [
      'FIELD_NOT_FOUND',
      'released custody of 96',
      'custody of root@web-01 stays: another step of this job may use it',
      'custody of 95 stays: another step of this job uses it, and its post releases it',
      'released custody of 94',
      'released custody of 95',
    ],
    doesNotSay: ['STATE_INVALID', 'RELEASE_FAILED', 'may still be held', 'was not held any more'],
  },
  {
    job: 'wrong-secret',
    title: 'a wrong client secret is refused',
    flags: [],
    succeeds: false,
    takes: [],
    says: ['TOKEN_REJECTED'],
    doesNotSay: ['wrong-client-secret-0123456789', '::set-output::'],
    clientSecret: 'wrong-client-secret-0123456789',
  },
];

/** The sample, with a value that tries to inject an output and one with carriage returns. */
export function hostileData(): VaultData {
  const data = sampleData();
  const tail = randomBytes(6).toString('hex');
  const lines = [
    `hostile ${tail}`,
    '::set-output name=INJECTED::1',
    '::stop-commands::x',
    'INJECTED<<ghadelimiter_x',
  ];
  const hostile = [...lines, '1', 'ghadelimiter_x', 'INJECTED=1'].join('\n');
  const aws = data.secrets.find(({ identity }) => identity === 'aws');
  if (aws !== undefined) aws.data = [{ AWS_SECRET_ACCESS_KEY: hostile }];
  const reader = data.credentials.find(({ id }) => id === 96);
  if (reader !== undefined) reader.password = `\r\nfirst ${tail}\r\n\r\nlast ${tail}\r\n`;
  return data;
}

/** The requests, and the hashes of what they give, in the form of same-bytes.sh. */
export function varsOf(
  wanted: readonly Wanted[],
  vault: Vault,
  more: readonly string[] = [],
): { SECRETS: string; CREDENTIALS: string; EXPECTED: string } {
  const requests = (kind: Wanted['kind']): string =>
    wanted
      .filter((each) => each.kind === kind)
      .map(({ source, as, name }) => `${source} > ${as === 'file' ? 'path:' : ''}${name}`)
      .join('\n');
  const expected = wanted.flatMap(({ as, name, value }) => {
    return namesOf(name, as).map((variable) => `${as} ${variable} ${sha256(value(vault))}`);
  });
  return {
    SECRETS: requests('secrets'),
    CREDENTIALS: requests('credentials'),
    EXPECTED: [...expected, ...more].join('\n'),
  };
}

function saysOf(wanted: readonly Wanted[]): string[] {
  return wanted.flatMap(({ name, as }) => namesOf(name, as).map((variable) => `same bytes: ${variable}`));
}

/** The variables of the job that hold it: from the environment and, of a text, from the output too. */
function namesOf(name: string, as: Wanted['as']): string[] {
  return as === 'file' ? [name] : [name, `OUT_${name}`];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
