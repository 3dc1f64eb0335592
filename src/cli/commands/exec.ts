import { constants } from 'node:os';
import { SeguraError } from '../../core/errors.js';
import type { Inputs } from '../../core/inputs.js';
import { maskForms, pairForms } from '../../core/masks.js';
import { Redaction } from '../../core/redaction/redaction.js';
import { startChild } from '../child.js';
import { type Context, openJob } from '../context.js';
import { environmentRefusals } from '../environment-size.js';
import { UsageError } from '../usage-error.js';

/** Our own failure, told apart from any of the command's: as env, timeout and docker do. */
export const OWN_FAILURE = 125;

/** After a signal to stop the command may use its secrets for so long; then they are given back under it. */
const STOP_GRACE_MS = 3_000;

/** Shorter forms would be found in variables that have nothing to do with it. */
const LEAST_SECRET_LENGTH = 4;

/** A terminal sends these to every process in front of it, the command too. */
const FROM_KEYBOARD: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** Runs a command with the secrets in its environment, hides them in its output, and gives back when it ends. */
export async function exec(context: Context): Promise<number> {
  const { world, terminal, signals, arguments: given } = context;
  const [command, ...words] = given.child ?? [];
  if (command === undefined) {
    throw new UsageError(
      'The command exec needs a command to run.',
      'Write it after "--": exec [options] -- ./deploy.sh',
    );
  }
  refuseNodeDebug(world.environment);
  terminal.refuseWrites = (writes) => environmentRefusals(writes, world.system, world.environment);
  const job = openJob(context);
  const inputs = job.readInputs(false);
  await job.fetch(inputs);
  if (signals.stop.aborted) {
    await job.giveBack();
    return signals.exitCode(constants.signals);
  }
  const giveBack = once(() => job.giveBack());
  try {
    const child = startChild({
      command,
      words,
      environment: childEnvironment(context, inputs),
      redaction: new Redaction(terminal.masks),
      world,
    });
    signals.passTo((signal, isStop) => {
      if (!(FROM_KEYBOARD.includes(signal) && world.isInForeground())) child.kill(signal);
      if (isStop) setTimeout(() => void giveBack(), STOP_GRACE_MS).unref();
    });
    const code = await child.ended;
    const [isAllBack, isWritten] = await Promise.all([giveBack(), child.drained()]);
    if (!isWritten) terminal.warning('Not all that the command printed could be written.');
    const hasFailed = !isWritten || (!isAllBack && job.isReleaseFailureFatal);
    return code === 0 && hasFailed ? OWN_FAILURE : code;
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** Node then prints what it starts a process with: the whole environment. */
function refuseNodeDebug({ NODE_DEBUG = '' }: Context['world']['environment']): void {
  if (!/(?:^|,)\s*(?:\*|child_process)/i.test(NODE_DEBUG)) return;
  throw new SeguraError(
    'PLATFORM_UNSUPPORTED',
    'NODE_DEBUG is set to what makes Node print the environment of the command, with every secret in it.',
    'Unset NODE_DEBUG for this command: env -u NODE_DEBUG segura-secrets exec …',
  );
}

/** Our own environment with the secrets, and without anything that holds the client secret, in an encoding either. */
function childEnvironment(
  { world, terminal }: Context,
  { clientId, clientSecret }: Inputs,
): Record<string, string | undefined> {
  const secret = clientSecret.reveal();
  const forms = [secret, ...maskForms(secret, LEAST_SECRET_LENGTH), ...pairForms(clientId, secret)];
  const kept = Object.entries(world.environment).filter(
    ([name, value = '']) =>
      name.toUpperCase() !== 'SENHASEGURA_CLIENT_SECRET' && !forms.some((form) => value.includes(form)),
  );
  // Windows keeps names without regard to case: the secret replaces a variable that differs in case alone.
  const names = new Set(terminal.writes.map(({ name }) => name.toUpperCase()));
  const isReplaced = (name: string): boolean => world.system === 'win32' && names.has(name.toUpperCase());
  return Object.fromEntries([
    ...kept.filter(([name]) => !isReplaced(name)),
    ...terminal.writes.map(({ name, value }) => [name, value]),
  ]);
}

function once<T>(deed: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= deed();
    return result;
  };
}
