import { commandFor } from '../../../core/changes/argument.js';
import { isSameKey, type KeyPair, type KeyWish } from '../../../core/changes/key-plan.js';
import { Problems, SeguraError } from '../../../core/errors.js';
import { throwIfCancelled } from '../../../core/pace.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { isIdentifier } from '../../../core/vault/write/form.js';
import { makeEd25519, publicHalf } from '../../../platform/ssh/new-key.js';
import type { OpenVault } from '../open-vault.js';
import { KeptFile } from '../pam/kept-file.js';
import { type Tried, tryCommand } from '../pam/try-command.js';
import type { NounCall } from '../verb.js';
import { handOver } from './hand-over.js';
import { type WishedKey, withoutOld } from './wish.js';

interface Parts {
  readonly pair: KeyPair;
  readonly file: KeptFile;
  /** What an earlier run left. */
  readonly left: string | undefined;
}

/** A new pair of keys on its way into the vault, with a private file that a login can use. */
export class NewKey {
  readonly pair: KeyPair;
  readonly #call: NounCall;
  readonly #vault: OpenVault;
  readonly #wished: WishedKey;
  readonly #file: KeptFile;
  readonly #left: string | undefined;
  /** Hosts may accept only the new key: an earlier run stopped midway, or a command has the old key to remove it. */
  #mayBeInUse: boolean;

  private constructor(call: NounCall, vault: OpenVault, wished: WishedKey, { pair, file, left }: Parts) {
    this.pair = pair;
    this.#call = call;
    this.#vault = vault;
    this.#wished = wished;
    this.#file = file;
    this.#left = left;
    this.#mayBeInUse = left !== undefined;
  }

  /** The given pair, that of an earlier run that did not end, or one that is made now. Errors: FILE_REFUSED. */
  static of(call: NounCall, vault: OpenVault, wished: WishedKey, identifier: string): NewKey | undefined {
    const { wish, isGenerated } = wished;
    if (wish.pair === undefined && !isGenerated) return undefined;
    const file = new KeptFile(call.context, {
      ...{ host: vault.host, item: `key ${identifier}` },
      ...{ what: 'a new key', ending: '.key' },
    });
    const left = file.read();
    const leftPublic = left === undefined ? undefined : publicHalf(left);
    if (left !== undefined && leftPublic === undefined) throw file.refused('it is damaged');
    // A host may accept it, and it is nowhere else.
    if (wish.pair !== undefined && left !== undefined && !isSameKey(left, wish.pair.privateKey.reveal()))
      throw otherIsKept(file, identifier);
    // The public key becomes a line of authorized_keys: a vault of before 4.0 takes identifiers with line ends.
    const comment = isIdentifier(identifier) ? identifier : 'segura-secrets';
    const made = (): KeyPair => {
      const { privateKey, publicKey } = makeEd25519(comment);
      return { privateKey: new Secret(privateKey), publicKey };
    };
    const pair =
      wish.pair ??
      (left === undefined ? made() : { privateKey: new Secret(left), publicKey: `${leftPublic} ${comment}` });
    if (left !== undefined && isGenerated)
      call.context.terminal.notice('an earlier run did not end: its new key is tried again');
    hide(vault, pair.privateKey);
    return new NewKey(call, vault, wished, { pair, file, left });
  }

  /**
   * Keeps other runs on this machine away from the key until the result is called. `name`: the key as the call names it.
   *
   * Errors: CHANGED_MEANWHILE, FILE_REFUSED.
   */
  lock(name: string): () => void {
    const unlock = this.#file.lock(`SSH key ${printable(name)}`);
    if (this.#file.read() === this.#left) return unlock;
    unlock();
    throw new SeguraError(
      'CHANGED_MEANWHILE',
      `Another run on this machine changed SSH key ${printable(name)} just now. This one changed nothing.`,
      'Run the same command again: it reads what is there now.',
    );
  }

  get wish(): Pick<KeyWish, 'pair' | 'passphrase'> {
    return { pair: this.pair, passphrase: this.#wished.wish.passphrase ?? withoutOld(this.pair) };
  }

  /** The end of a message while the file is there. */
  get keptIn(): string {
    return this.#wished.isGenerated ? ` The new key is kept in ${this.#file.shown}.` : '';
  }

  /** The end of a warning where the vault confirmed the key, but no read has shown it. */
  get keptUnread(): string {
    return this.#wished.isGenerated
      ? ` So the new key is still kept in ${this.#file.shown}. To compare it and to remove the file, run the same command again. If you know that the vault has it, remove the file yourself.`
      : '';
  }

  /**
   * Hands the old key over, and runs the command with the new one. Nothing is put back where it fails: the file keeps a new key
   * that a host may accept in place of the old one.
   *
   * Errors: VERIFY_FAILED, FILE_REFUSED, those of handOver.
   */
  async prove(before: ListedItem | undefined): Promise<void> {
    const { verify, oldKeyOut, isGenerated } = this.#wished;
    const old =
      before === undefined || oldKeyOut === ''
        ? undefined
        : await handOver(this.#call, { before, file: oldKeyOut, pair: this.pair });
    throwIfCancelled(this.#call.context.signals.stop);
    if (isGenerated || verify.line !== '') this.#file.save(this.pair.privateKey.reveal());
    if (verify.line === '') return;
    const id = printable(before?.id ?? this.#call.operands[0] ?? '');
    this.#call.context.terminal.info(`running the command of --verify with a new key of ${id}`);
    const variables = new Map([
      ['SSH_KEY_FILE', this.#file.path],
      ['SSH_PUBLIC_KEY', this.pair.publicKey],
      ...(old ?? []),
    ]);
    this.#mayBeInUse ||= isGenerated && old !== undefined;
    let tried: Tried;
    try {
      tried = await tryCommand(this.#call, this.#vault, verify, variables);
    } finally {
      // The user has a key that was given.
      if (!isGenerated) this.#file.remove();
    }
    if (tried.isAccepted) {
      this.#mayBeInUse ||= isGenerated;
      return;
    }
    if (!this.#mayBeInUse) this.#file.remove();
    throw this.#failed(`The command of --verify ${tried.how} for a new key of ${id}.`, before);
  }

  /** After a rejection: adds where the new key is, if a host may accept it. Errors: FILE_REFUSED. */
  rejected(problem: SeguraError, before: ListedItem | undefined): SeguraError | Problems {
    if (!this.#mayBeInUse) {
      this.#file.remove();
      return problem;
    }
    const id = printable(before?.id ?? this.#call.operands[0] ?? '');
    const why = `The vault did not take the new key of ${id}.`;
    return new Problems([problem, this.#failed(why, before)]);
  }

  #failed(why: string, before: ListedItem | undefined): SeguraError {
    const text = this.#mayBeInUse
      ? `${why} A host may accept it and not the old one.${this.keptIn}`
      : `${why} ${before === undefined ? 'Nothing was sent' : 'The vault has the old key, and hosts still accept it'}.`;
    const again = this.#mayBeInUse ? ': it tries the same new key' : '';
    return new SeguraError('VERIFY_FAILED', text, `Run it again after that is mended${again}.`);
  }

  /** Removes the file: the vault has the key. Errors: FILE_REFUSED. */
  forget(): void {
    this.#file.remove();
  }
}

function hide(vault: OpenVault, privateKey: Secret): void {
  vault.mask(privateKey);
  vault.mask(new Secret(privateKey.reveal().replaceAll(/-----[^\n]*-----|\s/g, '')));
}

function otherIsKept(file: KeptFile, identifier: string): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `An earlier run of ssh-key put did not end, and its new key of ${printable(identifier)} is only in ${file.shown}. A host may accept it. Nothing was sent.`,
    `To go on with that key: ${commandFor('ssh-key put', identifier, '--generate ed25519')}, with the same --verify. If no host accepts it, remove the file.`,
  );
}
