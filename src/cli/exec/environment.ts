import type { Inputs } from '../../core/job/inputs.js';
import { maskForms, pairForms } from '../../core/masking/encodings.js';
import type { Write } from '../../core/ports.js';
import { variableOf } from '../options/options.js';
import type { ProcessContext } from '../process.js';
import { leadsTo } from './leads-to.js';

/** Says to an exec inside that one around it has taken the client secret away. */
export const REMOVED_BY_OUTER = 'SENHASEGURA_OUTER_EXEC';

/** Shorter forms would be found in variables that have nothing to do with it. */
const MIN_SECRET_LENGTH = 4;

export interface ChildEnvironmentParts {
  readonly world: Pick<ProcessContext, 'environment' | 'system' | 'directory' | 'home'>;
  readonly login: Pick<Inputs['login'], 'clientId' | 'clientSecret'>;
  /** Where the client secret can be read from: paths from the root. */
  readonly places: readonly string[];
  readonly writes: readonly Write[];
}

/** Our own environment with the secrets, and without anything that holds the client secret, in an encoding either, or leads to it. */
export function childEnvironment({
  world,
  login,
  places,
  writes,
}: ChildEnvironmentParts): Record<string, string | undefined> {
  const secret = login.clientSecret.reveal();
  const forms = [
    secret,
    ...maskForms(secret, MIN_SECRET_LENGTH, { hidesManyAlike: true }),
    ...pairForms(login.clientId, secret),
  ];
  const names = [variableOf('client-secret'), variableOf('client-secret-file')];
  const leads = leadsTo(places, world);
  const kept = Object.entries(world.environment).filter(
    ([name, value = '']) =>
      !names.includes(name.toUpperCase()) && !forms.some((form) => value.includes(form)) && !leads(value),
  );
  // Windows keeps names without regard to case: the secret replaces a variable that differs in case alone.
  const written = new Set(writes.map(({ name }) => name.toUpperCase()));
  const isReplaced = (name: string): boolean => world.system === 'win32' && written.has(name.toUpperCase());
  return Object.fromEntries([
    ...kept.filter(([name]) => !isReplaced(name)),
    [REMOVED_BY_OUTER, '1'],
    ...writes.map(({ name, value }) => [name, value]),
  ]);
}
