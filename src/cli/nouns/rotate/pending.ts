import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import type { Context } from '../../context.js';
import { KeptFile } from '../pam/kept-file.js';

/** Which credential of which vault. */
export interface PendingTarget {
  /** Host and port. */
  readonly host: string;
  readonly id: string;
}

/** A new password that may be in use before the vault has it, in a file of its own. */
export class PendingPassword {
  readonly #target: PendingTarget;
  readonly #file: KeptFile;

  constructor(context: Context, target: PendingTarget) {
    this.#target = target;
    const { host, id } = target;
    this.#file = new KeptFile(context, { host, item: id, what: 'a new password', ending: '.json' });
  }

  /** Its path, as a message names it. */
  get shown(): string {
    return this.#file.shown;
  }

  /** Errors: CHANGED_MEANWHILE while another run on this machine rotates the credential, FILE_REFUSED. */
  lock(): () => void {
    return this.#file.lock(`credential ${printable(this.#target.id)}`);
  }

  /** What an earlier run left; undefined if there is no such file. Errors: FILE_REFUSED. */
  read(): Secret | undefined {
    const text = this.#file.read();
    if (text === undefined) return undefined;
    const { host, id } = this.#target;
    const data = parsed(text);
    const password: unknown = Reflect.get(data, 'password');
    const isOurs = Reflect.get(data, 'vault') === host && Reflect.get(data, 'credential') === id;
    if (isOurs && typeof password === 'string' && password !== '') return new Secret(password);
    throw this.#file.refused('it is of another credential, or is damaged');
  }

  /** Errors: FILE_REFUSED. */
  save(password: Secret): void {
    const { host, id } = this.#target;
    const data = { version: 1, vault: host, credential: id, password: password.reveal() };
    this.#file.save(`${JSON.stringify(data)}\n`);
  }

  /** Errors: FILE_REFUSED. */
  remove(): void {
    this.#file.remove();
  }
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    // The message of the parser quotes the text.
    return {};
  }
}
