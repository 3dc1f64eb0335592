import { type OptionName, REPEATABLE } from '../../options/options.js';
import type { Settings } from '../../options/settings.js';

/**
 * The settings of a call with these requests for credentials and no others: what the environment and the config file ask for
 * is for jobs. Every input that asks for something, or names what is asked for, can be repeated, and an
 * application is of DSM.
 */
export function onlyCredentials(settings: Settings, lines: readonly string[]): Settings {
  const unasked: readonly OptionName[] = [...REPEATABLE, 'application', 'system', 'environment'];
  const none = unasked.map((name): [OptionName, string[]] => [name, ['']]);
  return settings.with(new Map([...none, ['credentials', [...lines]]]));
}
