import { Redaction } from '../../../core/redaction/redaction.js';
import type { Outcome } from '../../../platform/process/leave.js';
import { startChild } from '../../exec/child.js';
import { childEnvironment } from '../../exec/environment.js';
import { keyForms } from '../../exec/key-forms.js';
import { prepareChild } from '../../exec/prepare.js';
import type { ProcessContext } from '../../process.js';
import { rejectDebugger } from '../../reject-debugger.js';
import { identityFor, keysOf } from '../../run/connect.js';
import type { OpenVault } from '../open-vault.js';
import type { NounCall } from '../verb.js';

/** How long a command may take to end after a signal. */
const STOP_GRACE_MS = 3_000;

/**
 * Runs a line of the user's shell with these variables, and hides in its output all that is masked so far. It gets no
 * standard input, and none of the login. Ends when this process is gone.
 *
 * Errors: CommandNotRun.
 */
export async function tryCommand(
  call: NounCall,
  { inputs: { login } }: Pick<OpenVault, 'inputs'>,
  line: string,
  variables: ReadonlyMap<string, string>,
): Promise<Outcome> {
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
    signals.passTo((signal, isStop) => {
      child.kill(signal);
      if (isStop) timer ??= setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS).unref();
    });
    const outcome = await child.ended;
    clearTimeout(timer);
    signals.passTo(() => undefined);
    await child.drained(() => signals.stop.aborted);
    return outcome;
  } finally {
    await preparation.watcher?.dismiss();
  }
}
