import { dirname, resolve, sep } from 'node:path';
import { checkOfDynamic } from '../core/job/dynamic/dynamic-check.js';
import { readerOfLogin } from '../core/job/login/login-inputs.js';
import { readerOfSafe } from '../core/job/mysafe/read-safe.js';
import { checkOfSsh } from '../core/job/ssh/ssh-check.js';
import { resolvePath } from '../platform/disk/places.js';
import { nodeDebugWarning } from '../platform/process/node-debug.js';
import { isColored } from '../platform/terminal/colors.js';
import { Terminal } from '../platform/terminal/terminal.js';
import { endedBySignals } from './ended-by-signals.js';
import type { Arguments } from './options/arguments.js';
import type { Settings } from './options/settings.js';
import type { ProcessContext } from './process.js';
import { rejectDebugger } from './reject-debugger.js';
import { keysOf, placesOf } from './run/connect.js';
import { saverFor } from './run/saver.js';
import type { SecretsRun } from './run/secrets-run.js';
import type { Signals } from './signals.js';
import { commandWords } from './words.js';

/** What every command works with. */
export interface Context {
  readonly world: ProcessContext;
  readonly arguments: Arguments;
  readonly terminal: Terminal;
  readonly signals: Signals;
}

/** How much is printed, and where private files are: next to the state file if there is one. */
export function openTerminal(world: ProcessContext, given: Arguments): Terminal {
  const state = given.options.get('state')?.at(-1) || undefined;
  const isTrue = (name: 'quiet' | 'debug'): boolean => /^true$/i.test(given.options.get(name)?.at(-1) ?? '');
  return new Terminal({
    // Evaluated when something is printed: most commands print nothing.
    screen: {
      get isTTY() {
        return world.stderr.isTTY === true;
      },
      write: (text) => world.stderr.write(text),
    },
    places: {
      workspace: world.directory,
      temp: state === undefined ? world.temp : dirname(resolve(world.directory || sep, state)),
    },
    system: world.system,
    environment: world.environment,
    run: given.options.get('run')?.at(-1) ?? '',
    verbosity: isTrue('debug') ? 'debug' : isTrue('quiet') ? 'quiet' : 'normal',
    isColored: () => isColored(world.stderr.isTTY === true, world.environment),
    words: commandWords(given.command),
  });
}

/** Files that are read where nothing can be waited for; each may be a pipe. */
const READ_AT_ONCE = ['ca-certificate', 'client-certificate', 'client-key', 'decryption-key'] as const;

/** The settings of a command, with warnings about their file. A signal ends the process meanwhile. */
export function openSettings(
  { world, arguments: given, terminal, signals }: Context,
  defaultConfigFile = '',
): Promise<Settings> {
  return endedBySignals(signals, world.system, async () => {
    const debug = nodeDebugWarning(world.environment);
    if (debug !== undefined) terminal.warning(debug);
    const { Settings } = await import(/* webpackMode: "eager" */ './options/settings.js');
    const settings = await Settings.open(world, given, signals.stop, defaultConfigFile);
    for (const warning of settings.takeWarnings()) terminal.warning(warning);
    const raw = settings.inputs();
    const isTokenFile = raw['oidc-provider'].toLowerCase() === 'file';
    const once = READ_AT_ONCE.map((name) => raw[name]);
    const files = [...once, isTokenFile ? raw['oidc-token'] : ''].filter((file) => file !== '');
    await rejectDebugger(world, terminal);
    for (const file of files) await world.files.readAhead(resolvePath(file, placesOf(world)));
    return settings;
  });
}

/** `isTerse`: the values go nowhere by themselves, so no line says where each is ready. */
export async function openRun(context: Context, opened?: Settings, isTerse = false): Promise<SecretsRun> {
  const { world, terminal, signals } = context;
  const settings = opened ?? (await openSettings(context));
  const { SecretsRun } = await import(/* webpackMode: "eager" */ './run/secrets-run.js');
  const raw = settings.inputs();
  const [login, mysafe, keys, injector, saver, ...checks] = await Promise.all([
    readerOfLogin(raw),
    readerOfSafe(raw),
    keysOf(world, raw),
    world.injector(raw, terminal.files),
    saverFor(context, raw),
    checkOfSsh(raw),
    checkOfDynamic(raw),
  ]);
  const readers = { login, injector, mysafe, saver };
  return new SecretsRun({ world, settings, terminal, readers, checks, keys, stop: signals.stop, isTerse });
}
