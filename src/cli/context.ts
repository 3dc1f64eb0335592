import { dirname, resolve } from 'node:path';
import { Terminal } from '../platform/terminal.js';
import type { Arguments } from './arguments.js';
import { Job } from './job.js';
import { Settings } from './settings.js';
import type { Signals } from './signals.js';
import type { World } from './world.js';

/** What every command works with. */
export interface Context {
  readonly world: World;
  readonly arguments: Arguments;
  readonly terminal: Terminal;
  readonly signals: Signals;
}

/** How much is said, and where private files lie: beside the state file when there is one. */
export function openTerminal(world: World, given: Arguments): Terminal {
  const state = given.options.get('state')?.at(-1);
  const isTrue = (name: 'quiet' | 'debug'): boolean => /^true$/i.test(given.options.get(name)?.at(-1) ?? '');
  return new Terminal({
    screen: world.stderr,
    places: {
      workspace: world.directory,
      temp: state === undefined ? world.temp : dirname(resolve(world.directory, state)),
    },
    system: world.system,
    run: given.options.get('run')?.at(-1) ?? '',
    verbosity: isTrue('debug') ? 'debug' : isTrue('quiet') ? 'quiet' : 'normal',
  });
}

/** The settings of a command, with what is doubtful about their file told. */
export function openSettings(
  { world, arguments: given, terminal }: Context,
  defaultConfigFile = '',
): Settings {
  const settings = new Settings(world, given, defaultConfigFile);
  settings.clientSecret();
  for (const warning of settings.takeWarnings()) terminal.warning(warning);
  return settings;
}

export function openJob(context: Context, settings = openSettings(context)): Job {
  const { world, terminal, signals } = context;
  return new Job({ world, settings, terminal, stop: signals.stop });
}
