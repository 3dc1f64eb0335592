import { checkNameLists } from '../bindings/check-name-lists.js';
import type { ReleaseFailure } from '../custody/ledger-data.js';
import { collect, refuse, SeguraError } from '../errors.js';
import type { InputName, RawInputs } from '../input-names.js';
import { literalClaims } from '../requests/claim.js';
import { checkClaims } from '../requests/collisions.js';
import { type NameLists, readNameList } from '../requests/name-list.js';
import { readPlan } from '../requests/parse.js';
import type { SecretRequest } from '../requests/request.js';
import { isVariableName, type NameRule } from '../requests/variable-names.js';
import { Secret } from '../secret.js';
import { LONGEST_TIMEOUT_SECONDS } from '../vault/connection.js';
import { type Application, DSM_ENDPOINTS, type DsmEndpoint } from '../vault/dsm.js';
import { PAM_ENDPOINTS, type PamEndpoint } from '../vault/pam.js';
import { readUrl } from '../vault/url.js';
import {
  readApplication,
  readBoolean,
  readChoice,
  readNumber,
  requireClientSecret,
  required,
} from './read-input.js';

export interface Inputs extends NameLists {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly application: Application | undefined;
  readonly requests: readonly SecretRequest[];
  readonly exportEnv: boolean;
  readonly dsmEndpoint: DsmEndpoint;
  readonly pamEndpoint: PamEndpoint;
  readonly caCertificate: string;
  readonly tlsVerify: boolean;
  readonly proxy: string;
  readonly noProxy: string;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly retries: number;
  readonly custodyWaitMs: number;
  readonly custodyRelease: boolean;
  readonly releaseFailure: ReleaseFailure;
  readonly minMaskLength: number;
  readonly maskMetadata: boolean;
  readonly summary: boolean;
}

/** As long as a job of a hosted runner can be. */
export const MOST_DEADLINE_SECONDS = 21_600;

/** Inputs that were read but may not be usable; `url` is missing when it is no address. */
export type Unchecked = Omit<Inputs, 'url'> & { readonly url: URL | undefined };

/** What the environment says where an input is empty. */
export interface Fallbacks {
  readonly url?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** Why a run may have no secrets at all, when there is such a reason. */
  readonly untrusted?: string | undefined;
}

/**
 * The inputs as one typed object; every problem at once, each named by its input. `inspect` adds what only the
 * surroundings can tell: files, certificates, the platform. `isName`: which names the platform takes.
 *
 * Units: inputs are in seconds, fields ending in `Ms` in milliseconds.
 * Errors (as one Refusal): INPUT_MISSING, INPUT_INVALID, FORK_WITHOUT_SECRETS, REQUEST_INVALID, NAME_INVALID.
 */
export function readInputs(
  raw: RawInputs,
  fallbacks: Fallbacks,
  inspect: (unchecked: Unchecked) => readonly SeguraError[] = () => [],
  isName: NameRule = isVariableName,
): Inputs {
  const problems: SeguraError[] = [];
  const boolean = (name: InputName): boolean =>
    collect(problems, () => readBoolean(name, raw[name])) ?? false;
  const number = (name: InputName, least: number, most: number): number =>
    collect(problems, () => readNumber(name, raw[name], least, most)) ?? 0;
  const choice = <T extends string>(name: InputName, options: readonly T[]): T =>
    collect(problems, () => readChoice(name, raw[name], options)) ?? (options[0] as T);

  const givenUrl = raw.url || fallbacks.url?.trim() || '';
  const url = collect(problems, () => readUrl('url', required('url', givenUrl)));
  const clientId = raw['client-id'] || fallbacks.clientId?.trim() || '';
  collect(problems, () => required('client-id', clientId));
  const clientSecret = raw['client-secret'] || fallbacks.clientSecret?.trim() || '';
  collect(problems, () => requireClientSecret(clientSecret, fallbacks.untrusted));

  const before = problems.length;
  const requests = [
    ...readPlan('dsm', raw.secrets, problems, isName, raw.credentials),
    ...readPlan('pam', raw.credentials, problems, isName, raw.secrets),
  ];
  if (requests.length === 0 && problems.length === before) {
    problems.push(
      new SeguraError(
        'INPUT_MISSING',
        'Neither "secrets" nor "credentials" asks for anything.',
        'secrets: "*"',
      ),
    );
  }
  const exportEnv = boolean('export-env');
  problems.push(...checkClaims(literalClaims(requests, exportEnv)));
  const lists = {
    unmasked: readNameList('unmasked', raw.unmasked, problems),
    opaque: readNameList('opaque', raw.opaque, problems),
  };
  // A request that could not be read gives names that are not known here.
  if (problems.length === before) problems.push(...checkNameLists({ requests, exportEnv, ...lists }));
  const inputs = {
    clientId,
    clientSecret: new Secret(clientSecret),
    application: collect(problems, () => readApplication(raw)),
    requests,
    exportEnv,
    dsmEndpoint: choice('dsm-endpoint', DSM_ENDPOINTS),
    pamEndpoint: choice('pam-endpoint', PAM_ENDPOINTS),
    caCertificate: raw['ca-certificate'],
    tlsVerify: boolean('tls-verify'),
    proxy: raw.proxy,
    noProxy: raw['no-proxy'],
    timeoutMs: number('timeout', 1, LONGEST_TIMEOUT_SECONDS) * 1_000,
    deadlineMs: number('deadline', 1, MOST_DEADLINE_SECONDS) * 1_000,
    retries: number('retries', 0, 20),
    custodyWaitMs: number('custody-wait', 0, MOST_DEADLINE_SECONDS) * 1_000,
    custodyRelease: boolean('custody-release'),
    releaseFailure: choice('release-failure', ['warn', 'fail'] as const),
    minMaskLength: number('min-mask-length', 1, 1_000),
    maskMetadata: boolean('mask-metadata'),
    ...lists,
    summary: boolean('summary'),
  };
  if (inputs.deadlineMs > 0 && inputs.custodyWaitMs > inputs.deadlineMs) {
    problems.push(
      new SeguraError(
        'INPUT_INVALID',
        `"custody-wait" is ${inputs.custodyWaitMs / 1_000} s, more than the whole step may take ("deadline", ${inputs.deadlineMs / 1_000} s).`,
        `deadline: "${Math.min(MOST_DEADLINE_SECONDS, inputs.custodyWaitMs / 1_000 + 60)}"`,
      ),
    );
  }
  problems.push(...inspect({ ...inputs, url }));
  refuse(problems);
  return { ...inputs, url: url as URL };
}
