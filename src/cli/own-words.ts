import type { SeguraError } from '../core/errors.js';
import type { CommandName } from './options/commands.js';
import { INPUT_OPTIONS } from './options/options.js';

type Rule = readonly [RegExp, string];

const INPUTS = Object.keys(INPUT_OPTIONS).join('|');

/** How the codes begin whose texts quote the user's own, which may well look like the name of an input. */
const QUOTING = /^(?:REQUEST|NAME|SECRET|FIELD|CREDENTIAL|FILE|VALUE)_/;

/** Inputs where the core names one in quotes. */
const NAMES: readonly Rule[] = [
  [/"client-secret"/g, 'the client secret'],
  [new RegExp(`"(${INPUTS})"`, 'g'), '--$1'],
];

const ONE_BY_ONE = 'the jobs that share it run one after another (in GitLab: resource_group),';

/** Sentences of the core about a step of a job, which a command line is not. None can be a name of the user's. */
const SENTENCES: readonly Rule[] = [
  [new RegExp(`^Input "(${INPUTS})"`), '--$1'],
  [/^Input "client-secret"/, 'The client secret'],
  [/\bLine (\d+) of "(secrets|credentials)"/g, 'Line $1 of --$2'],
  [/^tls-verify is false: /, '--tls-verify is false: '],
  [/ at pam-endpoint "coe"\.$/, ' at --pam-endpoint coe.'],
  [/ set pam-endpoint: (\w+)/, ' write --pam-endpoint $1'],
  [/ try another "pam-endpoint"\.$/, ' try another --pam-endpoint.'],
  [
    /^Set custody-wait: "(\d+)" and deadline: "(\d+)" to wait /,
    'Write --custody-wait $1 --deadline $2 to wait ',
  ],
  [/^Set custody-wait: "(\d+)" to wait /, 'Write --custody-wait $1 to wait '],
  [/( for it, )put the jobs that share it in one `concurrency:` group,/, `$1let ${ONE_BY_ONE}`],
  [/^Put the jobs that share it in one `concurrency:` group,/, `Let ${ONE_BY_ONE}`],
  [/ is in the custody of somebody else /, ' is in the custody of another client '],
  [/ somebody else wrote it, /, ' another program wrote it, '],
  [/ have inputs of their own\.$/, ' are settings of their own.'],
  [/, more than the whole step may take /, ', more than the whole fetch may take '],
  [/^The deadline of the step passed /, 'The deadline (--deadline) passed '],
  [/, longer than the step has left\.$/, ', longer than --deadline leaves.'],
  [/ stopped the step(?=[^a-z])/, ' stopped the command'],
  [/ with debug logging for the steps before it\.$/, ' with --debug for the lines before it.'],
  [/^The job is being cancelled\.$/, 'A signal stopped it.'],
  [/: the job is being cancelled\.$/, ': a signal stopped it.'],
  [/^Run the job again\.$/, 'Run it again.'],
  [/, which changes how programs of the job run\.$/, ', which changes how programs run.'],
  [/: every later step speaks to /, ': every program that gets it speaks to '],
  [/^Make it in a step before: run: /, 'Make it first: '],
  [/, or remove it in a step before\.$/, ', or remove it first.'],
  [/([Aa]sk) for less in one step\.$/, '$1 for less in one run.'],
  [/^Ask for them in several steps\.$/, 'Ask for them in several runs.'],
  [/^Name a place where the job may write,/, 'Name a place where this user may write,'],
  [/ What this step took into custody /, ' What it took into custody '],
  [/ what this job may still hold\b/, ' what it may still hold'],
  [/ what this job holds\b/, ' what it holds'],
  [/ this runner's address\.$/, " this machine's address."],
  [/^Add the runner's address /, "Add this machine's address "],
  [/: the vault does not let this runner in /, ': the vault does not let this machine in '],
  [/, and allows this runner\.$/, ', and allows this machine.'],
  [/, that the runner may reach /, ', that this machine may reach '],
  [/ is inside the workspace: /, ' is inside the current folder: '],
  [
    / With application, system and environment check /,
    ' With --application, --system and --environment check ',
  ],
  [
    / application: application, system, environment\.$/,
    ' application: --application, --system, --environment.',
  ],
];

/** How long custody lasts, where a line tells of a value. */
const UNTIL: Partial<Record<CommandName, string>> = {
  exec: 'until the command ends',
  export: 'until segura-secrets release',
};

/** A line of the log or a warning in the words of a command line. */
export function lineInOwnWords(text: string, command: CommandName): string {
  const until = UNTIL[command] ?? 'until it ends';
  return apply([...SENTENCES, ...NAMES], text).replace(/; custody until the job ends$/, `; custody ${until}`);
}

/** A text of a problem in the words of a command line. */
export function inOwnWords(text: string, { code }: Pick<SeguraError, 'code'>): string {
  // What follows is the text that the user gave.
  if (/^Input "[a-z-]+" (?:is|has a query or fragment:) "/.test(text)) return apply(SENTENCES, text);
  return apply(QUOTING.test(code) ? SENTENCES : [...SENTENCES, ...NAMES], text);
}

function apply(rules: readonly Rule[], text: string): string {
  return rules.reduce((told, [pattern, words]) => told.replace(pattern, words), text);
}
