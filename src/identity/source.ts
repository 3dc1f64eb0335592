import type { Clock, Log } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { LEADING_VARIABLES } from '../core/tokens/leading-variables.js';
import type { SendTo } from '../core/transport.js';
import type { IdentitySettings } from '../core/vault/auth/auth-settings.js';
import type { FoundVariables, IdentitySource } from '../core/vault/auth/identity-source.js';
import type { Connection } from '../core/vault/connection/connection.js';
import { unavailable } from './claims.js';
import { chooseProvider } from './detect.js';
import { DEFAULT_VARIABLE } from './env.js';
import { FILE_VARIABLES } from './file.js';
import type { Environment, IdentityContext, RunProgram } from './provider.js';
import { IdentityTokens } from './token-cache.js';

/** For one request to a token service, or one program. */
const TIMEOUT_MS = 30_000;

export interface SourceParts {
  readonly environment: Environment;
  /** Sends requests to token services, separately from the vault. Reports which of its certificates vouched for one. */
  readonly sendBeside: (connection: Connection, onVouched: (pem: string) => void) => SendTo;
  readonly run: RunProgram;
  readonly readFile: IdentityContext['readFile'];
  readonly clock: Clock;
  readonly log: Log;
  readonly fork?: IdentityContext['fork'];
}

/** The variables that hold the token, by provider; `given` is what the settings name, `audience` what they ask for. */
const HOLDING: Readonly<Record<string, (given: string, audience: string) => readonly string[]>> = {
  env: (given) => [given || DEFAULT_VARIABLE],
  gitlab: (given) => (given === '' ? [DEFAULT_VARIABLE, 'ID_TOKEN', 'VAULT_ID_TOKEN'] : [given]),
  // For a chosen audience, a program issues a new token each time.
  circleci: (_, audience) => (audience === '' ? ['CIRCLE_OIDC_TOKEN_V2', 'CIRCLE_OIDC_TOKEN'] : []),
  bitbucket: () => ['BITBUCKET_STEP_OIDC_TOKEN'],
};

/** The variables with a secret that asks for an identity token, and for nothing else. */
const ASKING: Readonly<Record<string, readonly string[]>> = {
  github: ['ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
};

/** Identity tokens of this job, each asked for once while it lives. */
export function identitySource(parts: SourceParts): IdentitySource {
  const { sendBeside, run, readFile, clock, log, fork } = parts;
  // Without what every object has: a setting may name a variable `constructor`.
  const environment: Environment = Object.assign(Object.create(null), parts.environment);
  const vouched = new Set<string>();
  const caches = new Map<string, IdentityTokens>();
  return {
    async token(
      { found = {}, isNew = false, isForRelease = false, ...identity },
      { connection, deadlineAtMs, signal, hide },
    ) {
      checkFound(found, environment);
      // Where main found it, whatever a later step has put into the environment.
      const seen: Environment = Object.assign(Object.create(null), environment, found);
      const isChosen = identity.audience !== '';
      const value = isChosen ? identity.audience : new URL(connection.url).origin;
      const key = JSON.stringify([identity.provider, identity.token.reveal(), value]);
      const tokens =
        caches.get(key) ?? new IdentityTokens(chooseProvider(identity, seen), { value, isChosen });
      caches.set(key, tokens);
      const limits = { timeoutMs: TIMEOUT_MS, deadlineAtMs, signal };
      const send = sendBeside(connection, (pem) => vouched.add(pem));
      const context = {
        environment: seen,
        send,
        run,
        readFile,
        clock,
        log,
        isForRelease,
        limits,
        hide,
        fork,
      };
      const { token } = await tokens.token(context, isNew);
      return token;
    },
    settle: async (identity) => settled(identity, environment),
    holders: async (identity) => holdersOf(identity, environment),
    authorities: async () => [...vouched].join(''),
  };
}

function holdersOf(identity: IdentitySettings, environment: Environment): readonly string[] {
  const { name } = chooseProvider(identity, environment);
  const given = identity.token.reveal().trim();
  if (name === 'given') return [];
  const named = name === 'file' ? (given === '' ? FILE_VARIABLES : []) : undefined;
  const held = named ?? HOLDING[name]?.(given, identity.audience);
  if (held === undefined) return ASKING[name] ?? [];
  return held.filter((variable) => (environment[variable] ?? '').trim() !== '').slice(0, 1);
}

/**
 * GitHub's runner sets the address of its token service for each step anew, over what a step writes to GITHUB_ENV. A state
 * that names another host was not written by main, and the request token of this step goes to no such host.
 */
function checkFound(found: FoundVariables, environment: Environment): void {
  const [name = ''] = LEADING_VARIABLES['github'] ?? [];
  const saved = found[name];
  if (saved === undefined || originOf(saved) === originOf(environment[name])) return;
  throw unavailable(
    `Environment variable ${name} names a different host than the saved state, so no token is requested.`,
    'Find out which program writes the saved state or sets that variable.',
  );
}

function originOf(text = ''): string {
  return URL.canParse(text) ? new URL(text).origin : '';
}

/** A token that lies in a variable is carried itself: a later step may write another into that variable. */
function settled(
  identity: IdentitySettings,
  environment: Environment,
): IdentitySettings & { readonly found: FoundVariables } {
  const { name } = chooseProvider(identity, environment);
  const given = identity.token.reveal().trim();
  // With `gitlab` too, this text is the token: a state names no provider that reads variables.
  if (name === 'given') return { ...identity, provider: 'auto', found: {} };
  if (name === 'file') {
    const path = given || firstOf(FILE_VARIABLES, environment);
    return { ...identity, provider: name, token: new Secret(path), found: {} };
  }
  const held = firstOf(HOLDING[name]?.(given, identity.audience) ?? [], environment);
  if (held !== '') return { ...identity, provider: 'auto', token: new Secret(held), found: {} };
  // One that is not set is carried as empty, which means the same: a later step may set it.
  const leading = (LEADING_VARIABLES[name] ?? []).map((variable) => [variable, environment[variable] ?? '']);
  return { ...identity, provider: name, found: Object.fromEntries(leading) };
}

/** The value of the first of these variables that is set; empty if none is. */
function firstOf(names: readonly string[], environment: Environment): string {
  return names.map((each) => environment[each]?.trim() ?? '').find((text) => text !== '') ?? '';
}
