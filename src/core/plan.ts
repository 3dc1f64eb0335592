import { type Destination, readDestination } from './destination.js';
import { collect, SeguraError } from './errors.js';
import { type Char, isBare, isBlank, lastBareIndex, quote, readLine, split, textOf, trim } from './line.js';
import { isVariableName, type NameRule } from './names.js';

export type Source =
  /** `identity` undefined: every secret. `field` undefined: every field. `map`: index in the secret's `data`. */
  | {
      readonly kind: 'dsm';
      readonly identity: string | undefined;
      readonly map: number | undefined;
      readonly field: string | undefined;
    }
  /** `credential` is an id, user@host or an identifier. `field` undefined: every field. */
  | { readonly kind: 'pam'; readonly credential: string; readonly field: string | undefined };

/** One line of `secrets` or `credentials`. */
export interface SecretRequest {
  readonly source: Source;
  readonly destinations: readonly Destination[];
  /** Where the line stands, for messages: `Line 2 of "secrets"`. */
  readonly where: string;
}

/** The field that a PAM request without one means. */
export const DEFAULT_PAM_FIELD = 'password';

/**
 * The requests of one input, in its order; what is wrong goes to `problems`, every bad line at once.
 *
 * Errors put there: REQUEST_INVALID, NAME_INVALID.
 */
export function readPlan(
  kind: Source['kind'],
  text: string,
  problems: SeguraError[],
  isName: NameRule = isVariableName,
): SecretRequest[] {
  const input = kind === 'dsm' ? 'secrets' : 'credentials';
  const requests: SecretRequest[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const where = `Line ${index + 1} of "${input}"`;
    collect(problems, () => {
      const chars = readLine(line, where);
      if (!isBlank(chars)) requests.push(readRequest({ kind, where, isName }, chars, problems));
    });
  }
  return requests;
}

interface Line {
  readonly kind: Source['kind'];
  readonly where: string;
  readonly isName: NameRule;
}

function readRequest(
  { kind, where, isName }: Line,
  chars: readonly Char[],
  problems: SeguraError[],
): SecretRequest {
  const [left = [], right, ...more] = split(chars, '>').map(trim);
  if (more.length > 0) {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} has more than one ">".`,
      'Separate several destinations by commas, and put a name with ">" in quotes: a/b > X, file:"x>y".',
    );
  }
  if (left.length === 0) {
    throw new SeguraError('REQUEST_INVALID', `${where} names no source before ">".`, 'Write source > NAME.');
  }
  refuseSpaces(left, where);
  const source = kind === 'dsm' ? readDsmSource(left, where) : readPamSource(left, where);
  const wildcard = source.field === undefined;
  if (right === undefined) {
    if (kind === 'dsm') return { source, where, destinations: [{ kind: 'plain', name: '', wildcard: true }] };
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} says nowhere to put ${showSource(source)}.`,
      `Write ${showSource(source)} > ${wildcard ? 'PREFIX_*' : 'NAME'}`,
    );
  }
  const destinations = split(right, ',')
    .map(trim)
    .map((part) => {
      refuseSpaces(part, where);
      return collect(problems, () =>
        readDestination(part, { source: showSource(source), wildcard, where, isName }),
      );
    });
  return { source, where, destinations: destinations.filter((destination) => destination !== undefined) };
}

function refuseSpaces(chars: readonly Char[], where: string): void {
  if (!chars.some(({ char, quoted }) => !quoted && /\s/.test(char))) return;
  throw new SeguraError(
    'REQUEST_INVALID',
    `${where} has a space inside "${textOf(chars)}".`,
    /\s(->|=>|=|\||:)\s/.test(textOf(chars))
      ? `Write ">" before the destination: ${textOf(chars).replace(/\s+(->|=>|=|\||:)\s+/, ' > ')}`
      : 'Put a name with spaces in quotes ("my secret"/field), write ">" before the destination, and one request per line.',
  );
}

function readDsmSource(chars: readonly Char[], where: string): Source {
  const slash = lastBareIndex(chars, '/');
  if (slash === -1 && isBare(chars, '*')) {
    return { kind: 'dsm', identity: undefined, map: undefined, field: undefined };
  }
  const left = slash === -1 ? chars : chars.slice(0, slash);
  const field = slash === -1 ? undefined : readField(chars.slice(slash + 1), where, textOf(left));
  const { identity, map } = readIndex(left);
  const name = readName(identity, where, 'identity');
  return { kind: 'dsm', identity: name, map, field };
}

/** Splits `identity[1]` into the name and the index of the map; a name that ends so stands in quotes. */
function readIndex(chars: readonly Char[]): { identity: readonly Char[]; map: number | undefined } {
  const open = lastBareIndex(chars, '[');
  if (open === -1) return { identity: chars, map: undefined };
  const index = /^\[(\d{1,4})\]$/.exec(textOf(chars.slice(open)))?.[1];
  return index === undefined
    ? { identity: chars, map: undefined }
    : { identity: chars.slice(0, open), map: Number(index) };
}

function readPamSource(chars: readonly Char[], where: string): Source {
  const slash = lastBareIndex(chars, '/');
  const left = slash === -1 ? chars : chars.slice(0, slash);
  const credential = readName(left, where, 'credential');
  if (!left.some(({ quoted }) => quoted) && /\[\d+\]$/.test(credential)) {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} asks for a map of credential ${credential}, but only DSM secrets have maps.`,
      `Write ${quote(credential.replace(/\[\d+\]$/, ''))} without the index.`,
    );
  }
  if (/^\.+$/.test(credential)) {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} names no credential: "${credential}" would mean another place in the vault.`,
      'Use the id, user@host or identifier of the credential.',
    );
  }
  if (credential.split('@').length > 2) {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} names ${credential}: a user name with "@" cannot be asked for as user@host.`,
      'Use the id or the identifier of the credential.',
    );
  }
  const field = slash === -1 ? DEFAULT_PAM_FIELD : readField(chars.slice(slash + 1), where, credential);
  return { kind: 'pam', credential, field };
}

function readField(chars: readonly Char[], where: string, of: string): string | undefined {
  if (isBare(chars, '*')) return undefined;
  if (textOf(chars) === '') {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} names no field after "${of}/".`,
      `Write ${of}/FIELD, or ${of}/* for all of them.`,
    );
  }
  return readName(chars, where, 'field');
}

function readName(chars: readonly Char[], where: string, what: string): string {
  const name = textOf(chars);
  if (name === '') {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} has an empty ${what}.`,
      `Write the name of the ${what}.`,
    );
  }
  if (what === 'credential' && isBare(chars, '*')) {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} asks for every credential, which would take custody of all of them.`,
      'Name each: 94 > DEPLOY_PASSWORD, or 94/* > DEPLOY_* for all fields of one.',
    );
  }
  if (chars.some(({ char, quoted }) => !quoted && char === '*')) {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} has "*" inside the ${what} "${name}": it stands for everything or, in quotes, for itself.`,
      `Write * alone, or ${quote(name)} for a name that has the star.`,
    );
  }
  return name;
}

/** What tells two sources apart, whatever they look like when they are shown. */
export function sourceKey(source: Source): string {
  return source.kind === 'pam'
    ? JSON.stringify([source.kind, source.credential, source.field])
    : JSON.stringify([source.kind, source.identity, source.map, source.field]);
}

/** A source as it stands in a request line. */
export function showSource(source: Source): string {
  if (source.kind === 'pam') return `${quote(source.credential)}/${showField(source.field)}`;
  if (source.identity === undefined) return '*';
  const map = source.map === undefined ? '' : `[${source.map}]`;
  return `${showIdentity(source.identity)}${map}/${showField(source.field)}`;
}

function showField(field: string | undefined): string {
  return field === undefined ? '*' : quote(field);
}

/** The slashes of an identity need no quotes when a field follows: the last slash separates. */
function showIdentity(identity: string): string {
  return quote(identity.replaceAll('/', '')).startsWith('"') ? quote(identity) : identity;
}
