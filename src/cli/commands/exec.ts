import { SeguraError } from '../../core/errors.js';
import { Redaction } from '../../core/redaction/redaction.js';
import type { Outcome } from '../../platform/process/leave.js';
import { nodeDebugIn } from '../../platform/process/node-debug.js';
import { type Context, openRun, openSettings } from '../context.js';
import { checkEnvironmentSize } from '../environment-size.js';
import { startChild } from '../exec/child.js';
import { childEnvironment } from '../exec/environment.js';
import { CommandNotRun, OWN_FAILURE } from '../exec/failure.js';
import type { KeyForms } from '../exec/key-forms.js';
import { type Preparation, prepareChild } from '../exec/prepare.js';
import { closeSecret, isInputFree } from '../exec/secret-descriptors.js';
import type { Settings } from '../options/settings.js';
import { rejectUnreadable } from '../options/unreadable.js';
import { UsageError } from '../options/usage-error.js';
import { rejectDebugger } from '../reject-debugger.js';
import type { SecretsRun } from '../run/secrets-run.js';
import { stopWith } from '../stop-with.js';

/** How long the command may use its secrets after a signal to stop. Then they are released while it runs. */
const STOP_GRACE_MS = 3_000;

/** A terminal sends these to every process in its foreground, including the command. */
const FROM_KEYBOARD: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const FROM_TERMINAL: readonly NodeJS.Signals[] = [...FROM_KEYBOARD, 'SIGHUP', 'SIGWINCH'];

/**
 * Runs a command with the secrets in its environment, hides them in its output, and releases when it ends. `opened`: the
 * settings, where they are read already.
 */
export async function exec(context: Context, opened?: Settings): Promise<Outcome> {
  const { world, terminal, signals, arguments: given } = context;
  const [command, ...words] = given.child ?? [];
  if (command === undefined) {
    throw new UsageError(
      'The command exec needs a command to run.',
      'Write it after "--": exec [options] -- ./deploy.sh',
    );
  }
  if (command === '') throw new CommandNotRun(command, 'ENOENT');
  rejectNodeDebug(world.environment);
  rejectUnreadable(world);
  const isInteractive = readInteractive(context);
  // Its socket looks like one that was inherited.
  await rejectDebugger(world, terminal);
  const inherited = world.inheritedDescriptors();
  const settings = opened ?? (await openSettings(context));
  const run = await openRun(context, settings);
  const inputs = run.readInputs(false);
  if (world.processId === 1) {
    terminal.info(
      'runs as process 1, which cannot reap orphans: use docker run --init, or start it through tini',
    );
  }
  const places = settings.secretPlaces();
  if (isInteractive) {
    terminal.warning('--interactive connects the command to the terminal: its output is not redacted.');
  }
  const hasInput = isInputFree(places);
  const preparing = prepareChild(world, {
    isInteractive,
    inherited: closeSecret(inherited, places),
    hasInput,
    state: settings.option('state'),
  });
  try {
    // The command makes what is saved.
    const { saver } = inputs;
    const early =
      saver === undefined ? inputs : { ...inputs, saver: { ...saver, save: async () => undefined } };
    const writes = await run.fetch(early, (asked) =>
      checkEnvironmentSize(asked, world.system, world.environment),
    );
    if (signals.stop.aborted) {
      await run.releaseCustody();
      return signals.first;
    }
    const preparation = await preparing;
    for (const warning of preparation.warnings) terminal.warning(warning);
    const tokenVariables = await run.tokenVariables(inputs);
    const keys = await formsOfKeys(run);
    const environment = childEnvironment({
      world,
      login: inputs.login,
      places,
      tokenVariables,
      writes,
      keys,
    });
    return await runChild(context, run, {
      command,
      words,
      environment,
      isInteractive,
      preparation,
      save: () => run.saveValues(inputs),
    });
  } finally {
    await (await preparing).watcher?.dismiss();
  }
}

/** What hides in variables; loaded only for a run that has keys. */
async function formsOfKeys({ keys }: SecretsRun): Promise<KeyForms | undefined> {
  if (keys.secrets.length === 0) return undefined;
  const { keyForms } = await import(/* webpackMode: "eager" */ '../exec/key-forms.js');
  return keyForms(keys);
}

interface WantedCommand {
  readonly command: string;
  readonly words: readonly string[];
  readonly environment: Record<string, string | undefined>;
  readonly isInteractive: boolean;
  readonly preparation: Preparation;
  /** What is done after a command that ended with 0. */
  readonly save: () => Promise<void>;
}

async function runChild(
  { world, terminal, signals }: Context,
  run: SecretsRun,
  wanted: WantedCommand,
): Promise<Outcome> {
  const releaseCustody = once(() => run.releaseCustody());
  try {
    const child = startChild({ ...wanted, redaction: new Redaction(terminal.masks) });
    const { isApart } = wanted.preparation;
    if (isApart && world.hasTerminal()) stopWith(child);
    signals.passTo((signal, isStop) => {
      const isThereToo = !isApart && FROM_TERMINAL.includes(signal) && world.isInForeground();
      if (!isThereToo) child.kill(signal);
      // A key press is meant for the shell or the REPL at the terminal, not for exec.
      if (wanted.isInteractive && FROM_KEYBOARD.includes(signal)) return;
      if (isStop) setTimeout(() => void releaseCustody(), STOP_GRACE_MS).unref();
    });
    const outcome = await child.ended;
    const [isAllBack, { isWritten, isHeld }] = await Promise.all([
      releaseCustody(),
      child.drained(() => signals.stop.aborted),
    ]);
    if (!isWritten) terminal.warning('Some of the output of the command could not be written.');
    if (isHeld) {
      terminal.warning(
        'The command left a process running, and no one reads its output any more. If it prints, SIGPIPE ends it. Redirect its output to a file.',
      );
    }
    if (outcome === 0) await wanted.save();
    const hasFailed = !isWritten || (!isAllBack && run.isReleaseFailureFatal);
    return outcome === 0 && hasFailed ? OWN_FAILURE : outcome;
  } catch (error) {
    await releaseCustody();
    throw error;
  }
}

/** Errors: INPUT_INVALID. */
function readInteractive({ world, arguments: given }: Context): boolean {
  if (given.options.get('interactive')?.at(-1) !== 'true') return false;
  if (world.stdout.isTTY === true) return true;
  throw new SeguraError(
    'INPUT_INVALID',
    'The option --interactive is for a terminal, but standard output is not a terminal.',
    'Leave --interactive out: the output of the command is then redacted.',
  );
}

/** Node then prints the whole environment of each process it starts, and the data of its pipes. */
function rejectNodeDebug(environment: Context['world']['environment']): void {
  const names = nodeDebugIn(environment);
  if (names.length === 0) return;
  throw new SeguraError(
    'PLATFORM_UNSUPPORTED',
    `${names.join(' and ')} ${names.length === 1 ? 'makes' : 'make'} Node print what it starts, reads and writes, with every secret in it.`,
    `Unset it for this command: env ${names.map((name) => `-u ${name}`).join(' ')} segura-secrets exec …`,
  );
}

function once<T>(operation: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= operation();
    return result;
  };
}
