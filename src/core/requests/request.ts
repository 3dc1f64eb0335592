import type { Text } from '../text.js';
import type { AgentPlace, Destination } from './destination.js';
import { quote } from './tokens.js';

export type Source =
  /**
   * `identity` undefined: every secret. `field` undefined: every field. `map`: index in the secret's `data`. `isDynamic`: it is
   * provisioned for this run. `isSafe`: an item of MySafe, whose identity is `KIND:NAME`.
   */
  | {
      readonly kind: 'dsm';
      readonly identity: string | undefined;
      readonly map: number | undefined;
      readonly field: string | undefined;
      readonly isDynamic?: true;
      readonly isSafe?: true;
    }
  /** `credential` is an id, user@host or an identifier. `field` undefined: every field. `isKey`: it is an SSH key. */
  | {
      readonly kind: 'pam';
      readonly credential: string;
      readonly field: string | undefined;
      readonly isKey?: true;
    };

/** What an input asks for: DSM secrets, dynamic ones, PAM credentials, or SSH keys. */
export type RequestKind = Source['kind'] | 'dynamic' | 'key';

/** Before a source that could be of another kind, in an input that takes several. */
export type SourcePrefix = 'secret:' | 'dynamic:' | 'credential:' | '';

/** One line of `secrets`, `dynamic`, `credentials`, `ssh-keys`, `mysafe` or `inject`. */
export interface SecretRequest {
  readonly source: Source;
  readonly destinations: readonly Destination[];
  /** The agents of SSH that get the key, besides. */
  readonly agents?: readonly AgentPlace[];
  /** Where the line stands, for messages: `Line 2 of "secrets"`. */
  readonly where: Text;
  /** What the line says of its source, where its input takes both kinds. */
  readonly prefix?: SourcePrefix;
  /** How another source is written there, for a request that is no line of its own. */
  readonly write?: (source: Source) => string;
}

export function isOfSafe({ source }: Pick<SecretRequest, 'source'>): boolean {
  return source.kind === 'dsm' && source.isSafe === true;
}

/** A key that distinguishes two sources, even if they look the same in a message. */
export function sourceKey(source: Source): string {
  return source.kind === 'pam'
    ? JSON.stringify([source.kind, source.credential, source.field])
    : JSON.stringify([source.kind, source.identity, source.map, source.field, source.isDynamic]);
}

/** A source as written in a request line. */
export function showSource(source: Source): string {
  if (source.kind === 'pam') return `${quote(source.credential)}/${showField(source.field)}`;
  if (source.identity === undefined) return '*';
  const map = source.map === undefined ? '' : `[${source.map}]`;
  return `${showIdentity(source.identity)}${map}/${showField(source.field)}`;
}

export function showField(field: string | undefined): string {
  return field === undefined ? '*' : quote(field);
}

/** The slashes of an identity need no quotes when a field follows: the last slash separates. */
export function showIdentity(identity: string): string {
  return quote(identity.replaceAll('/', '')).startsWith('"') ? quote(identity) : identity;
}
