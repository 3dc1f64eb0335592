import { basename } from 'node:path';
import type { Fault, Vault } from '../vault/index.js';
import { formsIn } from './encodings.js';
import type { StepResult } from './runner.js';
import { withoutLogin } from './secret-files.js';
import { ownFiles, rawOutput, withWay } from './way-jobs.js';
import type { Way, WayParts } from './ways.js';

export const EVERYTHING = {
  application: 'billing',
  system: 'payments',
  environment: 'production',
  secrets:
    'postgres/* > PG_*\ndb/prod/password > DB\nstripe/* > S_*\ntls/TLS_KEY > path:TLS\nbilling-cloud/* > C_*',
  credentials:
    '94 > DEPLOY, file:deploy\n94/* > D_*\nroot@web-01 > ROOT\nweb-01-root/password > AGAIN\n1000 > B',
  'export-env': 'true',
};

/** What a vault may do that tempts a client to show more than it should. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'the vault repeats secrets in error messages': { kind: 'echoSecret', status: 400 },
  'the vault repeats secrets in a failure': { kind: 'echoSecret', status: 500 },
  'replies are cut short': { kind: 'truncated', cut: 'body' },
  'replies break off': { kind: 'truncated', cut: 'connection' },
  'the vault fails': { kind: 'unexpectedError' },
  'an encryption failed': { kind: 'encryptionFailed' },
};
/** The requests that it may happen to, by their paths. */
export const PLACES = {
  token: /oauth2\/token/,
  registration: /dapp\/Application/,
  list: /sctm\/secret/,
  read: /pam\/credential\/(94|root)/,
  release: /custody/,
} as const;

interface Search {
  readonly main: StepResult;
  readonly post: StepResult;
  /** Each form of a secret that was found where it must not be. */
  readonly found: readonly string[];
  readonly left: ReturnType<Vault['custodies']>;
}

/** Every secret, in every encoding, in every byte outside of a destination: none may be there. */
export function searchLeaks(
  wanted: Readonly<Record<string, string>>,
  {
    way = 'client-secret',
    shared,
    prepare = () => undefined,
  }: { way?: Way; shared?: WayParts | undefined; prepare?: (vault: Vault) => void } = {},
): Promise<Search> {
  return withWay(
    way,
    async ({ vault, job, main: runMain, post: runPost, hidden }) => {
      prepare(vault);
      const main = await runMain(wanted);
      const between = job
        .leftBehind()
        .filter(({ path }) => !/deploy$|segura-secrets-\w+[/\\]TLS$/.test(path));
      const post = await runPost();
      const secrets = hidden();
      const found = [
        ...formsIn(rawOutput(main), secrets).map((form) => `main prints ${form}`),
        ...formsIn(rawOutput(post), secrets).map((form) => `post prints ${form}`),
        ...formsIn(Buffer.from(main.summary), secrets).map((form) => `summary shows ${form}`),
        ...between.flatMap(({ path, bytes }) => {
          // Only the file that is the state carries the login, and only until post.
          const rest = /^state_\d+$/.test(basename(path)) ? withoutLogin(bytes, main.masks) : bytes;
          return formsIn(rest, secrets).map((form) => `${path} holds ${form}`);
        }),
        ...job
          .leftBehind()
          .flatMap(({ path, bytes }) => formsIn(bytes, secrets).map((form) => `${path} keeps ${form}`)),
        ...ownFiles(job).map((name) => `${name} is left`),
      ];
      return { main, post, found, left: vault.custodies() };
    },
    { shared },
  );
}
