import type { Secret } from '../secret.js';

/** What the core needs of SSH on the machine. */

/** A private key as OpenSSH reads it. */
export interface ReadKey {
  /** The public half in base64, as an agent lists it. */
  readonly blob: string;
  /** Its kind, such as `ssh-ed25519`. */
  readonly kind: string;
  /** What adds it to an agent: base64 of the contents of SSH_AGENTC_ADD_IDENTITY. */
  readonly identity: Secret;
}

/**
 * `not-read`: OpenSSH does not read it. `passphrase`: it has one, and that is not the one at hand. `no-program`: no OpenSSH
 * is here to tell.
 */
export type KeyReading = ReadKey | 'not-read' | 'passphrase' | 'no-program';

/** What SSH on this machine offers. An agent is named by its socket. */
export interface SshTools {
  /** What the job has set of its own. */
  readonly environment: {
    readonly gitSshCommand: string;
    readonly gitSsh: string;
    /** The known hosts of an earlier step of ours; empty for none. */
    readonly knownHosts: string;
  };
  /** The text of a program that tells ssh-add a passphrase. */
  readonly askpass: string;
  /** Reads keys without a copy on the disk. `folder`: a private one. `askpass`: a private file with that program. */
  read(
    keys: readonly { readonly key: Secret; readonly passphrase: Secret | undefined }[],
    place: { readonly folder: string; readonly askpass: string | undefined; readonly signal: AbortSignal },
  ): Promise<KeyReading[]>;
  /** The agent that the job has already, if it answers. */
  present(): Promise<string | undefined>;
  /** Starts an agent that outlives this process. `pid` is undefined where the program is missing. */
  start(socket: string): { readonly pid: number | undefined };
  /** The public halves of the keys of an agent. Waits for one that starts. Throws if it does not answer. */
  list(socket: string): Promise<string[]>;
  /** Adds a key until it is removed, or until the job is certainly over. True when the agent took it. */
  add(socket: string, key: ReadKey): Promise<boolean>;
  /** Removes a key. True when it is not there any more. */
  remove(socket: string, blob: string): Promise<boolean>;
  /** Ends the agent that `start` started. True when there is none any more. */
  end(socket: string, pid: number | undefined): Promise<boolean>;
}
