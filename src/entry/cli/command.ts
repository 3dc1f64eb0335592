import { homedir, tmpdir } from 'node:os';
import { main } from '../../cli/main.js';
import { InputFiles } from '../../cli/options/input-files.js';
import { problemsOf } from '../../core/errors.js';
import { unreadable } from '../../platform/process/bytes-of-start.js';
import { inheritedDescriptors } from '../../platform/process/inherited.js';
import { closeInspector } from '../../platform/process/inspector.js';
import { leaveAs } from '../../platform/process/leave.js';
import { readStandardInput } from '../../platform/process/standard-input.js';
import { hasTerminal, isInForeground } from '../../platform/terminal/foreground.js';
import { identityOf } from '../identity.js';
import { injectorOf } from '../injection.js';
import { outputs } from './outputs.js';

/** What is to end by a signal is not held for longer by a reader that is stuck. */
const LAST_LINES_MS = 5_000;

/** Carries out a command line, and ends this process as it ended. */
export async function runCommand(words: readonly string[]): Promise<never> {
  // Nothing that goes wrong beside the command may end it, or print where it went wrong with what is around it.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      for (const { code, message } of problemsOf(error))
        outputs.stderr.write(`segura-secrets: ${code}: ${message}\n`);
      process.exitCode = 1;
    });
  }
  const outcome = await main({
    arguments: words,
    environment: process.env,
    system: process.platform,
    directory: orNone(() => process.cwd()),
    temp: tmpdir(),
    home: orNone(homedir),
    files: new InputFiles(),
    readStandardInput,
    ask: async (question, stop) =>
      (await import(/* webpackMode: "eager" */ '../../platform/terminal/ask.js')).ask(
        question,
        stop,
        outputs.flush(),
      ),
    isInForeground,
    hasTerminal,
    inheritedDescriptors: () => inheritedDescriptors(process.env['MAKEFLAGS']),
    unreadable: () => unreadable({ environment: process.env, words }),
    closeInspector: () =>
      closeInspector([...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]),
    identity: (log, readFile) =>
      identityOf({
        environment: process.env,
        readFile,
        log,
        loadUndici: () => import(/* webpackMode: "eager" */ '../../http/undici.js'),
      }),
    injector: injectorOf,
    processId: process.pid,
    get stdout() {
      return outputs.stdout;
    },
    get stderr() {
      return outputs.stderr;
    },
  });
  if (typeof outcome === 'string')
    setTimeout(() => leaveAs(outcome, process.platform), LAST_LINES_MS).unref();
  await outputs.flush();
  // What still hangs, a connection that is being made for instance, must not keep the caller waiting.
  leaveAs(outcome === 0 ? Number(process.exitCode ?? 0) : outcome, process.platform);
}

/** Empty where the system knows none: the current folder is gone, or the user has no entry in /etc/passwd. */
function orNone(find: () => string): string {
  try {
    return find();
  } catch {
    return '';
  }
}
