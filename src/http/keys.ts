import { collect, type SeguraError } from '../core/errors.js';
import type { RawInputs } from '../core/input-names.js';
import { Secret } from '../core/secret.js';
import type { Text } from '../core/text.js';
import type { ClientCertificate } from '../core/vault/connection/connection.js';
import type { ReadFile } from '../core/vault/connection/given-file.js';
import { privateKeyBlock } from '../core/vault/connection/private-key.js';
import type { Decrypt } from '../core/vault/field.js';
import type { JudgedAt } from './tls/client-certificate.js';

const NAMES = [
  'client-certificate',
  'client-key',
  'client-key-passphrase',
  'decryption-key',
  'decryption-key-passphrase',
] as const;

/** The keys from the inputs, and the problems with them. */
export interface Keys {
  readonly clientCertificate?: ClientCertificate | undefined;
  readonly decrypt?: Decrypt | undefined;
  /** The secret texts that nothing else masks: a key as it was given, or as its file holds it. */
  readonly secrets: readonly Secret[];
  /** INPUT_INVALID. */
  readonly problems: readonly SeguraError[];
  readonly warnings: readonly Text[];
  /** For debug output: the fingerprints that the administrator of the vault compares. */
  readonly description: string;
}

export const NO_KEYS: Keys = { secrets: [], problems: [], warnings: [], description: '' };

/** The client certificate and the decryption key of the inputs. The code that reads them is loaded only if one is set. */
export async function readKeys(
  raw: Pick<RawInputs, (typeof NAMES)[number]>,
  readFile: ReadFile,
  at: JudgedAt,
): Promise<Keys> {
  if (NAMES.every((name) => raw[name] === '')) return NO_KEYS;
  const [{ readClientCertificate }, { decryptWith, readDecryptionKey }] = await Promise.all([
    import(/* webpackMode: "eager" */ './tls/client-certificate.js'),
    import(/* webpackMode: "eager" */ '../core/vault/decrypt.js'),
  ]);
  const problems: SeguraError[] = [];
  const [certificate, key] = [raw['client-certificate'], raw['client-key']];
  const given = { certificate, key, passphrase: raw['client-key-passphrase'] };
  const read = collect(problems, () => readClientCertificate(given, readFile, at));
  const [own, passphrase] = [raw['decryption-key'], raw['decryption-key-passphrase']];
  const decryption =
    own === '' ? undefined : collect(problems, () => readDecryptionKey(own, passphrase, readFile));
  return {
    clientCertificate: read?.clientCertificate,
    decrypt: decryption === undefined ? undefined : decryptWith(decryption),
    secrets: [
      ...keysIn([certificate, key, own], read?.clientCertificate, decryption?.pem),
      ...[given.passphrase, passphrase].filter((text) => text !== ''),
    ].map((text) => new Secret(text)),
    problems,
    warnings: read?.warnings ?? [],
    description: read?.description ?? '',
  };
}

/** The private keys among what was given, and those in the files that it names. */
function keysIn(
  given: readonly string[],
  certificate: ClientCertificate | undefined,
  decryption: string | undefined,
): readonly string[] {
  const itself = given.filter(isKeyItself);
  const own =
    certificate === undefined ? undefined : 'pfx' in certificate ? certificate.pfx : certificate.key;
  const read = [own?.trim(), privateKeyBlock(decryption ?? '')].filter((each) => each !== undefined);
  const isInFile = (key: string): boolean => !itself.some((each) => bare(each).includes(bare(key)));
  return [...itself, ...read.filter(isInFile)];
}

function bare(text: string): string {
  return text.replaceAll(/\s/g, '');
}

/** A private key in PEM, or base64 of a file with one; else it is the path of a file, which many lines of a log may hold. */
function isKeyItself(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE/.test(text) || /^[A-Za-z0-9+/=\s]{100,}$/.test(text);
}
