import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseKeyValues } from './key-values.js';
import { filesBelow } from './secret-files.js';

/** Folder of the action that is run: the one with action.yml and dist/. */
export const ACTION = resolve(import.meta.dirname, isCompiled() ? '../../..' : '../..');

/** Compiled, this file is in build/test/support, one folder deeper than its source. */
function isCompiled(): boolean {
  return basename(resolve(import.meta.dirname, '../..')) === 'build';
}

/**
 * Flags of node for a bundle under test. In the project `fast`, waits before custody is released once more are short; a
 * test in which the vault carries out a read late asks for real ones.
 */
export function nodeFlagsOf({
  nodeFlags = [],
  realWaits = false,
}: Pick<StepOptions, 'nodeFlags' | 'realWaits'>): string[] {
  const isShort = process.env['SEGURA_TEST_WAITS'] === 'short' && !realWaits;
  return [...(isShort ? ['--require', join(ACTION, 'test/support/short-waits.cjs')] : []), ...nodeFlags];
}

export interface StepOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of the action that is run; else the one under test. */
  readonly action?: string;
  /** The state of this step, for a job in which several use the action. */
  readonly state?: Map<string, string>;
  /** The Node that runs the step; else the one under test. */
  readonly node?: string;
  /** Flags of node before the script, for hooks. */
  readonly nodeFlags?: readonly string[];
  /** Whether to wait as long as in production before custody is released once more: see nodeFlagsOf. */
  readonly realWaits?: boolean;
  /** Told of the process once it runs, to send it signals. */
  readonly onStart?: (pid: number) => void;
  /** What standard output goes to, when no one is to read it. */
  readonly stdout?: number;
  /** Told of all output so far whenever there is more. */
  readonly onOutput?: (stdout: string) => void;
}

export interface StepResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly env: ReadonlyMap<string, string>;
  readonly summary: string;
  /** Values of `::add-mask::`, in order. */
  readonly masks: readonly string[];
  /** What a reader of the log sees: without the lines of commands, and with masks applied. */
  readonly log: string;
  /** Milliseconds that the process took. */
  readonly tookMs: number;
}

/**
 * A job as the GitHub runner keeps one: a workspace, a temporary folder, and the files by which steps talk to it.
 *
 * Main and post get their inputs as INPUT_…, the state main saved as STATE_…, and what steps put into GITHUB_ENV.
 * Source: actions/runner 2.336, ActionRunner.cs and FileCommandManager.cs.
 */
export class Job {
  readonly folder = mkdtempSync(join(tmpdir(), 'segura-job-'));
  readonly workspace = join(this.folder, 'workspace');
  readonly temp = join(this.folder, 'temp');
  readonly commands = join(this.folder, 'commands');
  readonly state = new Map<string, string>();
  readonly env = new Map<string, string>();
  readonly #bundles: string;
  #steps = 0;

  /** `bundles`: the folder of the bundles that are run. */
  constructor(bundles = join(ACTION, 'dist')) {
    this.#bundles = bundles;
    for (const folder of [this.workspace, this.temp, this.commands]) mkdirSync(folder);
  }

  main(inputs: Readonly<Record<string, string>>, options: StepOptions = {}): Promise<StepResult> {
    return this.#step('main.js', inputs, options);
  }

  post(inputs: Readonly<Record<string, string>>, options: StepOptions = {}): Promise<StepResult> {
    return this.#step('post.js', inputs, options);
  }

  async #step(
    script: string,
    inputs: Readonly<Record<string, string>>,
    options: StepOptions,
  ): Promise<StepResult> {
    this.#steps += 1;
    const file = (name: string): string => join(this.commands, `${name}_${this.#steps}`);
    const files = {
      output: file('output'),
      env: file('env'),
      state: file('state'),
      summary: file('summary'),
    };
    for (const path of Object.values(files)) writeFileSync(path, '');
    const given = Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]);
    const state = options.state ?? this.state;
    const saved = [...state].map(([name, value]) => [`STATE_${name}`, value]);
    const env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      RUNNER_DEBUG: '1',
      GITHUB_WORKSPACE: this.workspace,
      RUNNER_TEMP: this.temp,
      GITHUB_OUTPUT: files.output,
      GITHUB_ENV: files.env,
      GITHUB_STATE: files.state,
      GITHUB_STEP_SUMMARY: files.summary,
      ...Object.fromEntries(this.env),
      ...options.env,
      ...Object.fromEntries(given),
      ...Object.fromEntries(saved),
    };
    const ended = await execute(
      [
        ...nodeFlagsOf(options),
        join(options.action === undefined ? this.#bundles : join(options.action, 'dist'), script),
      ],
      this.workspace,
      env,
      options,
    );
    const written = (path: string): Map<string, string> =>
      parseKeyValues(statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : '');
    for (const [name, value] of written(files.state)) state.set(name, value);
    const exported = written(files.env);
    for (const [name, value] of exported) this.env.set(name, value);
    return {
      ...ended,
      outputs: written(files.output),
      env: exported,
      summary: statSync(files.summary, { throwIfNoEntry: false })?.isFile()
        ? readFileSync(files.summary, 'utf8')
        : '',
    };
  }

  /** Every file of the job but those that carry values by design (outputs and environment), with its bytes. */
  leftBehind(): { path: string; bytes: Buffer }[] {
    return filesBelow(this.folder).filter(
      ({ path }) => !/^commands[/\\](output|env)_/.test(relative(this.folder, path)),
    );
  }

  modeOf(path: string): number {
    return statSync(path).mode & 0o777;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function execute(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  { onStart, onOutput, stdout: ownStdout, node: ownNode }: StepOptions,
): Promise<Omit<StepResult, 'outputs' | 'env' | 'summary'>> {
  const startedMs = performance.now();
  const node = ownNode ?? process.env['SEGURA_TEST_NODE'] ?? process.execPath;
  const child = spawn(node, args, { cwd, env, stdio: ['ignore', ownStdout ?? 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    out.push(chunk);
    onOutput?.(Buffer.concat(out).toString());
  });
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  if (child.pid !== undefined) onStart?.(child.pid);
  const { code, signal } = await new Promise<Pick<StepResult, 'code' | 'signal'>>((done, fail) => {
    child.on('error', fail);
    child.on('close', (exitCode, exitSignal) => done({ code: exitCode, signal: exitSignal }));
  });
  const stdout = Buffer.concat(out).toString();
  const masks = masksOf(stdout);
  return {
    code,
    signal,
    stdout,
    stderr: Buffer.concat(err).toString(),
    masks,
    log: logOf(stdout, masks),
    tookMs: performance.now() - startedMs,
  };
}

const MASK = '::add-mask::';

function masksOf(stdout: string): string[] {
  return stdout
    .split(/\r?\n/)
    .filter((line) => line.startsWith(MASK))
    .map((line) => unescapeData(line.slice(MASK.length)));
}

/** As the runner reads a command's data. */
function unescapeData(data: string): string {
  return data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function logOf(stdout: string, masks: readonly string[]): string {
  const lines = stdout.split(/\r?\n/).filter((line) => !line.startsWith(MASK));
  const parts = [...new Set(masks.flatMap((mask) => [mask, ...mask.split(/[\r\n]+/)]))]
    .filter((mask) => mask.trim() !== '')
    .sort((a, b) => b.length - a.length);
  return lines
    .map((line) => parts.reduce((text, mask) => text.replaceAll(mask, '***'), unescapeData(line)))
    .join('\n');
}
