import { readFileSync } from 'node:fs';
import * as core from '@actions/core';
import { SeguraError } from '../core/errors.js';
import { runnerForms } from '../core/forms/runner.js';
import { INPUT_DEFAULTS, type InputName, type RawInputs } from '../core/inputs.js';
import type { FileStore, Platform, SummaryRow, Write } from '../core/ports.js';
import { type Places, resolvePath } from './files.js';
import { JobFiles } from './job-files.js';
import { environmentBytes, writeRefusals } from './limits.js';
import { flushOutput } from './output.js';

/** Name of the state; post finds it as STATE_… in its environment. */
export const STATE_NAME = 'segura_ledger';

/** What post gets is one environment string: 128 KiB on Linux, 32,767 characters on Windows. */
const MOST_STATE_LENGTH = 120 * 1024;
const MOST_STATE_LENGTH_WINDOWS = 32_000;

/** What tells one run of one job from another. */
const RUN = ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_JOB'] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** GitHub Actions, through @actions/core. */
export class GitHub implements Platform {
  readonly files: FileStore;
  readonly run: string;
  readonly mostStateLength: number;
  readonly hidesBesides: typeof runnerForms | undefined;
  readonly #environment: Environment;
  readonly #system: NodeJS.Platform;

  constructor(environment: Environment, system: NodeJS.Platform) {
    this.#environment = environment;
    this.#system = system;
    this.run = RUN.map((name) => environment[name] ?? '').join('/');
    this.mostStateLength = system === 'win32' ? MOST_STATE_LENGTH_WINDOWS : MOST_STATE_LENGTH;
    this.hidesBesides = isGitHubsOwn(environment) ? runnerForms : undefined;
    this.files = new JobFiles(placesOf(environment), system, (message) => this.warning(message));
  }

  readInputs(): RawInputs {
    const names = Object.keys(INPUT_DEFAULTS) as InputName[];
    return Object.fromEntries(names.map((name) => [name, core.getInput(name)])) as Record<InputName, string>;
  }

  /** Without its file commands a runner is told of values on standard output, where anybody can read them. */
  refusals(): SeguraError[] {
    const missing = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE', 'RUNNER_TEMP'].filter(
      (name) => !this.#environment[name],
    );
    if (missing.length === 0) return [];
    return [
      new SeguraError(
        'PLATFORM_UNSUPPORTED',
        `The runner does not set ${missing.join(', ')}, so there is no place for values and state but its log.`,
        'Use a runner of version 2.327.1 or newer.',
      ),
    ];
  }

  info(message: string): void {
    core.info(message);
  }

  warning(message: string): void {
    core.warning(message);
  }

  debug(message: string): void {
    core.debug(message);
  }

  report(problem: SeguraError, severity: 'error' | 'warning'): void {
    const tell = severity === 'error' ? core.error : core.warning;
    tell(`${problem.message}\n${problem.remedy}`, { title: problem.code });
  }

  mask(text: string): void {
    // The runner answers a blank mask with a warning, and masks nothing.
    if (text.trim() !== '') core.setSecret(text);
  }

  save(sealed: string): void {
    core.saveState(STATE_NAME, sealed);
  }

  flush(): Promise<void> {
    return flushOutput();
  }

  writeRefusals(writes: readonly Write[]): SeguraError[] {
    return writeRefusals(writes, this.#system, environmentBytes(this.#environment));
  }

  write({ name, value, env, output }: Write): void {
    if (output) core.setOutput(name, value);
    if (env) core.exportVariable(name, value);
  }

  async summarize(rows: readonly SummaryRow[]): Promise<void> {
    if (!this.#environment['GITHUB_STEP_SUMMARY']) return;
    try {
      await core.summary.addRaw(summaryOf(rows)).write();
    } catch (error) {
      this.warning(
        `The job summary could not be written (${error instanceof Error ? error.name : 'unknown'}).`,
      );
    }
  }
}

function summaryOf(rows: readonly SummaryRow[]): string {
  const cells = (texts: readonly string[]): string => `| ${texts.map(cell).join(' | ')} |`;
  const head = ['Name', 'From', 'To', 'Version', 'Expires', 'Custody'];
  const body = rows.map((row) =>
    cells([row.name, row.source, row.destination, row.version, row.expires, row.custody]),
  );
  return ['### Secrets from Segura', '', cells(head), cells(head.map(() => '---')), ...body, ''].join('\n');
}

/** Names come from the vault: nothing in them may be markup. */
function cell(text: string): string {
  return text.replaceAll(/[\\`*{}[\]()#+!|<>&~$]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function placesOf(environment: Environment): Places {
  return {
    workspace: environment['GITHUB_WORKSPACE'] || process.cwd(),
    temp: environment['RUNNER_TEMP'] ?? '',
  };
}

/** A file named in an input, relative to the workspace. */
export function readInputFile(path: string, environment: Environment): string {
  return readFileSync(resolvePath(path, placesOf(environment)), 'utf8');
}

/** Other programs that run actions hide nothing but what they are told. */
function isGitHubsOwn({ RUNNER_ENVIRONMENT = '', ACT }: Environment): boolean {
  return ['github-hosted', 'self-hosted'].includes(RUNNER_ENVIRONMENT) && ACT === undefined;
}
