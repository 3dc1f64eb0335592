import * as core from '@actions/core';
import { holdsNothing, statesOf } from '../../core/custody/states.js';
import { collect, SeguraError } from '../../core/errors.js';
import { INPUT_DEFAULTS, type InputName, type RawInputs } from '../../core/input-names.js';
import { runnerForms } from '../../core/masking/forms/runner.js';
import type { FileEntry, FileStore, Platform, SummaryRow, UseStore, Write } from '../../core/ports.js';
import { plain, type Text } from '../../core/text.js';
import { JobFiles } from '../disk/job-files.js';
import { UseFolder } from '../disk/use-folder.js';
import { flushOutput, writeTogether } from '../process/output.js';
import { checkSizes, environmentBytes } from '../process/size-limits.js';
import { type CommandFile, cannotAppend } from './command-files.js';
import { type Environment, isGitHubsOwn, placesOf } from './environment.js';
import { RunnerFile } from './runner-file.js';
import { summaryOf } from './summary.js';

/** Name of the state; post finds it as STATE_… in its environment. */
export const STATE_NAME = 'segura_ledger';

/** What post gets is one environment string: 128 KiB on Linux, 32,767 characters on Windows. */
const maxStateLength = (system: NodeJS.Platform): number => (system === 'win32' ? 32_000 : 120 * 1024);

/** Distinguishes one run of one job from another. */
const RUN = ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_JOB'] as const;

/** GitHub Actions, through @actions/core. */
export class GitHub implements Platform {
  readonly files: FileStore;
  readonly uses: UseStore | undefined;
  readonly run: string;
  /** A runner makes one for each job. The legs of a matrix have all else in common. */
  readonly tracking: string | undefined;
  readonly maxStateLength: number;
  readonly hidesBesides: typeof runnerForms | undefined;
  readonly together = writeTogether;
  readonly ssh: NonNullable<Platform['ssh']> = async () =>
    (await import(/* webpackMode: "eager" */ '../ssh/load.js')).loadSsh(this.#environment, this.#system);
  /** The inputs that post gets can be those of another action: nothing but the state is sure to be ours. */
  readonly isStateAll = true;
  readonly #environment: Environment;
  readonly #system: NodeJS.Platform;
  readonly #runnerFiles = new Map<CommandFile, RunnerFile>();
  /** States of uses that the runner treats as this one: a new state is appended to them, and does not replace them. */
  readonly #earlier: readonly string[];
  #hasToldOfSummary = false;
  /** The last text to save, whether or not that succeeded. */
  #sealed = '';

  constructor(environment: Environment, system: NodeJS.Platform) {
    this.#environment = environment;
    this.#system = system;
    this.run = RUN.map((name) => environment[name] ?? '').join('/');
    this.tracking = environment['RUNNER_TRACKING_ID'] || undefined;
    this.hidesBesides = isGitHubsOwn(environment) ? runnerForms : undefined;
    this.#earlier = statesOf(environment[`STATE_${STATE_NAME}`] ?? '', this.run);
    this.maxStateLength = maxStateLength(system) - this.#earlier.join('\n').length - 1;
    const { temp } = placesOf(environment);
    this.uses = temp === '' ? undefined : new UseFolder(temp);
    this.files = new JobFiles(placesOf(environment), system, (message) => this.warning(message));
  }

  readInputs(): RawInputs {
    const names = Object.keys(INPUT_DEFAULTS) as InputName[];
    return Object.fromEntries(names.map((name) => [name, core.getInput(name)])) as Record<InputName, string>;
  }

  get trace(): FileEntry | undefined {
    return this.#fileOf('GITHUB_STATE').trace;
  }

  /**
   * Without its file commands, a runner gets values through standard output, where anyone can read them. The state is
   * really written, empty: what another step put under its name never reaches post.
   */
  check(): SeguraError[] {
    const missing = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE', 'RUNNER_TEMP'].filter(
      (name) => !this.#environment[name],
    );
    if (missing.length === 0) {
      const problems: SeguraError[] = [];
      for (const file of ['GITHUB_OUTPUT', 'GITHUB_ENV'] as const)
        collect(problems, () => this.#fileOf(file).size);
      collect(problems, () => this.save(''));
      return problems;
    }
    return [
      new SeguraError(
        'PLATFORM_UNSUPPORTED',
        `The runner does not set ${missing.join(', ')}, so values and state could only go to its log.`,
        'Use a runner of version 2.327.1 or newer.',
      ),
    ];
  }

  info(message: Text): void {
    core.info(plain(message));
  }

  warning(message: Text): void {
    core.warning(plain(message));
  }

  debug(message: string): void {
    core.debug(message);
  }

  report(problem: SeguraError, severity: 'error' | 'warning'): void {
    const report = severity === 'error' ? core.error : core.warning;
    report(`${problem.message}\n${problem.remedy}`, { title: problem.code });
  }

  mask(text: string): void {
    // The runner answers a blank mask with a warning, and masks nothing.
    if (text.trim() !== '') core.setSecret(text);
  }

  save(sealed: string): void {
    this.#sealed = sealed;
    const states = sealed === '' ? this.#earlier : [...this.#earlier, sealed];
    // The runner leaves the file where it is until the job ends.
    const file = this.#fileOf('GITHUB_STATE');
    file.keepPrivate();
    file.replacePair(STATE_NAME, states.join('\n'));
  }

  /**
   * At the end of main: where another program has put a file in place of the state, post gets no state and can say only
   * that it is lost. What that file is given then is that nothing is to be released, if that is so; and no login.
   */
  settleState(): void {
    if (!this.#fileOf('GITHUB_STATE').isReplaced || !holdsNothing(this.#sealed)) return;
    const other = new RunnerFile('GITHUB_STATE', this.#pathOf('GITHUB_STATE'));
    collect([], () => other.appendPairs([{ name: STATE_NAME, value: this.#earlier.join('\n') }]));
  }

  /** What main saved stays where it is until the job ends, unless post removes it. */
  forget(trace: FileEntry): void {
    // If a runner has one file for all steps, it now belongs to this post.
    if (trace.path === this.#pathOf('GITHUB_STATE')) return;
    try {
      this.files.remove(trace);
    } catch {
      // The runner removes it with its temporary folder.
    }
  }

  flush(): Promise<void> {
    return flushOutput();
  }

  checkWrites(writes: readonly Write[]): SeguraError[] {
    return checkSizes(writes, this.#system, environmentBytes(this.#environment));
  }

  /** All or nothing: the runner reads the files of a step that fails, too. */
  async commit(writes: readonly Write[]): Promise<void> {
    const outputs = writes.filter(({ output }) => output);
    const variables = writes.filter(({ env }) => env);
    // Variables last: every later step gets them, but outputs only on request.
    const takeBack = outputs.length === 0 ? undefined : this.#fileOf('GITHUB_OUTPUT').appendPairs(outputs);
    try {
      if (variables.length > 0) this.#fileOf('GITHUB_ENV').appendPairs(variables);
    } catch (error) {
      takeBack?.();
      throw error;
    }
  }

  /** Reports a summary that cannot be written, before anything is taken. */
  inspectSummary(): void {
    if (this.#pathOf('GITHUB_STEP_SUMMARY') !== '') this.#trySummary((file) => file.size);
  }

  /** The values are already written: a problem here is reported, and fails nothing. */
  async summarize(rows: readonly SummaryRow[]): Promise<void> {
    if (this.#pathOf('GITHUB_STEP_SUMMARY') === '' || this.#hasToldOfSummary) return;
    this.#trySummary((file) => file.append(summaryOf(rows, file.size)));
  }

  #trySummary(operation: (file: RunnerFile) => void): void {
    try {
      operation(this.#fileOf('GITHUB_STEP_SUMMARY'));
    } catch (error) {
      const { message, remedy } =
        error instanceof SeguraError ? error : cannotAppend('GITHUB_STEP_SUMMARY', error);
      this.#hasToldOfSummary = true;
      this.warning(`${message} ${remedy} Or turn it off: summary: false`);
    }
  }

  #fileOf(name: CommandFile): RunnerFile {
    const file = this.#runnerFiles.get(name) ?? new RunnerFile(name, this.#pathOf(name));
    this.#runnerFiles.set(name, file);
    return file;
  }

  #pathOf(file: CommandFile): string {
    return this.#environment[file] ?? '';
  }
}
