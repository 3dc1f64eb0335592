import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '../support/skips.js';
import type { Vault } from '../vault/index.js';
import { includeJobs, type Scripts, scriptsOf, TOOL } from './files.js';
import { type Ended, execute } from './programs.js';

/**
 * A job as GitLab Runner runs one: before_script and script in one shell with errexit, after_script in a new one, both
 * with the same variables, the folder for temporary files beside the checkout.
 * Source: gitlab-runner 19.4, shells/abstract.go and shells/bash.go.
 */
export class GitLabJob {
  readonly folder = mkdtempSync(join(tmpdir(), 'segura-gitlab-'));
  readonly project = join(this.folder, 'group/project');
  readonly temp = `${this.project}.tmp`;
  readonly programs = join(this.folder, 'programs');
  readonly variables: Record<string, string>;
  readonly #shell: readonly string[];
  #group: number | undefined;
  /** Longer than the default where a script does a lot. */
  longestMs: number | undefined;
  readonly #scripts: Scripts = scriptsOf(includeJobs());

  constructor(shell: string) {
    const [program = '', ...applet] = shell.split(' ');
    this.#shell = [pathOf(program), ...applet];
    for (const folder of [this.project, this.temp, this.programs]) mkdirSync(folder, { recursive: true });
    this.variables = {
      ...includeJobs()['.segura-secrets']?.variables,
      GITLAB_CI: 'true',
      HOME: this.folder,
      PATH: `${this.programs}:${process.env['PATH'] ?? ''}`,
      CI_PROJECT_DIR: this.project,
      CI_JOB_ID: '1002',
      SENHASEGURA_CLIENT_SECRET: 'client-secret-of-the-job',
    };
  }

  /** The private folder of this job. */
  get private(): string {
    return join(this.temp, `segura-secrets-${this.variables['CI_JOB_ID']}`);
  }

  /** before_script of `.segura-secrets` and then the lines of `script`; `first` stands before both. */
  run(script: readonly string[], first: readonly string[] = []): Promise<Ended> {
    return this.#execute([...first, this.#scripts.prepare, this.#scripts.values, ...script]);
  }

  /** before_script of `.segura-secrets-exec`, and its script where none is given. */
  runExec(script: readonly string[] = [this.#scripts.exec]): Promise<Ended> {
    return this.#execute([this.#scripts.prepare, this.#scripts.path, ...script]);
  }

  after(): Promise<Ended> {
    return this.#execute([this.#scripts.release, 'echo after_script went on']);
  }

  /** Puts a program of that name first on the PATH. */
  install(name: string, text: string): string {
    const path = join(this.programs, name);
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    return path;
  }

  /** A PATH with nothing but these programs and those that were installed. */
  restrictPath(programs: readonly string[]): void {
    for (const program of programs) {
      if (!existsSync(join(this.programs, program))) {
        this.install(program, `#!/bin/sh\nexec ${pathOf(program)} "$@"\n`);
      }
    }
    this.variables['PATH'] = this.programs;
  }

  /** What a file of the job's folder holds; empty when there is none. */
  read(name: string): string {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  /** Names in the folder for temporary files. */
  leftBehind(): string[] {
    return readdirSync(this.temp);
  }

  /** What a runner does to the script when the job is cancelled: the signal goes to all of its processes. */
  kill(signal: NodeJS.Signals): void {
    if (this.#group !== undefined) process.kill(-this.#group, signal);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #execute(lines: readonly string[]): Promise<Ended> {
    const file = join(this.folder, `job-${this.variables['CI_JOB_ID']}.sh`);
    const options = this.#shell[0]?.endsWith('bash') ? 'set -eo pipefail' : 'set -e';
    writeFileSync(file, [options, 'cd "$CI_PROJECT_DIR"', ...lines, ''].join('\n'));
    const [program = '', ...args] = this.#shell;
    return execute([program, ...args, file], this.variables, {
      longestMs: this.longestMs,
      onStart: (group) => {
        this.#group = group;
      },
    });
  }
}

/** Has the tool itself on the PATH, and variables that reach a vault. */
export function connect(job: GitLabJob, vault: Vault, secrets: string): void {
  job.install('segura-secrets', `#!/bin/sh\nexec '${process.execPath}' '${TOOL}' "$@"\n`);
  Object.assign(job.variables, {
    SENHASEGURA_URL: vault.url,
    SENHASEGURA_CLIENT_ID: vault.clients.ci.clientId,
    SENHASEGURA_CLIENT_SECRET: vault.clients.ci.clientSecret,
    SENHASEGURA_CA_CERTIFICATE: vault.caCertificate,
    SENHASEGURA_SECRETS: secrets,
  });
}
