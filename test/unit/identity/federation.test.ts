import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { IDENTITY_EXCHANGES } from '../../../src/core/assumptions.js';
import { problemsOf, type SeguraError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import { plain, type Text } from '../../../src/core/text.js';
import { authOf } from '../../../src/core/vault/auth/auth-of.js';
import {
  DEFAULT_ASSERTION_TYPE,
  type IdentityExchange,
  type IdentitySettings,
  NO_PARAMETERS,
} from '../../../src/core/vault/auth/auth-settings.js';
import type { FoundVariables } from '../../../src/core/vault/auth/identity-source.js';
import { Client } from '../../../src/core/vault/client.js';
import { elsewhereOf, sendTo } from '../../../src/http/send-to.js';
import { openTransport } from '../../../src/http/transport.js';
import type { RunProgram } from '../../../src/identity/provider.js';
import { identitySource } from '../../../src/identity/source.js';
import { systemClock } from '../../../src/platform/process/clock.js';
import { startAzureTokenService } from '../../support/azure-token-service.js';
import { startGitHubTokenService } from '../../support/github-token-service.js';
import { azureClaims, githubClaims, gitlabClaims } from '../../support/identity-claims.js';
import { type Issuer, startIssuer } from '../../support/issuer.js';
import { startAzureMetadata, startGcpMetadata } from '../../support/metadata-services.js';
import type { TokenService } from '../../support/token-service.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

const loadUndici = () => import('../../../src/http/undici.js');
const EXCHANGES = Object.keys(IDENTITY_EXCHANGES) as IdentityExchange[];

let issuer: Issuer;
let vault: Vault;
let environment: Record<string, string> = {};
const files: Record<string, string> = {};
const services: TokenService[] = [];
const hidden: string[] = [];
const lines: string[] = [];

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  environment = {};
  hidden.length = 0;
  lines.length = 0;
  vault = await openVault({ federation: { issuers: trusted() } });
});
const trusted = () => [
  { issuer: issuer.issuerUrl, jwksUrl: issuer.jwksUrl, caCertificate: issuer.caCertificate },
];
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())));

async function opened<S extends TokenService>(starting: Promise<S>): Promise<S> {
  const service = await starting;
  services.push(service);
  return service;
}

/** A program of the CI system that issues a token for the audience that it is asked for. */
const run: RunProgram = async (program, args) => {
  const last = args.at(-1) ?? '';
  const aud = program === 'circleci' ? JSON.parse(last).aud : last;
  return { status: 0, stdout: `${await issuer.token({ aud, sub: program, jti: crypto.randomUUID() })}\n` };
};

interface Given extends Partial<Omit<IdentitySettings, 'token'>> {
  readonly token?: string;
  readonly exchange?: IdentityExchange;
  readonly found?: FoundVariables | undefined;
}

function sourceOf() {
  const add = (message: Text): void => void lines.push(plain(message));
  return identitySource({
    environment,
    sendBeside: (connection) => sendTo(elsewhereOf(connection, environment), loadUndici),
    run,
    readFile: (path) => files[path] ?? '',
    clock: systemClock,
    log: { info: add, warning: add, debug: add },
  });
}

/** Logs in with an identity token and lists the secrets of the vault. */
async function listed(given: Given = {}, source = sourceOf()): Promise<string[]> {
  const client = await clientOf(given, source);
  try {
    return (await client.listSecrets()).map(({ identity: name }) => name);
  } finally {
    await client.close();
  }
}

async function clientOf(
  { exchange = 'client-assertion', token = '', found, provider = 'auto', audience = '' }: Given = {},
  source = sourceOf(),
  retries = 0,
): Promise<Client> {
  const connection = {
    url: vault.url,
    proxy: undefined,
    noProxy: '',
    caCertificates: vault.caCertificate,
    tlsVerify: true,
  };
  const signal = new AbortController().signal;
  const deadlineAtMs = Date.now() + 20_000;
  const log = {
    info: (text: Text) => void lines.push(plain(text)),
    warning: () => undefined,
    debug: () => undefined,
  };
  const hide = (secret: Secret): void => void hidden.push(secret.reveal());
  const identity = { provider, token: new Secret(token), audience };
  const auth = await authOf(
    {
      method: 'oidc',
      clientId: '',
      identity,
      exchange,
      assertionType: DEFAULT_ASSERTION_TYPE,
      parameters: NO_PARAMETERS,
    },
    {
      baseUrl: vault.url,
      clock: systemClock,
      log,
      identityToken: (wanted, within) => source.token({ ...wanted, found }, { ...within, connection, hide }),
    },
  );
  return Client.open({
    connection,
    reach: { connect: (to) => openTransport(to, loadUndici), secretsOf: () => [] },
    auth,
    endpoints: { dsm: 'auto', pam: 'auto' },
    limits: { timeoutMs: 5_000, retries, deadlineAtMs, signal },
    clock: systemClock,
    log,
    hide,
  });
}

async function problemOf(given: Given = {}): Promise<SeguraError> {
  try {
    await listed(given);
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem !== undefined) return problem;
  }
  throw new Error('it was let in');
}

const trust = (subject: string, audience = vault.url): void => {
  vault.authorization('ci').federation = [{ issuer: issuer.issuerUrl, audiences: [audience], subject }];
};

/** Each place, with what makes a job of it: the settings, and the subject and audience that the vault trusts. */
const PLACES: readonly [string, () => Promise<{ given?: Given; sub: string; aud?: string }>][] = [
  [
    'github',
    async () => {
      const service = await opened(startGitHubTokenService({ issuer }));
      environment = { GITHUB_ACTIONS: 'true', ...service.environment };
      return { sub: String(githubClaims('')['sub']) };
    },
  ],
  [
    'azure-devops',
    async () => {
      const service = await opened(startAzureTokenService({ issuer }));
      environment = { TF_BUILD: 'True', SYSTEM_ACCESSTOKEN: service.accessToken, ...service.environment };
      return { sub: String(azureClaims()['sub']), aud: String(azureClaims()['aud']) };
    },
  ],
  [
    'gitlab',
    async () => {
      environment = { GITLAB_CI: 'true', SEGURA_ID_TOKEN: await issuer.token(gitlabClaims(vault.url)) };
      return { sub: String(gitlabClaims('')['sub']) };
    },
  ],
  [
    'circleci',
    async () => {
      // Every job has this one, whose audience is the id of the organization.
      const token = await issuer.token({ aud: 'organization-1', sub: 'circleci' });
      environment = { CIRCLECI: 'true', CIRCLE_OIDC_TOKEN_V2: token };
      return { given: { audience: vault.url }, sub: 'circleci' };
    },
  ],
  [
    'bitbucket',
    async () => {
      const token = await issuer.token({ aud: [vault.url], sub: '{step}:{repository}' });
      environment = { BITBUCKET_BUILD_NUMBER: '1', BITBUCKET_STEP_OIDC_TOKEN: token };
      return { sub: '{step}:{repository}' };
    },
  ],
  [
    'buildkite',
    async () => {
      environment = { BUILDKITE: 'true' };
      return { sub: 'buildkite-agent' };
    },
  ],
  [
    'gcp',
    async () => {
      const { origin } = await opened(startGcpMetadata({ issuer }));
      environment = { GCE_METADATA_HOST: origin.replace('http://', '') };
      return { given: { provider: 'gcp' }, sub: '113774264463038321964' };
    },
  ],
  [
    'azure-imds',
    async () => {
      const { origin } = await opened(startAzureMetadata({ issuer }));
      environment = { AZURE_POD_IDENTITY_AUTHORITY_HOST: origin };
      return { given: { provider: 'azure-imds' }, sub: '5e3b1d0a-8a1c-4e44-9f0a-6d2f4b1c7a99' };
    },
  ],
  [
    'file',
    async () => {
      files['/run/token'] =
        `${await issuer.token({ aud: vault.url, sub: 'system:serviceaccount:ci:job' })}\n`;
      return { given: { provider: 'file', token: '/run/token' }, sub: 'system:serviceaccount:ci:job' };
    },
  ],
  [
    'env',
    async () => {
      environment = { MY_TOKEN: await issuer.token({ aud: vault.url, sub: 'of a variable' }) };
      return { given: { provider: 'env', token: 'MY_TOKEN' }, sub: 'of a variable' };
    },
  ],
];

describe.each(PLACES)('a job with an identity token of %s', (_, prepare) => {
  test.each(EXCHANGES)('reads secrets without a client secret, by %s', async (exchange) => {
    const { given, sub, aud } = await prepare();
    trust(sub, aud);
    expect(await listed({ ...given, exchange })).toContain('postgres');
    const text = lines.join('\n');
    for (const secret of hidden) expect(text).not.toContain(secret);
    expect(hidden.length).toBeGreaterThanOrEqual(5);
  });

  test('is rejected if the vault trusts another subject, with the claims to copy', async () => {
    const { given, sub, aud } = await prepare();
    trust('another', aud);
    const problem = await problemOf(given);
    expect(problem.code).toBe('TOKEN_REJECTED');
    expect(problem.message).toContain(`iss "${issuer.issuerUrl}"`);
    expect(problem.message).toContain(`sub "${sub}"`);
    for (const secret of hidden) expect(`${problem.message}${problem.remedy}`).not.toContain(secret);
  });

  test('can log in again when custody is released, with a token from the place that main found', async () => {
    const { given = {}, sub, aud } = await prepare();
    trust(sub, aud);
    const { token = '', provider = 'auto', audience = '' } = given;
    const settled = await sourceOf().settle({ provider, token: new Secret(token), audience });
    // What a later step may have done: names of another system, and a different address.
    environment = {
      // What the runner and the agent set for each step anew.
      ...Object.fromEntries(
        Object.entries(environment).filter(([name]) => /TOKEN$|^ACTIONS_ID_|SERVERURI$/.test(name)),
      ),
      BUILDKITE: 'true',
      SEGURA_ID_TOKEN: 'x',
      AZURE_CLIENT_ID: 'another identity',
    };
    const again = { ...settled, token: settled.token.reveal() };
    expect(await listed(again)).toContain('postgres');
    for (const { requests } of services) expect(requests.at(-1)?.query.has('client_id')).toBe(false);
  });
});

describe('a vault that accepts each identity token only once', () => {
  const ISSUING = PLACES.filter(([name]) =>
    ['github', 'azure-devops', 'circleci', 'buildkite'].includes(name),
  );

  async function strict(tokenLifetimeSeconds = 3_600): Promise<void> {
    const federation = { issuers: trusted(), jtiOnce: true };
    vault = await openVault({ federation, tokenLifetimeSeconds });
  }

  test.each(ISSUING)('gets another one of %s after a login whose reply was lost', async (_, prepare) => {
    await strict();
    const { given, sub, aud } = await prepare();
    trust(sub, aud);
    vault.faults.add({ match: { path: '/iso/oauth2/token' }, fault: { kind: 'resetAfter' } });
    const client = await clientOf(given, sourceOf(), 2);
    expect((await client.listSecrets()).length).toBeGreaterThan(0);
    await client.close();
    expect(vault.journal.lines().filter((line) => line.includes('token'))).toHaveLength(2);
  });

  test('gets the same one after a login that surely did not arrive', async () => {
    await strict();
    const service = await opened(startGitHubTokenService({ issuer }));
    environment = { GITHUB_ACTIONS: 'true', ...service.environment };
    trust(String(githubClaims('')['sub']));
    vault.faults.add({ match: { path: '/iso/oauth2/token' }, fault: { kind: 'tooManyRequests' } });
    const client = await clientOf({}, sourceOf(), 2);
    await client.listSecrets();
    await client.close();
    expect(service.issued).toHaveLength(1);
  });

  test('gets another one when its own token is over while the identity token lives', async () => {
    await strict(1);
    const service = await opened(startGitHubTokenService({ issuer }));
    environment = { GITHUB_ACTIONS: 'true', ...service.environment };
    trust(String(githubClaims('')['sub']));
    const client = await clientOf({}, sourceOf(), 2);
    await client.listSecrets();
    await new Promise((later) => setTimeout(later, 600));
    expect((await client.listSecrets()).length).toBeGreaterThan(0);
    await client.close();
    expect(service.issued).toHaveLength(2);
  });
});
