import { EOL } from 'node:os';
import * as tl from 'azure-pipelines-task-lib/task.js';
import { Ledger } from '../../core/custody/ledger.js';
import { SeguraError } from '../../core/errors.js';
import type { Inputs, Unchecked } from '../../core/job/inputs.js';
import { removeFiles } from '../../core/job/remove-files.js';
import type { FileStore, Platform, SummaryRow, UseStore, Write } from '../../core/ports.js';
import { type Claim, literalClaims } from '../../core/requests/claim.js';
import { UseFolder } from '../disk/use-folder.js';
import { flushOutput } from '../process/output.js';
import { writeRefusals } from '../process/size-limits.js';
import { AzureFiles } from './files.js';
import { type AzureOptions, holdsClientSecret } from './inputs.js';
import { asShown } from './messages.js';
import { type Localize, nameRefusals, wishesOf } from './reserved-names.js';
import { isHoldable } from './secret-variable.js';
import {
  base64Of,
  namesInEnvironment,
  type Setting,
  Settings,
  valueRefusals,
  wantedOf,
} from './variables.js';
import { inAzurePlaces, inAzureWords } from './wording.js';

/** The task variables that carry state to the next try and to post: the ledger of the core, and that of our own files. */
export const STATE_NAMES = { ledger: 'segura_ledger', files: 'segura_files' } as const;
export type StateName = keyof typeof STATE_NAMES;

/** A task variable reaches post as one environment string: 128 KiB on Linux, 32,767 characters on Windows. */
const MOST_STATE_LENGTH = 120 * 1024;
const MOST_STATE_LENGTH_WINDOWS = 32_000;

/** What tells a job from one that left its accounts in the temporary folder: an agent empties it between jobs. */
const RUN = ['SYSTEM_COLLECTIONID', 'SYSTEM_PLANID', 'SYSTEM_JOBID', 'SYSTEM_JOBATTEMPT'] as const;

/** What lets an agent read a `%` as it was written: its default, and what it takes for true. */
const DECODES = ['', 'true', '1', '$true'];

const FILTERED = { source: 'remote' } as const;

export type Environment = Readonly<Record<string, string | undefined>>;
/** As the agent spells them: the library's own "Cancelled" it does not know. */
export type Result = 'Succeeded' | 'SucceededWithIssues' | 'Failed' | 'Canceled';

export const localize: Localize = (key, ...parts) => tl.loc(key, ...parts);

/** Azure Pipelines, through azure-pipelines-task-lib. */
export class Azure implements Platform {
  readonly files: FileStore;
  readonly uses: UseStore | undefined;
  readonly run: string;
  readonly mostStateLength: number;
  /** An input may name a variable that a later step sets anew: nothing but the state is sure to be ours. */
  readonly isStateAll = true;
  readonly #files: AzureFiles;
  readonly #environment: Environment;
  readonly #system: NodeJS.Platform;
  readonly #environmentBytes: number;
  readonly #masked = new Set<string>();
  readonly #writes: Write[] = [];
  /** Names, in upper case, whose variables will hold the path of a file of our own. */
  #filed: ReadonlySet<string> = new Set();
  #options: AzureOptions = { multiline: 'error', outputs: false };
  #ownFiles: Ledger | undefined;

  /**
   * `resources`: the task.json beside which the translations are. `environmentBytes`: what stood in the environment, of
   * which the library takes out inputs and secrets as it loads.
   */
  constructor(
    environment: Environment,
    system: NodeJS.Platform,
    resources: string,
    environmentBytes: number,
  ) {
    tl.setResourcePath(resources, true);
    this.#environmentBytes = environmentBytes;
    this.#environment = environment;
    this.#system = system;
    this.run = RUN.map((name) => environment[name] ?? '').join('/');
    const temp = environment['AGENT_TEMPDIRECTORY'] ?? '';
    this.uses = temp === '' ? undefined : new UseFolder(temp);
    this.mostStateLength = system === 'win32' ? MOST_STATE_LENGTH_WINDOWS : MOST_STATE_LENGTH;
    this.#files = new AzureFiles(environment, system, (message) => this.warning(message));
    this.files = this.#files;
  }

  refusals(): SeguraError[] {
    const problems: SeguraError[] = [];
    if (!this.#environment['AGENT_TEMPDIRECTORY']) {
      const lacks = localize('AgentLacks', 'AGENT_TEMPDIRECTORY');
      problems.push(new SeguraError('PLATFORM_UNSUPPORTED', lacks, localize('AgentLacksRemedy')));
    }
    if (!DECODES.includes(tl.getVariable('DECODE_PERCENTS')?.toLowerCase() ?? '')) {
      problems.push(
        new SeguraError(
          'PLATFORM_UNSUPPORTED',
          localize('PercentsNotDecoded'),
          localize('PercentsNotDecodedRemedy'),
        ),
      );
    }
    return problems;
  }

  /** Why the names that the requests themselves ask for cannot be used, looked at before the vault is. */
  requestRefusals({ requests, exportEnv }: Unchecked): SeguraError[] {
    const claims: Claim[] = literalClaims(requests, exportEnv);
    return nameRefusals(wishesOf(claims), localize, holdsClientSecret);
  }

  /** Tells how values are set, before any is; files for values that no variable can hold get an account of their own. */
  prepare(options: AzureOptions, inputs: Inputs): void {
    this.#options = options;
    const { clientId } = inputs.login;
    const { releaseFailure } = inputs.custody;
    const { timeoutMs } = inputs.limits;
    const pamEndpoint = inputs.endpoints.pam;
    const connection = { url: '', proxy: undefined, noProxy: '', caCertificates: '', tlsVerify: true };
    const data = { run: this.run, use: '', connection, clientId, pamEndpoint, timeoutMs, releaseFailure };
    const store = { save: (sealed: string) => this.saveAs('files', sealed) };
    this.#ownFiles = new Ledger(store, undefined, data);
  }

  info(message: string): void {
    const names = this.#writes
      .filter(({ unmasked }) => unmasked === true)
      .map(({ name }) => name.toUpperCase());
    tl.writeExternalOutput(inAzurePlaces(message, this.#filed, new Set(names)) + EOL, FILTERED);
  }

  warning(message: string): void {
    tl.warningExternalOutput(inAzureWords(message), FILTERED);
  }

  debug(message: string): void {
    // The library's own debug lines are off, since they show every input: an agent drops these where it is not debugging.
    tl.command('task.debug', {}, message);
  }

  report(problem: SeguraError, severity: 'error' | 'warning'): void {
    const { message, remedy } = asShown(problem, localize);
    const text = `${problem.code}: ${message}\n${remedy}`;
    if (severity === 'error') tl.errorExternalOutput(text, FILTERED);
    else tl.warningExternalOutput(text, FILTERED);
  }

  /**
   * An agent refuses a secret of several lines, and prints it: so each line is one by itself. A command that it refuses it
   * prints as it came, with a `%` as %AZP25: so that form is one too.
   */
  mask(text: string): void {
    for (const line of text.split(/[\r\n]+/)) {
      this.#hide(line);
      this.#hide(line.replaceAll('%', '%AZP25'));
    }
  }

  #hide(line: string): void {
    if (line.trim() === '' || this.#masked.has(line)) return;
    this.#masked.add(line);
    tl.setSecret(line);
  }

  save(sealed: string): void {
    this.saveAs('ledger', sealed);
  }

  /** The ledger may carry the login and the password of a proxy: it is a secret itself, beside what is hidden of it. */
  saveAs(state: StateName, sealed: string): void {
    tl.setTaskVariable(STATE_NAMES[state], sealed, state === 'ledger' && sealed !== '');
  }

  flush(): Promise<void> {
    return flushOutput();
  }

  writeRefusals(writes: readonly Write[]): SeguraError[] {
    const { multiline } = this.#options;
    const wanted = wantedOf(writes, this.#options);
    const filed = multiline === 'file' ? wanted.filter(({ value }) => !isHoldable(value)) : [];
    this.#filed = new Set(filed.map(({ name }) => name.toUpperCase()));
    // What goes to a file is not limited by what a variable can hold.
    const held = wanted.flatMap((each) => {
      const variable = { ...each, env: true, output: false };
      if (isHoldable(each.value)) return [variable];
      return multiline === 'file' ? [] : [{ ...variable, value: base64Of(each.value) }];
    });
    return [
      ...nameRefusals(wanted, localize, holdsClientSecret),
      ...(multiline === 'error' ? valueRefusals(wanted, localize) : []),
      ...writeRefusals(held, this.#system, this.#environmentBytes, namesInEnvironment),
    ];
  }

  write(write: Write): void {
    this.#writes.push(write);
  }

  /**
   * Sets every variable: the last of a run that can still fail, since a value may need a file first.
   * Each value is masked as it stands in its command before the first of these commands leaves.
   */
  async summarize(_rows: readonly SummaryRow[]): Promise<void> {
    const settings = new Settings({ files: this.#files, ledger: this.#ownFiles, options: this.#options });
    const made = await settings.make(wantedOf(this.#writes, this.#options), this);
    for (const { value, isSecret } of made) if (isSecret) this.mask(value);
    await this.flush();
    for (const each of made) this.#set(each);
    for (const line of settings.lines(made, localize)) this.info(line);
  }

  #set({ name, value, isSecret, isVariable, isOutput }: Setting): void {
    if (isVariable) tl.setVariable(name, value, isSecret, false);
    if (isOutput) tl.setVariable(name, value, isSecret, true);
  }

  /** After a failure: the files of our own are of no use to anybody. */
  discardFiles(): void {
    if (this.#ownFiles !== undefined) removeFiles(this.#ownFiles, this);
  }

  complete(result: Result): void {
    tl.command('task.complete', { result }, '');
  }
}
