import { SeguraError } from '../errors.js';
import { INPUT_DEFAULTS, type InputName, optionKey, type RawInputs } from '../input-names.js';
import { joined, option, say, settings, subject } from '../text.js';
import type { Application } from '../vault/dsm.js';

/** What the environment provides where an input is empty. */
export interface EnvironmentInputs {
  readonly url?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** No login is made: none of its settings is missing. */
  readonly isUnused?: boolean;
  /** The run is of use without a request too. */
  readonly needsNoRequest?: boolean;
  /** Why this run gets no secrets at all, if there is such a reason. */
  readonly untrusted?: string | undefined;
}

/** What a variable of the environment may hold in place of an input, on each surface that reads any. */
const OF_ENVIRONMENT: readonly InputName[] = ['url', 'client-id', 'client-secret'];

/** A text that must not be empty. Errors: INPUT_MISSING. */
export function required(name: InputName, value: string): string {
  if (value !== '') return value;
  const key = optionKey(name);
  const variable = `, or the environment variable SENHASEGURA_${name.toUpperCase().replaceAll('-', '_')}`;
  throw new SeguraError(
    'INPUT_MISSING',
    say`${subject(key)} is empty.`,
    say`Set ${option[key]}${OF_ENVIRONMENT.includes(name) ? variable : ''}.`,
    { about: key },
  );
}

/** `untrusted`: why this run gets no secrets at all. Errors: INPUT_MISSING, FORK_WITHOUT_SECRETS. */
export function requireClientSecret(value: string, untrusted: string | undefined): string {
  if (value !== '' || untrusted === undefined) return required('client-secret', value);
  throw new SeguraError(
    'FORK_WITHOUT_SECRETS',
    say`${subject('clientSecret')} is empty: ${untrusted}.`,
    "Skip the step there: if: (github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository) && github.actor != 'dependabot[bot]'",
  );
}

/** The DSM application; undefined if none of its three names is set. Errors: INPUT_INVALID if only some are set. */
export function readApplication(raw: RawInputs): Application | undefined {
  const { application, system, environment } = raw;
  const names = ['application', 'system', 'environment'] as const;
  const empty = names.filter((name) => raw[name] === '');
  if (empty.length === names.length) return undefined;
  if (empty.length === 0) return { application, system, environment };
  throw new SeguraError(
    'INPUT_INVALID',
    say`${option.application}, ${option.system} and ${option.environment} select the DSM application together, but ${joined(
      empty.map((name) => option[name]),
      ' and ',
    )} ${empty.length === 1 ? 'is' : 'are'} empty.`,
    'Set all three, or none of them.',
  );
}

/** `true` or `false`; the default where it is empty. Errors: INPUT_INVALID. */
export function readBoolean(name: InputName, raw: string): boolean {
  switch ((raw || INPUT_DEFAULTS[name]).toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      throw notUsable(name, raw, 'true or false');
  }
}

/** A whole number within limits; the default where it is empty. Errors: INPUT_INVALID. */
export function readNumber(name: InputName, raw: string, min: number, max: number): number {
  const text = raw || INPUT_DEFAULTS[name];
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw notUsable(name, raw, `a whole number from ${min} to ${max}`);
}

/** One of the options, in any case; the default where it is empty. Errors: INPUT_INVALID. */
export function readChoice<T extends string>(name: InputName, raw: string, options: readonly T[]): T {
  const text = (raw || INPUT_DEFAULTS[name]).toLowerCase();
  const found = options.find((option) => option === text);
  if (found !== undefined) return found;
  throw notUsable(name, raw, `one of ${options.join(', ')}`, options[0]);
}

function notUsable(name: InputName, raw: string, usable: string, first = ''): SeguraError {
  const key = optionKey(name);
  const remedy = settings('whole', { key, value: INPUT_DEFAULTS[name] || first });
  return new SeguraError('INPUT_INVALID', say`${subject(key)} is "${raw}".`, say`${remedy} (${usable})`);
}
