import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import { Secret } from '../../secret.js';
import { option, say } from '../../text.js';
import { type Credential, checkIdentity } from '../credential.js';
import { isMissingRoute } from '../dsm.js';
import { type RejectedReply, type ReplyResult, tookNothing } from '../envelope.js';
import { lateErrors } from '../errors/late-errors.js';
import { statusText } from '../errors/trace.js';
import { type Decrypt, EncryptedSecret, type Field, fieldAt, textOfField } from '../field.js';
import { child, isObject, malformed, type Node, optionalTextAt } from '../json.js';
import type { Session } from '../session.js';

type Prefix = 'api' | 'iso';

/** Told what became of custody, as CustodyObserver of pam.ts says. */
interface KeyObserver {
  replied(credential: Credential | undefined, prefix: Prefix): void;
  notTaken(): void;
}

/** What reading a key takes from the client of the vault. */
export interface KeyReader {
  readonly prefixes: readonly Prefix[];
  readonly get: (path: string) => Promise<{ opened: ReplyResult; unsure: boolean }>;
  /** The key's name in a path. */
  readonly encode: (key: string) => string;
  /** Who is refused, for messages. */
  readonly client: Session['client'];
  readonly decrypt: Decrypt | undefined;
}

/**
 * The SSH key of that id, user@host or identifier, as a credential with the fields of the reply: `private_key`,
 * `public_key`, `password` (the passphrase, null without one), `username`, and so on.
 *
 * Errors: CREDENTIAL_NOT_FOUND, CREDENTIAL_INACTIVE, ACCESS_DENIED, NO_SUCH_ROUTE, REPLY_MALFORMED, those of Exchange.
 * Source: GET /api/pam/key/[id], docs.senhasegura.io v3-33; /iso/pam/key/[id], v3-32.
 */
export async function readSshKey(
  key: string,
  { prefixes, get, encode, client, decrypt }: KeyReader,
  observer: KeyObserver,
): Promise<Credential> {
  const statuses: number[] = [];
  let mayBeOurs = false;
  for (const prefix of prefixes) {
    const path = `/${prefix}/pam/key/${encode(key)}`;
    const endpoint = `GET ${path}`;
    const { opened, unsure } = await get(path);
    if (opened.ok) {
      let read: Credential | undefined;
      try {
        read = checkIdentity(keyIn({ value: opened.body, path: '$', endpoint }, decrypt), key, endpoint);
      } finally {
        observer.replied(read, prefix);
      }
      if (read.fault !== undefined) throw read.fault;
      return read;
    }
    if (!isMissingRoute(opened)) {
      if (tookNothing(opened) && !unsure) observer.notTaken();
      const { replyError } = await lateErrors();
      throw keyError(opened, key) ?? replyError(opened, endpoint, client);
    }
    statuses.push(opened.status);
    mayBeOurs ||= unsure;
  }
  if (!mayBeOurs) observer.notTaken();
  throw new SeguraError(
    'NO_SUCH_ROUTE',
    `The vault does not offer SSH keys at any of ${prefixes.map((prefix) => `/${prefix}/pam/key`).join(', ')} (HTTP ${statuses.join(', ')}).`,
    say`Check the path of ${option.url}, and that the version of the vault has SSH keys.`,
  );
}

const ID = /^\d{1,20}$/;

function keyIn(body: Node, decrypt: Decrypt | undefined): Credential {
  const places = [child(body, 'key'), child(child(body, 'response'), 'key')];
  const node = places.find(({ value }) => isObject(value));
  if (node === undefined || !isObject(node.value)) throw malformed(body.endpoint, '$.key is not there');
  const fields = new Map<string, Field>();
  for (const name of Object.keys(node.value)) {
    const field = child(node, name);
    if (typeof field.value === 'object' && field.value !== null) continue;
    const value = fieldAt(field, decrypt);
    fields.set(
      name,
      name === 'private_key' ? withLineEnds(value) : name === 'password' ? filled(value) : value,
    );
  }
  const id = optionalTextAt(child(node, 'id'));
  if (id !== undefined && id !== '' && !ID.test(id))
    throw malformed(body.endpoint, '$.key.id is not the number of a key');
  return { id: id || undefined, fields, expires: textOfField(fields.get('expiration_time')) || undefined };
}

/**
 * A private key with LF and one line end at its end, which is all that OpenSSH reads: the vault sends CRLF. Source:
 * protocol.md 9.
 */
function withLineEnds(field: Field): Field {
  const text = textOfField(field);
  if (text === undefined || text.trim() === '') return text === undefined ? field : null;
  if (field instanceof EncryptedSecret && field.state === 'undecodable') return field;
  const lines = text.replaceAll(/\r\n?/g, '\n').trim();
  return field instanceof EncryptedSecret
    ? new EncryptedSecret(`${lines}\n`, field.state)
    : new Secret(`${lines}\n`);
}

/** An empty passphrase is none. */
function filled(field: Field): Field {
  return textOfField(field) === '' ? null : field;
}

/** The rejections of a read that are about the key itself. Source: protocol.md 9. */
function keyError(refused: RejectedReply, key: string): SeguraError | undefined {
  const { code, status, bodyStatus, says } = refused;
  const name = printable(key);
  if (code === 1016) {
    return new SeguraError(
      'CREDENTIAL_NOT_FOUND',
      `${name} is not an SSH key (${statusText(refused)}).`,
      say`Ask for a credential with a password in ${option.credentials}.`,
    );
  }
  if (code === 1015 || (code === undefined && bodyStatus === 404 && says !== 'no-route')) {
    return new SeguraError(
      'CREDENTIAL_NOT_FOUND',
      `The vault has no SSH key ${name} (${statusText(refused)}).`,
      'Check the id or identifier, as the vault shows it.',
    );
  }
  if (code === 1017) {
    return new SeguraError(
      'CREDENTIAL_INACTIVE',
      `SSH key ${name} is disabled in the vault (${statusText(refused)}).`,
      'Enable it in the vault, or ask for another.',
    );
  }
  if (code === 1009 || (status < 300 && bodyStatus === 401)) {
    return new SeguraError(
      'ACCESS_DENIED',
      `The authorization has no access to SSH key ${name} (${statusText(refused)}).`,
      'Add the key to the authorization in the vault.',
    );
  }
  return undefined;
}
