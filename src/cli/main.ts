import type { Writable } from 'node:stream';
import { problemsOf } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import type { Outcome } from '../platform/process/leave.js';
import { writeNow } from '../platform/process/write-now.js';
import { type Context, openTerminal } from './context.js';
import { withFolder } from './current-folder.js';
import { CommandNotRun, OWN_FAILURE } from './exec/failure.js';
import { exitCodeOf, kindOf } from './exit-codes.js';
import { isVerbless } from './nouns/commands.js';
import { isNoun, type NounName, verbsOf } from './nouns/nouns.js';
import { type Arguments, readArguments, unknownCommand } from './options/arguments.js';
import { type CommandName, isCommand } from './options/commands.js';
import { helpText } from './options/help.js';
import { UsageError } from './options/usage-error.js';
import type { ProcessContext } from './process.js';
import { programFault } from './program-fault.js';
import { remedyOf } from './remedy.js';
import { Signals } from './signals.js';

/** Each command is in the same file, and is evaluated when it is run. */
const RUN: Readonly<Record<Exclude<CommandName, NounName>, (context: Context) => Promise<Outcome>>> = {
  exec: async (context) => (await import(/* webpackMode: "eager" */ './commands/exec.js')).exec(context),
  export: async (context) =>
    (await import(/* webpackMode: "eager" */ './commands/export.js')).exportSecrets(context),
  inject: async (context) =>
    (await import(/* webpackMode: "eager" */ './commands/inject.js')).injectFiles(context),
  release: async (context) =>
    (await import(/* webpackMode: "eager" */ './commands/release.js')).releaseState(context),
  runb: async (context) => (await import(/* webpackMode: "eager" */ './commands/runb.js')).runb(context),
  provision: async (context) =>
    (await import(/* webpackMode: "eager" */ './commands/provision.js')).provision(context),
  deprovision: async (context) =>
    (await import(/* webpackMode: "eager" */ './commands/deprovision.js')).deprovision(context),
  migrate: async (context) =>
    (await import(/* webpackMode: "eager" */ './commands/migrate.js')).migrate(context),
  check: async (context) => (await import(/* webpackMode: "eager" */ './commands/check.js')).check(context),
  completion: async (context) =>
    (await import(/* webpackMode: "eager" */ './commands/completion.js')).completion(context),
  help: async ({ world, arguments: { positionals: words } }) => {
    await write(world.stdout, helpText(...topicOf(words)));
    return 0;
  },
  version: async ({ world }) => {
    await write(world.stdout, `${VERSION}\n`);
    return 0;
  },
};

async function run(context: Context): Promise<Outcome> {
  const { command } = context.arguments;
  if (!isNoun(command)) return RUN[command](context);
  return (await import(/* webpackMode: "eager" */ './nouns/run.js')).runNoun(context, command);
}

const WRONG_USAGE = 2;

/** Most commands write in their own way. */
async function write(stream: Writable, text: string): Promise<void> {
  const { writeTo } = await import(/* webpackMode: "eager" */ './write.js');
  await writeTo(stream, text);
}

/** Carries out a command line; the result is the exit code, or the signal by which to end. */
export async function main(world: ProcessContext): Promise<Outcome> {
  const signals = new Signals(world.system);
  if (world.arguments.length === 0) {
    await write(world.stderr, helpText());
    return WRONG_USAGE;
  }
  let given: Arguments = { command: 'help', options: new Map(), positionals: [], child: undefined };
  try {
    given = readArguments(world.arguments);
    checkPositionals(given);
    const placed = withFolder(world, given);
    const terminal = openTerminal(placed, given);
    for (const warning of given.warnings ?? []) terminal.warning(warning);
    return await run({ world: placed, arguments: given, terminal, signals });
  } catch (error) {
    const fault = programFault(error);
    if (fault !== undefined) {
      // In the first part of the file, which is there: others may not be.
      writeNow(2, fault);
      return runsCommand(given) ? OWN_FAILURE : 1;
    }
    const terminal = openTerminal(world, given);
    const problems = problemsOf(error);
    for (const problem of problems) terminal.report(problem, remedyOf(problem, world.environment));
    if (error instanceof UsageError) return WRONG_USAGE;
    if (error instanceof CommandNotRun) return error.exitCode;
    if (signals.stop.aborted) return signals.first;
    if (!runsCommand(given)) return exitCodeOf(problems);
    const kind = kindOf(problems);
    if (kind !== undefined)
      terminal.notice(`${given.command} ends with ${OWN_FAILURE}; the kind of failure is ${kind}`);
    return OWN_FAILURE;
  }
}

/** These end with the exit code of another command, so they have one of their own for their failures. */
function runsCommand({ command, child, positionals: [verb = ''] }: Arguments): boolean {
  if (command === 'inject') return child !== undefined;
  return command === 'exec' || (isNoun(command) && verbsOf(command)[verb]?.runsCommand === true);
}

function checkPositionals({ command, positionals: words, child }: Arguments): void {
  if (command === 'help' || command === 'completion' || isNoun(command)) return;
  if (isVerbless(command) && child === undefined) return;
  if (words.length > 0) {
    throw new UsageError(
      `The command ${command} takes no positional arguments.`,
      `Give each value with its option, and true or false with a switch as in --tls-verify=false.${['exec', 'inject'].includes(command) ? ' Put "--" before the command to run.' : ''}`,
    );
  }
  if (child !== undefined && !['exec', 'inject'].includes(command)) {
    throw new UsageError(
      `The command ${command} does not run another command.`,
      'Leave "--" out, or use exec.',
    );
  }
}

/** The command that help is wanted of, and its verb; nothing for all of them. Errors: UsageError. */
function topicOf([word, verb, ...more]: readonly string[]): [CommandName?, string?] {
  const isVerb =
    word !== undefined && verb !== undefined && isNoun(word) && Object.hasOwn(verbsOf(word), verb);
  if (more.length > 0 || (verb !== undefined && !isVerb))
    throw new UsageError(
      'The command help takes the name of one command.',
      'Write segura-secrets help COMMAND.',
    );
  if (word === undefined) return [];
  if (!isCommand(word)) throw unknownCommand(word, 'segura-secrets help');
  return verb === undefined ? [word] : [word, verb];
}
