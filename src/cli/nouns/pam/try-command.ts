import { Redaction } from '../../../core/redaction/redaction.js';
import { startChild } from '../../exec/child.js';
import { childEnvironment } from '../../exec/environment.js';
import { keyForms } from '../../exec/key-forms.js';
import { prepareChild } from '../../exec/prepare.js';
import type { ProcessContext } from '../../process.js';
import { rejectDebugger } from '../../reject-debugger.js';
import { identityFor, keysOf } from '../../run/connect.js';
import type { OpenVault } from '../open-vault.js';
import type { NounCall } from '../verb.js';
import type { Verify } from './verify.js';

/** How long a command may take to end after a signal. */
const STOP_GRACE_MS = 3_000;

/** What became of a command. */
export interface Tried {
  /** It ended with 0 in time. */
  readonly isAccepted: boolean;
  /** As a sentence goes on after the command: `ended with 5`. */
  readonly how: string;
}

/**
 * Runs a line of the user's shell with these variables, and hides in its output all that is masked so far. It gets no
 * standard input, and none of the login. Ends when this process is gone, and with its process group when its time is over.
 *
 * Errors: CommandNotRun.
 */
export async function tryCommand(
  call: NounCall,
  { inputs: { login } }: Pick<OpenVault, 'inputs'>,
  { line, timeoutMs }: Verify,
  variables: ReadonlyMap<string, string>,
): Promise<Tried> {
  const { context, settings } = call;
  const { world, terminal, signals } = context;
  await rejectDebugger(world, terminal);
  // What a verb prints to standard output is for a program.
  const toMessages: ProcessContext = Object.create(world, { stdout: { value: world.stderr } });
  const preparation = await prepareChild(toMessages, {
    isInteractive: false,
    inherited: [],
    hasInput: false,
    state: settings.option('state'),
  });
  const { auth } = login;
  try {
    for (const warning of preparation.warnings) terminal.warning(warning);
    const tokenVariables = auth.method === 'oidc' ? await identityFor(context).holders(auth.identity) : [];
    const keys = await keysOf(world, settings.inputs());
    const environment = childEnvironment({
      world,
      login,
      places: settings.secretPlaces(),
      tokenVariables,
      writes: [...variables].map(([name, value]) => ({
        name,
        value,
        env: true,
        output: false,
        source: name,
      })),
      keys: keyForms(keys),
    });
    const redaction = new Redaction(terminal.masks);
    const child = startChild({
      command: line,
      words: [],
      environment,
      redaction,
      preparation,
      isShell: true,
    });
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      timer ??= setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS).unref();
    };
    signals.passTo((signal, isStop) => {
      child.kill(signal);
      if (isStop) end();
    });
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGTERM');
      end();
    }, timeoutMs);
    const outcome = await child.ended.finally(() => clearTimeout(limit));
    clearTimeout(timer);
    // What the command started may still be at work.
    if (isLate) child.kill('SIGKILL');
    signals.passTo(() => undefined);
    await child.drained(() => signals.stop.aborted);
    if (isLate)
      return { isAccepted: false, how: `did not end within ${timeoutMs / 1_000} s, and was stopped` };
    return { isAccepted: outcome === 0, how: `ended with ${outcome}` };
  } finally {
    await preparation.watcher?.dismiss();
  }
}
