import type { Vault, VaultData } from '../vault/index.js';
import type { Outcome } from './conformance.js';
import { NASTY } from './nasty.js';

export interface Golden {
  readonly inputs: (vault: Vault) => Readonly<Record<string, string>>;
  /** Fields of the secret `postgres`, in place of the sample's. */
  readonly fields?: Readonly<Record<string, string | null>>;
  readonly data?: (data: VaultData) => void;
  readonly before?: (vault: Vault) => void;
  /** What is expected on every platform; what it does not name is empty. */
  readonly expected: (vault: Vault) => Partial<Outcome>;
  /** Values that stay readable: metadata, and what is too short to hide. */
  readonly ordinary?: readonly string[];
  /** Names that are requested only as variables. */
  readonly envOnly?: readonly string[];
}

/** Fields that a careless writer cuts, changes, or lets become a command. */
const HOSTILE = {
  DELIMITERS: 'a;b]c%d%3B%5D%25%AZP25%0A',
  AZURE: 'x##vso[task.setvariable variable=evil;issecret=false]1',
  GITHUB: '::set-output name=evil::1::add-mask::y',
  UNICODE: NASTY.UNICODE,
  QUOTES: NASTY.QUOTES.replace('$(id)', '$id'),
  SPACES: NASTY.SPACES,
  DASH: NASTY.DASH,
} as const;

const fieldOf = (vault: Vault, identity: string, label: string): string => vault.value(identity, label) ?? '';
const lines = (...each: readonly string[]): string => each.join('\n');

export const GOLDEN: Readonly<Record<string, Golden>> = {
  'a field of a secret becomes a variable': {
    inputs: () => ({ secrets: 'postgres/PASSWORD > DB_PASSWORD' }),
    expected: (vault) => ({ variables: { DB_PASSWORD: fieldOf(vault, 'postgres', 'PASSWORD') } }),
  },
  'a value goes to two names and a private file': {
    inputs: () => ({ secrets: '"db/prod"/password > A, env:B, path:C' }),
    envOnly: ['B'],
    expected: (vault) => {
      const value = fieldOf(vault, 'db/prod', 'password');
      return { variables: { A: value, B: value, C: `FILE:${value}` } };
    },
  },
  'all fields of a secret get a prefix': {
    inputs: () => ({ secrets: 'stripe/* > PAY_*' }),
    expected: (vault) => ({
      variables: {
        PAY_STRIPE_SECRET_KEY: fieldOf(vault, 'stripe', 'STRIPE_SECRET_KEY'),
        PAY_STRIPE_WEBHOOK_SECRET: fieldOf(vault, 'stripe', 'STRIPE_WEBHOOK_SECRET'),
        PAY_STRIPE_RESTRICTED_KEY: fieldOf(vault, 'stripe', 'STRIPE_RESTRICTED_KEY'),
      },
    }),
  },
  'an application is selected by its three names': {
    inputs: () => ({
      ...{ application: 'billing', system: 'payments', environment: 'production' },
      secrets: 'billing-cloud[2]/my_key_name > CLOUD_KEY',
    }),
    expected: (vault) => ({ variables: { CLOUD_KEY: fieldOf(vault, 'billing-cloud', 'my_key_name') } }),
  },
  'credentials are taken into custody and released': {
    inputs: () => ({
      secrets: 'stripe/STRIPE_SECRET_KEY > STRIPE_KEY',
      credentials: lines('94 > DEPLOY_PASSWORD', '94/hostname > DEPLOY_HOST', 'reader@db-01 > DB_READER'),
    }),
    expected: (vault) => ({
      variables: {
        STRIPE_KEY: fieldOf(vault, 'stripe', 'STRIPE_SECRET_KEY'),
        DEPLOY_PASSWORD: vault.password(94),
        DEPLOY_HOST: 'app-01',
        DB_READER: vault.password(96),
      },
      taken: ['94', '96'],
      shown: ['app-01'],
    }),
    ordinary: ['app-01'],
  },
  'custody is kept where that is asked for': {
    inputs: () => ({ credentials: '94 > DEPLOY_PASSWORD', 'custody-release': 'false' }),
    expected: (vault) => ({
      variables: { DEPLOY_PASSWORD: vault.password(94) },
      taken: ['94'],
      kept: ['94'],
    }),
  },
  'hostile values of one line arrive as they are': {
    fields: HOSTILE,
    inputs: () => ({ secrets: 'postgres/* > V_*' }),
    expected: () => ({
      variables: Object.fromEntries(Object.entries(HOSTILE).map(([name, value]) => [`V_${name}`, value])),
    }),
  },
  'keys of several lines arrive in files, line ends and all': {
    fields: { KEY: NASTY.NEWLINES, CRLF: NASTY.CRLF, LARGE: NASTY.LARGE },
    inputs: () => ({
      secrets: lines(
        'postgres/KEY > path:KEY',
        'postgres/CRLF > file:crlf.txt',
        'postgres/LARGE > path:LARGE',
      ),
    }),
    expected: () => ({
      variables: { KEY: `FILE:${NASTY.NEWLINES}`, LARGE: `FILE:${NASTY.LARGE}` },
      files: { 'crlf.txt': NASTY.CRLF },
    }),
  },
  'a value of several lines becomes a variable': {
    fields: { KEY: NASTY.NEWLINES },
    inputs: () => ({ secrets: 'postgres/KEY > KEY' }),
    expected: () => ({ variables: { KEY: NASTY.NEWLINES } }),
  },
  'a value with $( in it becomes a variable': {
    fields: { QUOTES: NASTY.QUOTES, TOKEN: 'db$(System.AccessToken)x' },
    inputs: () => ({ secrets: 'postgres/* > V_*' }),
    expected: () => ({ variables: { V_QUOTES: NASTY.QUOTES, V_TOKEN: 'db$(System.AccessToken)x' } }),
  },
  'a name is only an output': {
    inputs: () => ({ secrets: 'stripe/STRIPE_SECRET_KEY > output:STRIPE_KEY' }),
    expected: (vault) => ({ outputs: { STRIPE_KEY: fieldOf(vault, 'stripe', 'STRIPE_SECRET_KEY') } }),
  },
  'a name begins with SECRET': {
    inputs: () => ({ secrets: 'stripe/STRIPE_SECRET_KEY > SECRET_KEY' }),
    expected: (vault) => ({ variables: { SECRET_KEY: fieldOf(vault, 'stripe', 'STRIPE_SECRET_KEY') } }),
  },
  'short values stay readable, and so do user names': {
    fields: { USERNAME: 'svc_billing', PIN: 'abc' },
    inputs: () => ({ secrets: 'postgres/* > DB_*' }),
    expected: () => ({
      variables: { DB_USERNAME: 'svc_billing', DB_PIN: 'abc' },
      shown: ['abc', 'svc_billing'],
    }),
    ordinary: ['abc', 'svc_billing'],
  },
  'a value that is named in unmasked stays readable': {
    fields: { STAGE: 'production-eu', KEY: 'a-secret-key-value' },
    inputs: () => ({ secrets: 'postgres/* > DB_*', unmasked: 'db_stage' }),
    expected: () => ({
      variables: { DB_STAGE: 'production-eu', DB_KEY: 'a-secret-key-value' },
      shown: ['production-eu'],
    }),
    ordinary: ['production-eu'],
  },
  'a value that goes to a masked name too is hidden': {
    fields: { STAGE: 'production-eu' },
    inputs: () => ({ secrets: lines('postgres/STAGE > A', 'postgres/STAGE > B'), unmasked: 'A' }),
    expected: () => ({ variables: { A: 'production-eu', B: 'production-eu' } }),
  },
  'a value that looks encrypted is refused': {
    fields: { KEY: Buffer.alloc(256, 7).toString('base64') },
    inputs: () => ({ secrets: 'postgres/KEY > A' }),
    expected: () => ({ codes: ['VALUE_BROKEN'] }),
  },
  'a value that is meant to look encrypted arrives as it is': {
    fields: { KEY: Buffer.alloc(256, 7).toString('base64') },
    inputs: () => ({ secrets: 'postgres/KEY > A', opaque: 'env:A' }),
    expected: () => ({ variables: { A: Buffer.alloc(256, 7).toString('base64') } }),
  },
  'metadata is hidden where that is asked for': {
    inputs: () => ({ credentials: '94/username > DEPLOY_USER', 'mask-metadata': 'true' }),
    expected: () => ({ variables: { DEPLOY_USER: 'deploy' }, taken: ['94'] }),
  },
  'all problems of the text are reported at once': {
    inputs: () => ({
      secrets: lines('postgres', 'stripe/STRIPE_SECRET_KEY > NODE_OPTIONS', 'aws/A > x', 'tls/B > X'),
      retries: 'many',
    }),
    expected: () => ({ codes: ['INPUT_INVALID', 'NAME_COLLISION', 'NAME_RESERVED'] }),
  },
  "what is wrong with the vault's answers is reported at once, and custody is released": {
    inputs: () => ({
      secrets: lines('nothing/HERE > A', 'postgres/NOTHING > B', 'aws/TTL > C'),
      credentials: lines('94 > D', '94/nothing > E'),
    }),
    expected: () => ({
      codes: ['FIELD_NOT_FOUND', 'FIELD_NOT_FOUND', 'FIELD_NULL', 'SECRET_NOT_FOUND'],
      taken: ['94'],
    }),
  },
  'an inactive credential fails the others too': {
    inputs: () => ({ credentials: lines('94 > A', '98 > B') }),
    expected: () => ({ codes: ['CREDENTIAL_INACTIVE'], taken: ['94'] }),
  },
  'a credential that another client holds stays with them': {
    before: (vault) => vault.holdBy('94', 'somebody'),
    inputs: () => ({ credentials: '94 > DEPLOY_PASSWORD' }),
    expected: () => ({ codes: ['CUSTODY_HELD'], kept: ['94'] }),
  },
  'a wrong client secret is refused': {
    inputs: () => ({ secrets: 'postgres/PASSWORD > A', 'client-secret': 'not-the-client-secret' }),
    expected: () => ({ codes: ['TOKEN_REJECTED'] }),
  },
};
