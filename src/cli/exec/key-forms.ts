import { maskForms } from '../../core/masking/encodings.js';
import { bytesInText } from '../../core/vault/connection/given-file.js';
import { privateKeyBlock } from '../../core/vault/connection/private-key.js';
import type { Keys } from '../../http/keys.js';

/** A shorter line of a key, or passphrase, may stand in unrelated variables. */
const MIN_KEY_LENGTH = 16;
const MIN_PASSPHRASE_LENGTH = 8;

/** How variables can hold the keys and passphrases of a run. */
export interface KeyForms {
  /** A variable that contains one of these holds a secret. */
  readonly parts: readonly string[];
  /** Short passphrases: only a variable that is nothing else holds one. */
  readonly wholes: readonly string[];
}

/** The client certificate's key, the decryption key and their passphrases, plain and in the encodings that the action masks. */
export function keyForms({ secrets }: Pick<Keys, 'secrets'>): KeyForms {
  const texts = secrets.map((each) => each.reveal());
  const keys = texts.flatMap(keysIn);
  const passphrases = texts.filter((text) => keysIn(text).length === 0);
  const isShort = (text: string): boolean => text.length < MIN_PASSPHRASE_LENGTH;
  return {
    parts: [
      ...[...new Set(keys)].flatMap((key) => formsOf(key, MIN_KEY_LENGTH).filter(isOfOneKey)),
      ...passphrases.filter((text) => !isShort(text)).flatMap((text) => formsOf(text, MIN_PASSPHRASE_LENGTH)),
    ],
    wholes: passphrases.filter(isShort),
  };
}

/** The private key of a text, and the text itself where that is an encoding of one. */
function keysIn(text: string): string[] {
  const bytes = bytesInText(text);
  if (bytes === undefined) return [];
  const block = privateKeyBlock(bytes.toString('latin1'));
  return [...(block === undefined ? [] : [block]), ...(text.includes('-----BEGIN') ? [] : [text.trim()])];
}

function formsOf(text: string, minLength: number): string[] {
  return maskForms(text, minLength, { hidesManyAlike: true });
}

/** False for a line that every private key has. */
function isOfOneKey(form: string): boolean {
  const own = form.replaceAll(/-----(?:BEGIN|END) [A-Z0-9 ]+-----|Proc-Type: ?4,ENCRYPTED/g, '');
  return own.length >= MIN_KEY_LENGTH;
}
