import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { stringify } from 'yaml';
import { ACTION } from '../support/runner.js';
import { cannot, lacks } from '../support/skips.js';
import type { Vault } from '../vault/index.js';
import { COMPONENT, INCLUDE, TOOL } from './files.js';
import { type Ended, execute } from './programs.js';

const RUNNER = join(ACTION, 'node_modules/gitlab-ci-local/dist/index.js');
const PROJECT = 'group/project';
const HOST = 'gitlab.example.com';
const STATE = '.gitlab-ci-local';
const LONGEST_MS = 60_000;

/** What gitlab-ci-local calls and is not here. */
export const missingPrograms = ['bash', 'git', 'rsync'].filter((program) => lacks(program));

export const lacksPipelines =
  cannot(process.platform !== 'linux', 'what was tried only on Linux') || missingPrograms.length > 0;

/** How a pipeline file includes the component, with inputs. */
export function componentInclude(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { component: `${HOST}/${PROJECT}/segura-secrets@$CI_COMMIT_SHA`, inputs };
}

/** How a pipeline file includes the other file. */
export const LOCAL_INCLUDE = { local: '/ci/segura-secrets.gitlab-ci.yml' };

/**
 * A project of a GitLab, whose pipelines gitlab-ci-local runs by its shell executor: a git repository with the component
 * and the include, variables as its settings hold them, and the tool on the PATH of the runner.
 */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'segura-pipeline-'));
  readonly checkout = join(this.folder, 'checkout');
  readonly #programs = join(this.folder, 'programs');
  readonly #settings = new Map<string, unknown>();

  constructor(vault: Vault) {
    mkdirSync(join(this.folder, STATE), { recursive: true });
    mkdirSync(this.#programs);
    this.add(relative(ACTION, COMPONENT), 'templates/segura-secrets/template.yml');
    this.add(relative(ACTION, INCLUDE), LOCAL_INCLUDE.local.slice(1));
    const tool = join(this.#programs, 'segura-secrets');
    writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${TOOL}' "$@"\n`, { mode: 0o755 });
    this.set('SENHASEGURA_URL', vault.url);
    this.set('SENHASEGURA_CLIENT_ID', vault.clients.ci.clientId);
    this.set('SENHASEGURA_CLIENT_SECRET', vault.clients.ci.clientSecret);
    this.#settings.set('SENHASEGURA_CA_CERTIFICATE', { type: 'file', values: { '*': vault.caCertificate } });
  }

  /** A variable under Settings > CI/CD > Variables. */
  set(name: string, value: string): void {
    this.#settings.set(name, value);
  }

  /** The same of type File: the variable is the path of a file with this text. */
  setFile(name: string, text: string): void {
    this.#settings.set(name, { type: 'file', values: { '*': text } });
  }

  unset(name: string): void {
    this.#settings.delete(name);
  }

  /** Has a copy of a file of this repository in the checkout. */
  add(from: string, to: string): void {
    const path = join(this.checkout, to);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(ACTION, from), path);
  }

  /** Has no tool on the PATH. */
  forgetTool(): void {
    rmSync(join(this.#programs, 'segura-secrets'));
  }

  /** Runs the jobs of a pipeline with that text as its file; each in a checkout of its own unless told otherwise. */
  async run(pipeline: string, arguments_: readonly string[] = [], isIsolated = true): Promise<Ended> {
    writeFileSync(join(this.checkout, '.gitlab-ci.yml'), pipeline);
    const variables = { project: { [`${HOST}/${PROJECT}.git`]: Object.fromEntries(this.#settings) } };
    writeFileSync(join(this.folder, STATE, 'variables.yml'), stringify(variables));
    this.#commit();
    const ended = await execute(
      [
        process.execPath,
        RUNNER,
        '--home',
        this.folder,
        ...(isIsolated ? ['--shell-isolation'] : []),
        ...arguments_,
      ],
      this.#environment,
      { cwd: this.checkout, longestMs: LONGEST_MS },
    );
    // Colours are asked off, but not all of its lines heed that.
    return { ...ended, log: ended.log.replaceAll(/\x1b\[[\d;]*m/g, '') };
  }

  /** What stands in the folders for temporary files, beside the checkouts of all jobs. */
  leftBehind(): string[] {
    const builds = join(this.checkout, STATE, 'builds');
    if (!existsSync(builds)) return [];
    return readdirSync(builds)
      .filter((name) => name.endsWith('.tmp'))
      .flatMap((name) => readdirSync(join(builds, name)).map((file) => `${name}/${file}`));
  }

  /** Where a job has its checkout. */
  checkoutOf(job: string): string {
    return join(this.checkout, STATE, 'builds', job);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #environment(): Record<string, string> {
    return {
      PATH: `${this.#programs}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: this.folder,
      NO_COLOR: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    };
  }

  #commit(): void {
    const git = (...words: string[]): void => {
      const { status, stderr } = spawnSync('git', words, {
        cwd: this.checkout,
        env: this.#environment,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`git ${words[0]} failed: ${stderr}`);
    };
    if (!existsSync(join(this.checkout, '.git'))) {
      git('init', '--quiet', '--initial-branch=main');
      git('config', 'user.name', 'Dana');
      git('config', 'user.email', 'dana@example.com');
      git('remote', 'add', 'origin', `https://${HOST}/${PROJECT}.git`);
      git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'Pipeline');
  }
}
