import { hasSeveralAts, isDots } from '../credential-name.js';
import type { OptionKey } from '../input-names.js';
import { CONTROL } from '../printable.js';
import type { Text } from '../text.js';
import { type LineNames, lineWith, quotedSource, type Shown, wildcardLineWith } from './offered-lines.js';
import type { RequestKind, Source } from './request.js';
import { type Char, isBare, lastBareIndex, quote, rawOf, requestInvalid, textOf } from './tokens.js';
import type { NameRule } from './variable-names.js';

/** The field that a PAM request without one means. */
const DEFAULT_PAM_FIELD = 'password';
/** And the one of a request for an SSH key. */
const DEFAULT_KEY_FIELD = 'private_key';

/** What is known about a line besides its text. */
export interface Line {
  readonly kind: RequestKind;
  /** The lines are of an input that most jobs do not have, and this reads them. */
  readonly other?: OtherLines | undefined;
  readonly where: Text;
  readonly isName: NameRule;
  readonly names: LineNames;
  /** The first of the lines that is valid; undefined when none is. */
  readonly offer: (candidates: readonly string[]) => string | undefined;
}

/** How the lines of an input are read that most jobs do not have. */
export interface OtherLines {
  readonly input: OptionKey;
  /** A source, as a remedy has it. */
  readonly sample: string;
  /** Errors: REQUEST_INVALID. */
  readonly read: (line: Line, shown: Shown) => Source;
}

/** A line as what to write. */
export function writing(line: string | undefined): string | undefined {
  return line === undefined ? undefined : `Write ${line}`;
}

/** The source of a line of `secrets` or `dynamic`. Errors: REQUEST_INVALID. */
export function readDsmSource(line: Line, shown: Shown): Source {
  const chars = shown.left;
  const slash = lastBareIndex(chars, '/');
  const dynamic = line.kind === 'dynamic' ? ({ isDynamic: true } as const) : undefined;
  if (slash === -1 && isBare(chars, '*')) {
    if (dynamic !== undefined)
      throw requestInvalid(
        line.where,
        'asks for every secret, which would provision all of them.',
        `Name each: IDENTITY/* > ${line.names.prefix('PREFIX')}*`,
      );
    return { kind: 'dsm', identity: undefined, map: undefined, field: undefined };
  }
  const left = slash === -1 ? chars : chars.slice(0, slash);
  const field = slash === -1 ? undefined : readField(line, shown, slash);
  const { identity, map } = readIndex(left);
  const name = readName(line, shown, identity, 'identity');
  return { kind: 'dsm', identity: name, map, field, ...dynamic };
}

/** Splits `identity[1]` into the name and the index of the map. A name that itself ends like this needs quotes. */
function readIndex(chars: readonly Char[]): { identity: readonly Char[]; map: number | undefined } {
  const open = lastBareIndex(chars, '[');
  if (open === -1) return { identity: chars, map: undefined };
  const index = /^\[(\d{1,4})\]$/.exec(textOf(chars.slice(open)))?.[1];
  return index === undefined
    ? { identity: chars, map: undefined }
    : { identity: chars.slice(0, open), map: Number(index) };
}

/** The source of a line of `credentials` or `ssh-keys`. Errors: REQUEST_INVALID. */
export function readPamSource(line: Line, shown: Shown): Source {
  const { where } = line;
  const chars = shown.left;
  const slash = lastBareIndex(chars, '/');
  const left = slash === -1 ? chars : chars.slice(0, slash);
  const credential = readName(line, shown, left, 'credential');
  if (!left.some(({ quoted }) => quoted) && /\[\d+\]$/.test(credential)) {
    const rest = slash === -1 ? '' : rawOf(chars.slice(slash));
    throw requestInvalid(
      where,
      `asks for a map of credential ${credential}, but only DSM secrets have maps.`,
      writing(line.offer([lineWith(`${quote(credential.replace(/\[\d+\]$/, ''))}${rest}`, shown)])) ??
        'Leave the index out.',
    );
  }
  if (isDots(credential)) {
    throw requestInvalid(
      where,
      `names no credential: "${credential}" would mean another place in the vault.`,
      'Use the id, user@host or identifier of the credential.',
    );
  }
  if (hasSeveralAts(credential)) {
    throw requestInvalid(
      where,
      `names ${credential}: a credential whose user name contains "@" cannot be requested as user@host.`,
      'Use the id or the identifier of the credential.',
    );
  }
  const isKey = line.kind === 'key';
  const byDefault = isKey ? DEFAULT_KEY_FIELD : DEFAULT_PAM_FIELD;
  const field = slash === -1 ? byDefault : readField(line, shown, slash);
  return { kind: 'pam', credential, field, ...(isKey ? { isKey } : {}) };
}

function readField(line: Line, shown: Shown, slash: number): string | undefined {
  const chars = shown.left.slice(slash + 1);
  if (isBare(chars, '*')) return undefined;
  if (textOf(chars) === '') {
    const of = rawOf(shown.left.slice(0, slash));
    const one = writing(line.offer([lineWith(`${of}/FIELD`, shown)]));
    const all = line.offer([wildcardLineWith(`${of}/*`, shown, line.names)]);
    throw requestInvalid(
      line.where,
      `names no field after "${textOf(shown.left.slice(0, slash))}/".`,
      [one, all === undefined ? undefined : `for all fields ${all}`].filter(Boolean).join(', or ') ||
        'Write the name of the field.',
    );
  }
  return readName(line, shown, chars, 'field');
}

function readName(line: Line, shown: Shown, chars: readonly Char[], what: string): string {
  const { where, names } = line;
  const name = textOf(chars);
  if (name === '') {
    throw requestInvalid(where, `has an empty ${what}.`, `Write the name of the ${what}.`);
  }
  // No host, account or identifier has one, and no line that offers another could show it.
  const hasControl = what === 'credential' && CONTROL.test(name);
  if (hasControl || !name.isWellFormed()) {
    throw requestInvalid(
      where,
      `has ${hasControl ? 'a control character' : 'half a character of Unicode'} in the name of a ${what}.`,
      `Copy the name of the ${what} from the vault.`,
    );
  }
  if (what === 'credential' && isBare(chars, '*')) {
    throw requestInvalid(
      where,
      'asks for every credential, which would take custody of all of them.',
      `Name each: 94 > ${names.one('DEPLOY_PASSWORD')}, or for all fields of one 94/* > ${names.prefix('DEPLOY')}*`,
    );
  }
  if (chars.some(({ char, quoted }) => !quoted && char === '*')) {
    const literal = writing(line.offer([lineWith(quotedSource(shown.left), shown)]));
    throw requestInvalid(
      where,
      `has "*" inside the ${what} "${name}": it stands for everything or, in quotes, for itself.`,
      literal === undefined
        ? 'Put a name that has the star in quotes.'
        : `${literal} for a name that has the star`,
    );
  }
  return name;
}
