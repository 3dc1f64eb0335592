import { EOL } from 'node:os';
import * as tl from 'azure-pipelines-task-lib/task.js';
import { SeguraError } from '../../core/errors.js';
import type { DraftInputs } from '../../core/job/inputs.js';
import type { FileStore, LedgerStore, Log, SshTools, UseStore } from '../../core/ports.js';
import { render, type Text } from '../../core/text.js';
import { JobFiles } from '../disk/job-files.js';
import { UseFolder } from '../disk/use-folder.js';
import { flushOutput } from '../process/output.js';
import { placesOf } from './files.js';
import { inputHeldBy, secretsGiven } from './inputs.js';
import { asShown } from './messages.js';
import { checkNames, type Localize, placesOfClaims } from './reserved-names.js';
import { azureWords } from './words.js';

/** The task variable that carries the ledger to the next try and to post. */
const STATE_NAME = 'segura_ledger';

/** A task variable reaches post as one environment string: 128 KiB on Linux, 32,767 characters on Windows. */
const MAX_STATE_LENGTH = 120 * 1024;
const MAX_STATE_LENGTH_WINDOWS = 32_000;

/** Distinguishes this job from an earlier one whose accounts are still in the temporary folder, which agents empty between jobs. */
const RUN = ['SYSTEM_COLLECTIONID', 'SYSTEM_PLANID', 'SYSTEM_JOBID', 'SYSTEM_JOBATTEMPT'] as const;

/** The settings with which an agent reads a `%` as it was written: its default, and its words for true. */
const DECODES = ['', 'true', '1', '$true'];

/** The minimum length of a secret input that is masked at once. */
const MIN_LENGTH = 4;

const FILTERED = { source: 'remote' } as const;

export type Environment = Readonly<Record<string, string | undefined>>;
/** In the agent's spelling: it does not know the library's own "Cancelled". */
export type Result = 'Succeeded' | 'SucceededWithIssues' | 'Failed' | 'Canceled';

export const localize: Localize = (key, ...parts) => tl.loc(key, ...parts);

/** The agent of Azure Pipelines, through azure-pipelines-task-lib: what main and post have in common. */
export class Azure implements Log, LedgerStore {
  readonly files: FileStore;
  readonly uses: UseStore | undefined;
  readonly run: string;
  readonly maxStateLength: number;
  readonly ssh: () => Promise<SshTools>;
  readonly #environment: Environment;
  readonly #masked = new Set<string>();

  /** `resources`: the task.json beside which the translations are. */
  constructor(environment: Environment, system: NodeJS.Platform, resources: string) {
    tl.setResourcePath(resources, true);
    this.#environment = environment;
    this.run = RUN.map((name) => environment[name] ?? '').join('/');
    const temp = environment['AGENT_TEMPDIRECTORY'] ?? '';
    this.uses = temp === '' ? undefined : new UseFolder(temp);
    this.ssh = async () =>
      (await import(/* webpackMode: "eager" */ '../ssh/load.js')).loadSsh(environment, system);
    this.maxStateLength = system === 'win32' ? MAX_STATE_LENGTH_WINDOWS : MAX_STATE_LENGTH;
    this.files = new JobFiles(placesOf(environment), system, (message) => this.warning(message));
  }

  check(): SeguraError[] {
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
  checkRequests({ needs }: DraftInputs): SeguraError[] {
    return checkNames(placesOfClaims(needs.claims), localize, inputHeldBy);
  }

  info(message: Text): void {
    tl.writeExternalOutput(render(message, azureWords()) + EOL, FILTERED);
  }

  warning(message: Text): void {
    tl.warningExternalOutput(render(message, azureWords()), FILTERED);
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
   * An agent rejects a secret of several lines, and prints it: so each line is a separate secret. A command that it rejects it
   * prints as it came, with a `%` as %AZP25: so that form is one too.
   */
  mask(text: string): void {
    for (const line of text.split(/[\r\n]+/)) {
      this.#hide(line);
      this.#hide(line.replaceAll('%', '%AZP25'));
    }
  }

  /** Masks the login secrets in the inputs before anything is printed. Shorter ones are masked by the login, or get a warning. */
  maskInputs(): void {
    for (const { text } of secretsGiven())
      for (const line of text.split(/[\r\n]+/))
        if (line.length >= MIN_LENGTH && !line.startsWith('-----')) this.mask(line);
  }

  #hide(line: string): void {
    if (line.trim() === '' || this.#masked.has(line)) return;
    this.#masked.add(line);
    tl.setSecret(line);
  }

  /** The ledger may contain the login and the password of a proxy, so the whole text is a secret too. */
  save(sealed: string): void {
    tl.setTaskVariable(STATE_NAME, sealed, sealed !== '');
  }

  flush(): Promise<void> {
    return flushOutput();
  }

  complete(result: Result): void {
    tl.command('task.complete', { result }, '');
  }
}
