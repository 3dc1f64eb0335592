import { SECRET_INPUTS } from '../../core/input-names.js';
import type { Inputs } from '../../core/job/inputs.js';
import { maskForms, pairForms } from '../../core/masking/encodings.js';
import type { Write } from '../../core/ports.js';
import { clientIdOf, secretsOf } from '../../core/vault/auth/auth-settings.js';
import { REMOVED_BY_OUTER, variableOf } from '../options/options.js';
import { SECRET_FILES } from '../options/secret-options.js';
import type { ProcessContext } from '../process.js';
import type { KeyForms } from './key-forms.js';
import { leadsTo } from './leads-to.js';

/** Shorter forms would match unrelated variables. */
const MIN_SECRET_LENGTH = 4;

const NO_FORMS: KeyForms = { parts: [], wholes: [] };

export interface ChildEnvironmentParts {
  readonly world: Pick<ProcessContext, 'environment' | 'system' | 'directory' | 'home'>;
  readonly login: Pick<Inputs['login'], 'auth'>;
  /** Where the login of the job can be read from: absolute paths. */
  readonly places: readonly string[];
  /** Variables from which the identity token is read, or what asks for it. */
  readonly tokenVariables: readonly string[];
  readonly writes: readonly Write[];
  /** Of the keys and passphrases of the run; undefined where it has none. */
  readonly keys?: KeyForms | undefined;
}

/** Our environment with the secrets, without variables that contain a secret of the login, in any encoding, or lead to it. */
export function childEnvironment({
  world,
  login,
  places,
  tokenVariables,
  writes,
  keys = NO_FORMS,
}: ChildEnvironmentParts): Record<string, string | undefined> {
  const tokens = tokenVariables.map((name) => world.environment[name]?.trim() ?? '');
  const secrets = [...secretsOf(login.auth).map((each) => each.reveal()), ...tokens];
  const forms = secrets.flatMap((secret) => {
    const own = maskForms(secret, MIN_SECRET_LENGTH, { hidesManyAlike: true });
    return secret === '' ? [] : [secret, ...own, ...pairForms(clientIdOf(login.auth), secret)];
  });
  const inputs = [...SECRET_INPUTS, 'client-secret-file', ...SECRET_FILES] as const;
  const names = [...inputs.map((name) => variableOf(name)), ...tokenVariables].map((name) =>
    name.toUpperCase(),
  );
  const leads = leadsTo(places, world);
  const parts = [...forms, ...keys.parts];
  const isHeldBy = (value: string): boolean =>
    parts.some((form) => value.includes(form)) || keys.wholes.includes(value.trim());
  const kept = Object.entries(world.environment).filter(
    ([name, value = '']) => !names.includes(name.toUpperCase()) && !isHeldBy(value) && !leads(value),
  );
  // Windows ignores the case of names: the secret replaces a variable that differs only in case.
  const written = new Set(writes.map(({ name }) => name.toUpperCase()));
  const isReplaced = (name: string): boolean => world.system === 'win32' && written.has(name.toUpperCase());
  return Object.fromEntries([
    ...kept.filter(([name]) => !isReplaced(name)),
    [REMOVED_BY_OUTER, '1'],
    ...writes.map(({ name, value }) => [name, value]),
  ]);
}
