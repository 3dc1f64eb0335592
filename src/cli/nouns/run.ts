import { closestMatch } from '../../core/did-you-mean.js';
import type { Outcome } from '../../platform/process/leave.js';
import { type Context, openSettings } from '../context.js';
import type { OptionName } from '../options/options.js';
import { rejectUnreadableWords } from '../options/unreadable.js';
import { UsageError } from '../options/usage-error.js';
import { LOAD } from './load.js';
import { endpointOf, type NounName, optionsOfNoun, optionsOfVerb, type VerbHelp, verbsOf } from './nouns.js';

/** Carries out one verb of a noun. Errors: UsageError, and those of the verb. */
export async function runNoun(context: Context, noun: NounName): Promise<Outcome> {
  rejectUnreadableWords(context.world);
  const { options, positionals, child } = context.arguments;
  const [verb = '', ...operands] = positionals;
  const name = `${noun} ${verb}`;
  const help = findVerb(noun, verb);
  checkChild(name, help, child);
  checkOperands(name, help, operands, context.world.arguments.includes('--'));
  checkOptions(noun, verb, help, options.keys());
  const format = options.get('output')?.at(-1) ?? 'table';
  if (format !== 'table' && format !== 'json')
    throw new UsageError('There is no such format of the output.', 'Write --output table or --output json.');
  const settings = await openSettings(context);
  const verbs = await LOAD[noun]();
  const run = verbs[verb];
  if (run === undefined) throw new Error(`${name} has no function`);
  return run({ context, settings, name, operands, format, endpoint: endpointOf(noun) });
}

function findVerb(noun: NounName, verb: string): VerbHelp {
  const verbs = verbsOf(noun);
  const known = Object.keys(verbs);
  if (Object.hasOwn(verbs, verb)) return verbs[verb] as VerbHelp;
  const near = verb === '' ? undefined : closestMatch(verb, known);
  throw new UsageError(
    verb === '' ? `The command ${noun} needs a verb.` : `The command ${noun} has no such verb.`,
    near === undefined
      ? `Write segura-secrets ${noun} and one of ${known.join(', ')}.`
      : `Did you mean segura-secrets ${noun} ${near}?`,
  );
}

function checkChild(name: string, help: VerbHelp, child: Context['arguments']['child']): void {
  if (help.runsCommand === true && (child === undefined || child.length === 0))
    throw new UsageError(
      `The command ${name} needs a command to run.`,
      `Write it after "--": segura-secrets ${name} ${help.operands.join(' ')} -- COMMAND`,
    );
}

/** No operand is repeated in a message: it could be a value in the wrong place. */
function checkOperands(
  name: string,
  { operands, options }: VerbHelp,
  given: readonly string[],
  hasDashes: boolean,
): void {
  const shown = [name, ...operands].join(' ');
  if (given.length > operands.length) {
    const isValue = given.slice(operands.length).some((text) => text.includes('='));
    throw new UsageError(
      isValue && options.includes('field')
        ? 'A value cannot be an argument: every process on the machine can read arguments.'
        : `The command ${name} takes ${operands.length === 0 ? 'no arguments' : `only ${operands.join(' and ')}`}.`,
      isValue && options.includes('field')
        ? `Write segura-secrets ${shown} --field NAME=@FILE, or --field NAME=- to read standard input.`
        : `Write segura-secrets ${shown}.${hasDashes ? ' To run a command with secrets, use exec.' : ''}`,
    );
  }
  const missing = operands.slice(given.length);
  if (missing.length > 0 || given.some((text) => text.trim() === ''))
    throw new UsageError(
      `The command ${name} needs ${missing.join(' and ') || 'arguments that are not empty'}.`,
      `Write segura-secrets ${shown}.`,
    );
}

function checkOptions(noun: NounName, verb: string, help: VerbHelp, given: Iterable<OptionName>): void {
  const own: readonly OptionName[] = optionsOfVerb(help);
  const known: readonly OptionName[] = optionsOfNoun(noun);
  for (const option of given) {
    if (!known.includes(option) || own.includes(option)) continue;
    const takers = Object.entries(verbsOf(noun)).filter(([, each]) =>
      (optionsOfVerb(each) as readonly OptionName[]).includes(option),
    );
    throw new UsageError(
      `Option --${option} is not for ${noun} ${verb}.`,
      `Leave it out, or use ${takers.map(([name]) => `${noun} ${name}`).join(' or ')}.`,
    );
  }
}
