import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientKeys, Vault } from '../vault/index.js';
import { ACTION, nodeFlagsOf } from './runner.js';
import { filesBelow } from './secret-files.js';

/** The bundle that users run. */
export const COMMAND_LINE = join(ACTION, 'dist/cli/segura-secrets.mjs');

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly nodeFlags?: readonly string[];
  /** Whether to wait as long as in production before custody is released once more. */
  readonly realWaits?: boolean;
  /** Told of the process once it runs, to send it signals. */
  readonly onStart?: (pid: number) => void;
  /** Told of all output so far whenever there is more. */
  readonly onOutput?: (text: string, pid: number) => void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly tookMs: number;
}

/** A folder in which commands run, with an environment that reaches a vault and holds nothing of this process. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'segura-desk-'));
  readonly env: Record<string, string | undefined>;

  constructor(vault: Vault, client: ClientKeys = vault.clients.ci) {
    this.env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      TMPDIR: this.folder,
      SENHASEGURA_URL: vault.url,
      SENHASEGURA_CLIENT_ID: client.clientId,
      SENHASEGURA_CLIENT_SECRET: client.clientSecret,
      SENHASEGURA_CA_CERTIFICATE: vault.caCertificate,
    };
  }

  get state(): string {
    return join(this.folder, 'state');
  }

  /** Runs the command line with `args`. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
    return this.spawn(node, [...nodeFlagsOf(options), COMMAND_LINE, ...args], options);
  }

  /** Runs a script of `shell` in which `segura-secrets` is the command line. */
  shell(shell: readonly [string, ...string[]], script: string, options: RunOptions = {}): Promise<Ended> {
    const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
    const tool = `segura_secrets() { '${node}' '${COMMAND_LINE}' "$@"; }\n`;
    const [command, ...args] = shell;
    return this.spawn(command, [...args, '-c', tool + script], options);
  }

  async spawn(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
    const startedMs = performance.now();
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...this.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    for (const [stream, into] of [
      [child.stdout, out],
      [child.stderr, err],
    ] as const) {
      stream.on('data', (chunk: Buffer) => {
        into.push(chunk);
        options.onOutput?.(Buffer.concat([...out, ...err]).toString(), child.pid ?? 0);
      });
    }
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    if (child.pid !== undefined) options.onStart?.(child.pid);
    return await new Promise<Ended>((done, fail) => {
      child.on('error', fail);
      child.on('close', (code, signal) =>
        done({
          code,
          signal,
          stdout: Buffer.concat(out),
          stderr: Buffer.concat(err).toString(),
          tookMs: performance.now() - startedMs,
        }),
      );
    });
  }

  /** Every file in the folder, with its bytes. */
  files(): { path: string; bytes: Buffer }[] {
    return filesBelow(this.folder);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
