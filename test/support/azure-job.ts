import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientKeys, Vault } from '../vault/index.js';
import { AzureAgent } from './azure-agent.js';
import { type AzureCommand, parseCommand } from './azure-command.js';
import { environmentOf, type ServiceConnection } from './azure-environment.js';
import { ACTION, nodeFlagsOf } from './runner.js';
import { filesBelow } from './secret-files.js';

/** Folder of the task as it is built. */
export const TASK = join(ACTION, 'azure-task/SeguraSecrets/SeguraSecretsV1');

export interface AzureStepOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly connection?: ServiceConnection;
  /** Flags of node before the script, for hooks. */
  readonly nodeFlags?: readonly string[];
  /** Whether to wait as long as in production before custody is released once more. */
  readonly realWaits?: boolean;
  /** What standard output goes to, when no one is to read it. */
  readonly stdout?: number;
  /** When the agent begins to read what the process prints, in milliseconds: at once when not given. */
  readonly readsAfterMs?: number;
  /** Told of the process once it runs, to send it signals. */
  readonly onStart?: (pid: number) => void;
}

export interface AzureStepResult {
  /** The agent takes any code but 0 for a fault of the machine. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly commands: readonly AzureCommand[];
  /** The agent's word for how it ended. */
  readonly result: string;
  /** What a reader of the log sees of this run, debug lines included. */
  readonly log: string;
  /** The same without debug lines. */
  readonly told: string;
  readonly tookMs: number;
}

/** A job as the agent keeps one, with one step of the task in it: a working directory, a temporary folder, variables. */
export class AzureJob {
  readonly folder: string;
  readonly workspace: string;
  readonly temp: string;
  readonly agent = new AzureAgent();
  readonly task: string;

  /** `beside`: another step of the same job, with its own task variables. */
  constructor(task = TASK, beside?: AzureJob) {
    this.task = task;
    this.folder = beside?.folder ?? mkdtempSync(join(tmpdir(), 'segura-azure-'));
    this.workspace = join(this.folder, 's');
    this.temp = join(this.folder, '_temp');
    for (const folder of [this.workspace, this.temp]) mkdirSync(folder, { recursive: true });
  }

  main(inputs: Readonly<Record<string, string>>, options: AzureStepOptions = {}): Promise<AzureStepResult> {
    return this.#step('main.js', inputs, options);
  }

  post(inputs: Readonly<Record<string, string>>, options: AzureStepOptions = {}): Promise<AzureStepResult> {
    return this.#step('post.js', inputs, options);
  }

  async #step(
    script: string,
    inputs: Readonly<Record<string, string>>,
    options: AzureStepOptions,
  ): Promise<AzureStepResult> {
    const { agent } = this;
    const env = { ...environmentOf(this, inputs, options.connection), ...options.env };
    agent.result = undefined;
    const logged = agent.log.length;
    const startedMs = performance.now();
    const args = [...nodeFlagsOf(options), join(this.task, script)];
    const ended = await execute(args, this.workspace, env, options);
    const lines = `${ended.stdout}${ended.stderr}`.split(/\r\n|\r|\n/).filter((line) => line !== '');
    for (const line of lines) agent.read(line);
    const log = agent.log.slice(logged);
    return {
      ...ended,
      commands: lines.flatMap((line) => parseCommand(line) ?? []),
      result: ended.code === 0 ? (agent.result ?? 'Succeeded') : 'Failed',
      log: log.join('\n'),
      told: log.filter((line) => !line.startsWith('##[debug]')).join('\n'),
      tookMs: performance.now() - startedMs,
    };
  }

  /** Every file of the job, with its bytes. */
  files(): { path: string; bytes: Buffer }[] {
    return filesBelow(this.folder);
  }

  modeOf(path: string): number {
    return statSync(path).mode & 0o777;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The inputs by which a job reaches a vault, with what it asks for. */
export function azureInputsFor(
  vault: Vault,
  wanted: Readonly<Record<string, string>>,
  client: ClientKeys = vault.clients.ci,
): Record<string, string> {
  const { clientId, clientSecret } = client;
  return { url: vault.url, clientId, clientSecret, caCertificate: vault.caCertificate, ...wanted };
}

async function execute(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  { onStart, readsAfterMs = 0, stdout }: AzureStepOptions,
): Promise<Pick<AzureStepResult, 'code' | 'signal' | 'stdout' | 'stderr'>> {
  const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
  const child = spawn(node, args, { cwd, env, stdio: ['ignore', stdout ?? 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const readOutput = (): void => void child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  if (readsAfterMs === 0) readOutput();
  else setTimeout(readOutput, readsAfterMs);
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  if (child.pid !== undefined) onStart?.(child.pid);
  const { code, signal } = await new Promise<Pick<AzureStepResult, 'code' | 'signal'>>((done, fail) => {
    child.on('error', fail);
    child.on('close', (exitCode, exitSignal) => done({ code: exitCode, signal: exitSignal }));
  });
  return { code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}
