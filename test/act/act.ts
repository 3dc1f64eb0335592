import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

/** The checkout, seen from build/test/act. */
const CHECKOUT = resolve(import.meta.dirname, '../../..');
const SOURCES = join(CHECKOUT, 'test', 'act');
const LONGEST_MS = 120_000;

export interface ActRun {
  readonly code: number | null;
  /** Everything act printed, on both streams. */
  readonly output: string;
}

/** A repository that holds the action as users get it, and a separate home folder for act; both temporary. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'segura-act-'));
  readonly #repository = join(this.folder, 'repository');
  readonly #home = join(this.folder, 'home');
  readonly #given = join(this.folder, 'given');
  readonly #act: string;

  constructor(act: string) {
    this.#act = act;
    for (const folder of [this.#repository, this.#home, this.#given]) mkdirSync(folder);
    cpSync(join(CHECKOUT, 'dist'), join(this.#repository, 'dist'), { recursive: true });
    for (const [from, to] of [
      [join(CHECKOUT, 'action.yml'), 'action.yml'],
      [join(SOURCES, 'same-bytes.sh'), 'same-bytes.sh'],
      [join(SOURCES, 'outer'), 'outer'],
      [join(SOURCES, 'inner'), 'inner'],
      [join(SOURCES, 'workflow.yml'), '.github/workflows/workflow.yml'],
    ] as const) {
      cpSync(from, join(this.#repository, to), { recursive: true });
    }
    this.#git('init', '--quiet', '--initial-branch=main');
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '--message=The action and its workflow');
    this.#git('remote', 'add', 'origin', 'file:///owner/segura-secrets.git');
  }

  /** Runs one job of the workflow on this machine itself, without a container. */
  async run(
    job: string,
    given: { vars: Record<string, string>; secrets: Record<string, string> },
    flags: readonly string[],
  ): Promise<ActRun> {
    // act reads YAML, and so JSON; only there can a value have several lines.
    const vars = join(this.#given, 'vars.yml');
    const secrets = join(this.#given, 'secrets.yml');
    writeFileSync(vars, JSON.stringify(given.vars));
    writeFileSync(secrets, JSON.stringify(given.secrets), { mode: 0o600 });
    const places = ['--directory', this.#repository, '--var-file', vars, '--secret-file', secrets];
    const host = ['--platform', 'ubuntu-latest=-self-hosted', '--no-cache-server', '--pull=false'];
    const args = ['workflow_dispatch', '--job', job, ...host, ...places, ...flags];
    const ended = await execute(this.#act, args, this.#repository, this.#environment());
    rmSync(secrets);
    return ended;
  }

  /** Puts a file next to the repository, for the job to read; gives its path. */
  give(name: string, text: string): string {
    const path = join(this.#given, name);
    writeFileSync(path, text);
    return path;
  }

  /** Every file below the sandbox, with its bytes. */
  files(): { path: string; bytes: Buffer }[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, bytes: readFileSync(path) }));
  }

  /** The working folders that act left below its cache: it keeps those of a failed job. */
  jobFolders(): string[] {
    const cache = join(this.#home, '.cache', 'act');
    return existsSync(cache) ? readdirSync(cache).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    const node = process.env['SEGURA_TEST_NODE'];
    const path = process.env['PATH'] ?? '';
    return {
      PATH: node === undefined ? path : `${dirname(node)}${delimiter}${path}`,
      HOME: this.#home,
      XDG_CACHE_HOME: join(this.#home, '.cache'),
      XDG_CONFIG_HOME: join(this.#home, '.config'),
      CLICOLOR: '0',
      LANG: 'C.UTF-8',
    };
  }

  #git(...args: string[]): void {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid'];
    const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...identity, ...settings, ...args], {
      cwd: this.#repository,
      env: { ...this.#environment(), GIT_CONFIG_NOSYSTEM: '1' },
    });
  }
}

/** On the PATH, or where `go install` puts it; undefined when it is in neither. */
export function findAct(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, 'act')).find((path) => existsSync(path));
  return found ?? installedByGo();
}

function installedByGo(): string | undefined {
  try {
    const [bin, path] = execFileSync('go', ['env', 'GOBIN', 'GOPATH'], { encoding: 'utf8' }).split('\n');
    const act = join(bin || join(path ?? '', 'bin'), 'act');
    return existsSync(act) ? act : undefined;
  } catch {
    return undefined;
  }
}

function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<ActRun> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', fail);
    child.on('close', (code) => done({ code, output: Buffer.concat(chunks).toString() }));
  });
}
