import { OPTIONS, type Option, type OptionName } from '../options/options.js';
import type { NounHelp } from './noun-help.js';
import { NOUN_OUTPUT } from './noun-options.js';
import { isNoun, NOUNS, type NounName, optionsOfNoun, verbsOf, WRITING } from './nouns.js';

/** A command that manages the vault, as help and completion know it. */
interface ManagingCommand {
  readonly usage: string;
  readonly summary: string;
  readonly example: readonly string[];
  readonly required: 'everything';
  readonly options: readonly OptionName[];
  readonly words?: readonly string[];
}

/** Options that others have as well. */
interface SharedOptions {
  readonly application: readonly OptionName[];
  /** How the vault is reached, and how much is printed. */
  readonly connection: readonly OptionName[];
}

/** The commands beside the nouns, which have no verbs. */
export type VerblessCommand = 'migrate' | 'provision' | 'deprovision';

export function isVerbless(command: string): command is VerblessCommand {
  return ['migrate', 'provision', 'deprovision'].includes(command);
}

/** Each noun as a command whose first argument is a verb, and those that have none. */
export function managingCommands({
  application,
  connection,
}: SharedOptions): Readonly<Record<NounName | VerblessCommand, ManagingCommand>> {
  const nouns = (Object.keys(NOUNS) as NounName[]).map((noun): [NounName, ManagingCommand] => {
    const { summary, example, endpoint }: NounHelp = NOUNS[noun];
    const verbs = Object.keys(verbsOf(noun));
    // PAM is read under the login that is configured, whatever application is set.
    const names = endpoint === 'dsm-endpoint' ? application : [];
    const endpoints = endpoint === undefined ? [] : [endpoint];
    const options = [...optionsOfNoun(noun), 'output', ...names, ...endpoints, ...connection] as const;
    const usage = `${noun} ${verbs.join('|')} [options]`;
    return [noun, { usage, summary, example, required: 'everything', options, words: verbs }];
  });
  const migrate: ManagingCommand = {
    usage: 'migrate FILE... [options]',
    summary: 'moves secrets of .env, JSON, YAML and properties files into a DSM secret',
    example: ['segura-secrets migrate .env --identity shop --dry-run'],
    required: 'everything',
    options: [
      ...(['identity', 'include', 'exclude', 'overwrite', 'strip', 'backup'] as const),
      ...WRITING,
      'output',
      ...application,
      'dsm-endpoint',
      ...connection,
    ],
  };
  const names = ['pod-name', 'deploy', 'namespace'] as const;
  const provision: ManagingCommand = {
    usage: 'provision IDENTITY [options]',
    summary: 'makes the vault provision a dynamic secret, and prints what it made and how to end it',
    example: ['segura-secrets provision app/db --state "$state"'],
    required: 'everything',
    options: [...names, 'state', 'reveal', ...WRITING, 'output', 'dsm-endpoint', ...connection],
  };
  const deprovision: ManagingCommand = {
    usage: 'deprovision IDENTITY --pod-name NAME [options]',
    summary: 'ends what provision, or a job that was killed, made the vault provision',
    example: ['segura-secrets deprovision app/db --pod-name my-pod'],
    required: 'everything',
    options: [...names, ...WRITING, 'output', 'dsm-endpoint', ...connection],
  };
  const all = Object.fromEntries(nouns) as Record<NounName, ManagingCommand>;
  return { ...all, provision, deprovision, migrate };
}

/** An option as a command has it. */
export function optionOf(command: string, name: OptionName): Option {
  const isManaging = isNoun(command) || isVerbless(command);
  return name === 'output' && isManaging ? NOUN_OUTPUT : OPTIONS[name];
}
