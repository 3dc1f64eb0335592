import * as tl from 'azure-pipelines-task-lib/task.js';
import { SeguraError, throwIfAny } from '../../core/errors.js';
import { INPUT_DEFAULTS, type InputName, optionKey, type RawInputs } from '../../core/input-names.js';
import { printable } from '../../core/printable.js';
import { loginMeant, mayHoldSecret, secretInputs } from './login-inputs.js';

const MULTILINE = ['error', 'base64', 'file'] as const;

/** How to treat a value that no secret variable can hold. */
export type Multiline = (typeof MULTILINE)[number];

/** The inputs that only this platform has. */
export interface AzureOptions {
  readonly multiline: Multiline;
  /** Each variable is set as an output variable too. */
  readonly outputs: boolean;
}

const OWN = ['url', 'client-id', 'client-secret'] as const;
const NOT_BESIDE_CONNECTION = [...OWN, 'vault-url'] as const;
/** The whole of an input that the agent found no variable for: it stays as it was written. */
const MACRO = /^\$\([^()]+\)$/;
const IS_FORK = 'System.PullRequest.IsFork';

/**
 * The inputs as the core reads them, which checks the rest.
 *
 * Errors (together, as Problems): either only FORK_WITHOUT_SECRETS, or INPUT_INVALID and INPUT_MISSING.
 */
export function readAzureInputs(): RawInputs {
  const problems: SeguraError[] = [];
  const given = givenInputs();
  const connection = read('seguraConnection');
  const { isBySecret, secrets } = loginMeant(given);
  const lost = connection === '' || !isBySecret ? secrets.find((name) => !isKnown(given[name])) : undefined;
  if (isOfFork() && lost !== undefined) throwIfAny([forkWithoutSecrets(lost)]);
  for (const name of NAMES) if (MACRO.test(given[name])) problems.push(unresolved(name, given[name]));
  const others = NOT_BESIDE_CONNECTION.filter((name) => given[name] !== '').map(optionKey);
  if (connection !== '' && others.length > 0) problems.push(both(others.join(', ')));
  const raw = {
    ...given,
    ...(connection === '' ? {} : readConnection(connection, given['ca-certificate'], isBySecret, problems)),
    // Every name is a variable here, and how scripts read them ends each log.
    'export-env': 'true',
    summary: 'true',
  };
  throwIfAny(problems);
  return raw;
}

/** Whether this run builds a pull request from a fork. */
export function isOfFork(): boolean {
  return tl.getVariable(IS_FORK)?.toLowerCase() === 'true';
}

/** A variable of the pipeline, secret or not. */
export function readVariable(name: string): string | undefined {
  return tl.getVariable(name);
}

function isKnown(text: string): boolean {
  return text !== '' && !MACRO.test(text);
}

function forkWithoutSecrets(name: InputName): SeguraError {
  return new SeguraError(
    'FORK_WITHOUT_SECRETS',
    tl.loc('ForkWithoutSecrets', optionKey(name)),
    tl.loc('ForkWithoutSecretsRemedy'),
  );
}

/**
 * The input whose secret comes from the variable of that name: set anew, it would be another one to each later step. Of a
 * service connection none does.
 */
export function inputHeldBy(variable: string): string | undefined {
  const value = tl.getVariable(variable)?.trim() ?? '';
  const held = value === '' ? undefined : secretsGiven().find(({ text }) => text === value);
  return held === undefined ? undefined : optionKey(held.name);
}

/** The secret inputs of this task, as they are written. The name of a missing variable is not secret. */
export function secretsGiven(): { name: InputName; text: string }[] {
  return secretInputs(givenInputs()).filter(({ text }) => !MACRO.test(text));
}

const NAMES = (Object.keys(INPUT_DEFAULTS) as InputName[]).filter((name) => name !== 'export-env');

function givenInputs(): RawInputs {
  return Object.fromEntries(NAMES.map((name) => [name, read(optionKey(name))])) as RawInputs;
}

/** Errors (together, as Problems): INPUT_INVALID. */
export function readOptions(): AzureOptions {
  const problems: SeguraError[] = [];
  const choice = <T extends string>(name: string, options: readonly T[], otherwise: T): T => {
    const text = read(name).toLowerCase() || otherwise;
    const found = options.find((option) => option === text);
    if (found === undefined) problems.push(invalid(name, text, options));
    return found ?? otherwise;
  };
  const multiline = choice('multiline', MULTILINE, 'error');
  const outputs = choice('outputs', ['true', 'false'], 'false') === 'true';
  throwIfAny(problems);
  return { multiline, outputs };
}

/** An agent trims what is written in the pipeline itself, not what a variable brings: a line end after a pasted secret. */
function read(name: string): string {
  return (tl.getInput(name) ?? '').trim();
}

function parameter(connection: string, key: 'username' | 'password'): string {
  return (tl.getEndpointAuthorizationParameter(connection, key, true) ?? '').trim();
}

function readConnection(
  id: string,
  caCertificate: string,
  isBySecret: boolean,
  problems: SeguraError[],
): Pick<Record<InputName, string>, (typeof OWN)[number] | 'ca-certificate'> {
  const url = (tl.getEndpointUrl(id, true) ?? '').trim();
  const clientId = parameter(id, 'username');
  // Beside another login it is not used: the pipeline says how the job logs in.
  const clientSecret = isBySecret ? parameter(id, 'password') : '';
  const missing = [
    url === '' ? 'vault URL' : '',
    isBySecret && clientId === '' ? 'client id' : '',
    isBySecret && clientSecret === '' ? 'client secret' : '',
  ].filter((what) => what !== '');
  if (missing.length > 0) {
    problems.push(
      new SeguraError(
        'INPUT_MISSING',
        tl.loc('ConnectionIncomplete', missing.join(', ')),
        tl.loc('ConnectionIncompleteRemedy'),
      ),
    );
  }
  return {
    url,
    'client-id': clientId,
    'client-secret': clientSecret,
    'ca-certificate': caCertificate || (tl.getEndpointDataParameter(id, 'caCertificate', true) ?? '').trim(),
  };
}

function both(others: string): SeguraError {
  return new SeguraError(
    'INPUT_INVALID',
    tl.loc('ConnectionAndInputs', others),
    tl.loc('ConnectionAndInputsRemedy', others),
  );
}

function unresolved(name: InputName, text: string): SeguraError {
  // A secret may look like a variable, and is never shown.
  const shown = mayHoldSecret(name) ? '$(…)' : printable(text);
  return new SeguraError(
    'INPUT_MISSING',
    tl.loc('MacroUnresolved', optionKey(name), shown),
    tl.loc('MacroUnresolvedRemedy'),
  );
}

function invalid(name: string, text: string, options: readonly string[]): SeguraError {
  return new SeguraError(
    'INPUT_INVALID',
    tl.loc('ChoiceInvalid', name, printable(text)),
    tl.loc('ChoiceRemedy', name, options[0], options.join(', ')),
  );
}
