import { constants } from 'node:os';
import { Redaction } from '../../core/redaction/redaction.js';
import { startChild } from '../child.js';
import { type Context, openJob } from '../context.js';
import { environmentRefusals } from '../environment-size.js';
import type { Job } from '../job.js';
import { UsageError } from '../usage-error.js';

/** Our own failure, told apart from any of the command's: as env, timeout and docker do. */
export const OWN_FAILURE = 125;

/** After a signal to stop the command may use its secrets for so long; then they are given back under it. */
const STOP_GRACE_MS = 3_000;

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
  terminal.refuseWrites = (writes) => environmentRefusals(writes, world.system);
  const job = openJob(context);
  const inputs = job.readInputs(false);
  await job.fetch(inputs);
  if (signals.stop.aborted) {
    await job.giveBack();
    return signals.exitCode(constants.signals);
  }
  const giveBack = once(() => job.giveBack());
  let code: number;
  try {
    const child = startChild({
      command,
      words,
      environment: childEnvironment(context, inputs.clientSecret.reveal()),
      redaction: new Redaction(terminal.masks),
      world,
    });
    signals.passTo((signal, isStop) => {
      if (!(world.stdin.isTTY && FROM_KEYBOARD.includes(signal))) child.kill(signal);
      if (isStop) setTimeout(() => void giveBack(), STOP_GRACE_MS).unref();
    });
    code = await child.ended;
    const givenBack = giveBack();
    await child.drained();
    await givenBack;
  } catch (error) {
    await giveBack();
    throw error;
  }
  return exitCode(job, code, await giveBack());
}

function exitCode(job: Job, code: number, isAllBack: boolean): number {
  return code === 0 && !isAllBack && job.isReleaseFailureFatal ? OWN_FAILURE : code;
}

/** Our own environment with the secrets, and without anything that holds the client secret. */
function childEnvironment(
  { world, terminal }: Context,
  clientSecret: string,
): Record<string, string | undefined> {
  const kept = Object.entries(world.environment).filter(
    ([name, value]) => name.toUpperCase() !== 'SENHASEGURA_CLIENT_SECRET' && value?.trim() !== clientSecret,
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
