import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import type { KeyReading, ReadKey } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import { firstMessage, message, StringReader, string } from './wire.js';

const ADD_IDENTITY = 17;
const SUCCESS = 6;
/** Decrypting a key takes as long as its owner chose, seconds at most. */
const TIMEOUT_MS = 20_000;
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Tells ssh-add a passphrase once: without an answer to its second question, it would ask for ever. */
export const ASKPASS = `#!/bin/sh
case $1 in Bad*) exit 1 ;; esac
printf '%s\\n' "$SEGURA_SSH_PASSPHRASE"
`;

export interface ReadParts {
  /** Where ssh-add is to connect: a path in a private folder, or a pipe of Windows. */
  readonly socket: string;
  /** The path of a program with the text of ASKPASS; undefined where no key has a passphrase. */
  readonly askpass: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Keys as OpenSSH reads them. ssh-add gets each by a pipe, and hands it to an agent that we are ourselves: so every form
 * that OpenSSH knows is read, with its passphrase, and nothing lies on the disk.
 */
export async function readKeys(
  keys: readonly { readonly key: Secret; readonly passphrase: Secret | undefined }[],
  parts: ReadParts,
): Promise<KeyReading[]> {
  let added: Buffer | undefined;
  const server = createServer((line) =>
    serve(line, (contents) => {
      added = contents;
    }),
  );
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(parts.socket, resolve));
  try {
    const readings: KeyReading[] = [];
    for (const { key, passphrase } of keys) {
      added = undefined;
      const { isStarted, said } = await runSshAdd(key, passphrase, parts);
      if (!isStarted) readings.push('no-program');
      else if (added !== undefined) readings.push(keyIn(added) ?? 'not-read');
      // It says nothing where a passphrase is wrong or missing.
      else readings.push(said === '' ? 'passphrase' : 'not-read');
    }
    return readings;
  } finally {
    server.close();
  }
}

function serve(line: Socket, onAdd: (contents: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  line.on('error', () => line.destroy());
  line.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length > MAX_MESSAGE_BYTES) line.destroy();
    for (let next = firstMessage(bytes); next !== undefined; next = firstMessage(bytes)) {
      if (next[0] === ADD_IDENTITY) onAdd(Buffer.from(next.subarray(1)));
      bytes = bytes.subarray(4 + next.length);
      line.write(message(SUCCESS));
    }
  });
}

function runSshAdd(
  key: Secret,
  passphrase: Secret | undefined,
  { socket, askpass, environment, signal }: ReadParts,
): Promise<{ isStarted: boolean; said: string }> {
  const { PATH, HOME, SystemRoot } = environment;
  const env = {
    ...{ PATH, HOME, SystemRoot, SSH_AUTH_SOCK: socket },
    // Before OpenSSH 8.4, a display is what makes it ask a program.
    ...{ SSH_ASKPASS: askpass ?? '/bin/false', SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    ...(passphrase === undefined ? {} : { SEGURA_SSH_PASSPHRASE: passphrase.reveal() }),
  };
  return new Promise((resolve) => {
    // Without a terminal of its own, it cannot ask there.
    const child = spawn('ssh-add', ['-q', '-'], {
      ...{ env, signal, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', detached: true, windowsHide: true },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    child.on('error', () => child.pid === undefined && resolve({ isStarted: false, said }));
    child.on('close', (_code, killed) =>
      resolve({ isStarted: true, said: killed === null ? said.trim() : killed }),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(key.reveal());
  });
}

/** Source: draft-miller-ssh-agent section 3.2; the public half has the form of RFC 4253 section 6.6 and RFC 5656 section 3.1. */
function keyIn(contents: Buffer): ReadKey | undefined {
  try {
    const reader = new StringReader(contents);
    const kind = reader.string();
    const name = kind.toString('latin1');
    const parts = publicParts(name, reader);
    if (parts === undefined) return undefined;
    const blob = Buffer.concat([kind, ...parts].map(string)).toString('base64');
    return { blob, kind: name, identity: new Secret(contents.toString('base64')) };
  } catch {
    return undefined;
  }
}

function publicParts(kind: string, reader: StringReader): Buffer[] | undefined {
  if (kind === 'ssh-ed25519') return [reader.string()];
  if (kind.startsWith('ecdsa-sha2-')) return [reader.string(), reader.string()];
  if (kind !== 'ssh-rsa') return undefined;
  const modulus = reader.string();
  return [reader.string(), modulus];
}
