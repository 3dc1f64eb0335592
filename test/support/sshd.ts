import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SshKey, Vault } from '../vault/index.js';

/** Debian has it where the PATH of a user does not lead. */
const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(existsSync);

/** True where all programs of OpenSSH and git are installed. */
export const hasSsh =
  SSHD !== undefined && ['ssh-add', 'ssh-agent', 'ssh-keygen', 'ssh', 'git'].every(isProgram);

function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, name)));
}

export const KINDS = ['ed25519', 'rsa', 'ecdsa'] as const;
/** The forms of ssh-keygen: its own, PEM of OpenSSL, and PKCS #8. */
export const FORMS = ['RFC4716', 'PEM', 'PKCS8'] as const;

export interface KeyPair {
  readonly privateKey: string;
  /** `kind base64`. */
  readonly publicKey: string;
}

/** A new pair of keys, as ssh-keygen makes it. */
export function makeKey(
  kind: (typeof KINDS)[number],
  form: (typeof FORMS)[number],
  passphrase = '',
): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), 'segura-key-'));
  try {
    const path = join(folder, 'key');
    const size = kind === 'rsa' ? ['-b', '2048'] : [];
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      kind,
      ...size,
      '-m',
      form,
      '-N',
      passphrase,
      '-C',
      'test',
      '-f',
      path,
    ]);
    const [type, blob] = readFileSync(`${path}.pub`, 'utf8').split(' ');
    return { privateKey: readFileSync(path, 'utf8'), publicKey: `${type} ${blob}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts a key into a vault under that number, with `key-<number>` as its identifier. */
export function storeKey(vault: Vault, id: number, pair: KeyPair, passphrase: string | null = null): void {
  const key: SshKey = {
    ...{
      id,
      identifier: `key-${id}`,
      name: `key ${id}`,
      username: 'deploy',
      hostname: 'app-01',
      ip: '10.0.0.11',
    },
    ...{ ...pair, passphrase, tags: [], devices: [], expirationTime: null, active: true },
  };
  vault.data.keys.push(key);
}

/** A real sshd on loopback, of this user, with host keys of its own. */
export class Sshd {
  readonly folder = mkdtempSync(join(tmpdir(), 'segura-sshd-'));
  readonly user = userInfo().username;
  readonly port: number;
  readonly #process: ChildProcess;

  /** Each line of `authorized`: a public key, or `command="…" key`. */
  static async start(authorized: readonly string[]): Promise<Sshd> {
    for (;;) {
      const sshd = new Sshd(await freePort());
      sshd.authorize(authorized);
      if (await sshd.#listens()) return sshd;
      // Another program has taken that port since.
      const log = sshd.log();
      await sshd.close();
      if (!log.includes('Address already in use')) throw new Error(`sshd does not start: ${log}`);
    }
  }

  private constructor(port: number) {
    this.port = port;
    const hostKey = join(this.folder, 'host');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey]);
    const config = join(this.folder, 'config');
    // As root it separates privileges in a folder that a system makes at its start.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    writeFileSync(
      config,
      [
        ...['ListenAddress 127.0.0.1', `Port ${port}`, `HostKey ${hostKey}`, `PidFile ${this.folder}/pid`],
        ...[`AuthorizedKeysFile ${this.folder}/authorized`, 'StrictModes no', 'UsePAM no'],
        ...[
          'PasswordAuthentication no',
          'KbdInteractiveAuthentication no',
          'PermitRootLogin prohibit-password',
        ],
        ...['MaxAuthTries 3', 'PrintMotd no', 'Subsystem sftp internal-sftp', ''],
      ].join('\n'),
    );
    this.#process = spawn(SSHD ?? 'sshd', ['-D', '-f', config, '-E', join(this.folder, 'log')], {
      stdio: 'ignore',
    });
  }

  /** Resolves once it listens, or has ended: false. */
  async #listens(): Promise<boolean> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return false;
    if (this.log().includes('Server listening on 127.0.0.1')) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
    return await this.#listens();
  }

  authorize(lines: readonly string[]): void {
    writeFileSync(join(this.folder, 'authorized'), `${lines.join('\n')}\n`);
  }

  /** The line of a known host for it. */
  get knownHost(): string {
    const [kind, key] = readFileSync(join(this.folder, 'host.pub'), 'utf8').split(' ');
    return `[127.0.0.1]:${this.port} ${kind} ${key}`;
  }

  /** A bare repository with one commit, whose only file has `text`; its path. */
  repository(name: string, text: string): string {
    const [bare, work] = [join(this.folder, `${name}.git`), join(this.folder, `${name}-work`)];
    const git = (...words: string[]): void => {
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
        stdio: 'pipe',
      });
    };
    git('init', '-q', '--bare', '-b', 'main', bare);
    git('init', '-q', '-b', 'main', work);
    writeFileSync(join(work, 'file'), text);
    git('-C', work, 'add', 'file');
    git('-C', work, 'commit', '-q', '-m', 'one');
    git('-C', work, 'push', '-q', bare, 'main');
    return bare;
  }

  log(): string {
    const path = join(this.folder, 'log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.kill('SIGTERM') && exitCode === null && signalCode === null) await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An agent of its own, as a user has one before a job. */
export class Agent {
  readonly folder = mkdtempSync(join(tmpdir(), 'segura-agent-'));
  readonly socket = join(this.folder, 'agent');
  readonly #process = spawn('ssh-agent', ['-D', '-a', this.socket], { stdio: 'ignore' });

  /** Its socket has a name a moment before it listens. */
  async ready(): Promise<this> {
    while (!(await answers(this.socket))) await new Promise((resolve) => setTimeout(resolve, 10));
    return this;
  }

  /** The public keys that it holds, each `kind base64`. */
  keys(): string[] {
    return keysIn(this.socket);
  }

  add(key: string): void {
    execFileSync('ssh-add', ['-q', '-'], {
      input: key,
      env: { SSH_AUTH_SOCK: this.socket, PATH: process.env['PATH'] },
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The public keys that the agent of a socket holds; none for an agent that is gone. */
export function keysIn(socket: string): string[] {
  try {
    const env = { SSH_AUTH_SOCK: socket, PATH: process.env['PATH'] };
    const listed = execFileSync('ssh-add', ['-L'], { encoding: 'utf8', env, stdio: 'pipe' });
    return listed
      .trim()
      .split('\n')
      .map((line) => line.split(' ').slice(0, 2).join(' '));
  } catch {
    return [];
  }
}

/** The processes of ssh-agent whose socket is below a folder. */
export function agentsBelow(folder: string): string[] {
  const listed = execFileSync('ps', ['-axww', '-o', 'pid=,stat=,command='], { encoding: 'utf8' });
  return listed
    .split('\n')
    .filter((line) => line.includes('ssh-agent') && line.includes(folder) && !/^\s*\d+ Z/.test(line));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const line = connect(socket);
    line.on('connect', () => {
      line.destroy();
      resolve(true);
    });
    line.on('error', () => resolve(false));
  });
}
