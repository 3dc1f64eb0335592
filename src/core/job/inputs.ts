import { checkNameLists } from '../bindings/check-name-lists.js';
import type { ReleaseFailure } from '../custody/ledger-data.js';
import { collect, SeguraError, throwIfAny } from '../errors.js';
import type { InputName, RawInputs } from '../input-names.js';
import { type Needs, needsOf } from '../requests/claim.js';
import { findCollisions } from '../requests/collisions.js';
import { type NameLists, readNameList } from '../requests/name-list.js';
import { parseRequests } from '../requests/parse.js';
import type { SecretRequest } from '../requests/request.js';
import { isVariableName, type NameRule } from '../requests/variable-names.js';
import { option, say, settings, word } from '../text.js';
import type { AuthSettings } from '../vault/auth/auth-settings.js';
import { MAX_TIMEOUT_SECONDS, type WantedConnection } from '../vault/connection/connection.js';
import type { Application } from '../vault/dsm.js';
import { DSM_ENDPOINTS, type DsmEndpoint, PAM_ENDPOINTS, type PamEndpoint } from '../vault/endpoints.js';
import { readConnection, readVaultUrl } from './connection-inputs.js';
import type { LeaseWishes } from './dynamic/leases-of-run.js';
import type { InjectionInputs, Injector } from './inject/injection.js';
import { type ReadLogin, readSecretLogin } from './login/secret-login.js';
import type { ReadSafe } from './mysafe/read-safe.js';
import {
  type EnvironmentInputs,
  readApplication,
  readBoolean,
  readChoice,
  readNumber,
} from './read-input.js';
import type { Saver } from './save/saver.js';

/** How the job logs in, and which DSM application it uses, if any. */
export interface LoginInputs {
  readonly auth: AuthSettings;
  readonly application: Application | undefined;
}

export interface EndpointInputs {
  readonly dsm: DsmEndpoint;
  readonly pam: PamEndpoint;
}

/** Limits of one request, and of the whole step. */
export interface LimitInputs {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly deadlineMs: number;
}

export interface CustodyInputs {
  readonly waitMs: number;
  /** False: it outlives the job. */
  readonly release: boolean;
  readonly releaseFailure: ReleaseFailure;
  /** What a caller says of leases besides. */
  readonly leases?: LeaseWishes | undefined;
}

/** What is masked, and the names whose values a user excepts from it. */
export interface MaskingInputs extends NameLists {
  readonly minLength: number;
  readonly metadata: boolean;
}

export interface Inputs {
  readonly login: LoginInputs;
  readonly connection: WantedConnection & { readonly url: URL };
  readonly endpoints: EndpointInputs;
  readonly limits: LimitInputs;
  readonly requests: readonly SecretRequest[];
  readonly exportEnv: boolean;
  readonly needs: Needs;
  readonly custody: CustodyInputs;
  readonly masking: MaskingInputs;
  readonly summary: boolean;
  readonly injection: InjectionInputs;
  /** Undefined where no input asks for it. */
  readonly saver?: Saver | undefined;
}

/** The longest time that a job on a hosted runner can take. */
export const MAX_DEADLINE_SECONDS = 21_600;

/** What reads inputs that most jobs do not have, loaded for those that do. */
export interface InputReaders {
  /** The result of readerOfLogin for these inputs. */
  readonly login: ReadLogin;
  readonly injector?: Injector | undefined;
  readonly mysafe?: ReadSafe | undefined;
  readonly saver?: Saver | undefined;
}

/** Inputs that were read but may not be usable. The connection has no `url` if that is not a valid address. */
export type DraftInputs = Omit<Inputs, 'connection'> & { readonly connection: WantedConnection };

/**
 * The inputs as one typed object. All problems are reported at once, each with the name of its input. `inspect` adds the
 * checks that need the environment: files, certificates, the platform. `isName`: which names the platform accepts.
 *
 * Units: inputs are in seconds, fields ending in `Ms` in milliseconds.
 * Errors (together, as Problems): INPUT_MISSING, INPUT_INVALID, FORK_WITHOUT_SECRETS, REQUEST_INVALID, NAME_INVALID.
 */
export function readInputs(
  raw: RawInputs,
  fallbacks: EnvironmentInputs,
  inspect: (unchecked: DraftInputs) => readonly SeguraError[] = () => [],
  isName: NameRule = isVariableName,
  readers: InputReaders = { login: readSecretLogin },
): Inputs {
  const problems: SeguraError[] = [];
  const boolean = (name: InputName): boolean =>
    collect(problems, () => readBoolean(name, raw[name])) ?? false;
  const number = (name: InputName, min: number, max: number): number =>
    collect(problems, () => readNumber(name, raw[name], min, max)) ?? 0;
  const choice = <T extends string>(name: InputName, options: readonly T[]): T =>
    collect(problems, () => readChoice(name, raw[name], options)) ?? (options[0] as T);

  const url = collect(problems, () => readVaultUrl(raw, fallbacks));
  const auth = readers.login(raw, fallbacks, problems, url);
  const { injector, saver } = readers;

  const before = problems.length;
  const requests = [
    ...parseRequests('dsm', raw.secrets, problems, isName, raw.credentials),
    ...parseRequests('pam', raw.credentials, problems, isName, raw.secrets),
    ...parseRequests('dynamic', raw.dynamic, problems, isName, `${raw.secrets}\n${raw.credentials}`),
    ...parseRequests('key', raw['ssh-keys'], problems, isName, `${raw.secrets}\n${raw.credentials}`),
    ...(readers.mysafe?.(raw, isName, problems) ?? []),
    ...(injector?.requests ?? []),
  ];
  problems.push(...(injector?.problems ?? []), ...(saver?.problems ?? []));
  if (
    requests.length === 0 &&
    saver === undefined &&
    fallbacks.needsNoRequest !== true &&
    problems.length === before
  ) {
    problems.push(
      new SeguraError(
        'INPUT_MISSING',
        say`Nothing is requested: ${option.secrets} and ${option.credentials} have no request.`,
        settings('whole', { key: 'secrets', value: '*' }),
        { about: 'secrets' },
      ),
    );
  }
  const exportEnv = boolean('export-env');
  const needs = needsOf(requests, exportEnv, raw['known-hosts']);
  problems.push(...findCollisions(needs.claims));
  const lists = {
    unmasked: readNameList('unmasked', raw.unmasked, problems),
    opaque: readNameList('opaque', raw.opaque, problems),
  };
  // The names of a request that could not be read are unknown here.
  if (problems.length === before) problems.push(...checkNameLists(requests, needs.claims, lists));
  const inputs = {
    login: {
      auth,
      application: collect(problems, () => readApplication(raw)),
    },
    requests,
    exportEnv,
    needs,
    endpoints: { dsm: choice('dsm-endpoint', DSM_ENDPOINTS), pam: choice('pam-endpoint', PAM_ENDPOINTS) },
    connection: readConnection(raw, { url, auth }, problems),
    limits: {
      timeoutMs: number('timeout', 1, MAX_TIMEOUT_SECONDS) * 1_000,
      deadlineMs: number('deadline', 1, MAX_DEADLINE_SECONDS) * 1_000,
      retries: number('retries', 0, 20),
    },
    custody: {
      waitMs: number('custody-wait', 0, MAX_DEADLINE_SECONDS) * 1_000,
      release: boolean('custody-release'),
      releaseFailure: choice('release-failure', ['warn', 'fail'] as const),
    },
    masking: {
      minLength: number('min-mask-length', 1, 1_000),
      metadata: boolean('mask-metadata'),
      ...lists,
    },
    summary: boolean('summary'),
    injection: { restore: boolean('inject-restore'), injector },
    saver,
  };
  const { waitMs } = inputs.custody;
  const { deadlineMs } = inputs.limits;
  if (deadlineMs > 0 && waitMs > deadlineMs) {
    problems.push(
      new SeguraError(
        'INPUT_INVALID',
        say`${option.custodyWait} is ${waitMs / 1_000} s, more than ${word('the whole step')} may take (${option.deadline}, ${deadlineMs / 1_000} s).`,
        settings('whole', {
          key: 'deadline',
          value: String(Math.min(MAX_DEADLINE_SECONDS, waitMs / 1_000 + 60)),
        }),
      ),
    );
  }
  problems.push(...inspect(inputs));
  throwIfAny(problems);
  return { ...inputs, connection: { ...inputs.connection, url: url as URL } };
}
