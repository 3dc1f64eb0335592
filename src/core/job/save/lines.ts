import { asSeen } from '../../changes/find-secret.js';
import { collect, SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import { showField, showIdentity } from '../../requests/request.js';
import {
  type Char,
  firstBareIndex,
  isBlank,
  lastBareIndex,
  quote,
  readLine,
  requestInvalid,
  split,
  textOf,
  trim,
} from '../../requests/tokens.js';
import { lineOf, say, type Text } from '../../text.js';

/** One line of `save`. */
export interface SaveLine {
  readonly where: Text;
  /** Where the value is: a variable, or a file. */
  readonly kind: 'variable' | 'file';
  readonly name: string;
  readonly identity: string;
  readonly field: string;
}

/** How a line writes where its value goes. */
export function showTarget({ identity, field }: Pick<SaveLine, 'identity' | 'field'>): string {
  return `${showIdentity(identity)}/${showField(field)}`;
}

/** The lines of `save`. The problems of all bad lines go to `problems`: REQUEST_INVALID, NAME_COLLISION. */
export function readSaveLines(text: string, problems: SeguraError[]): SaveLine[] {
  const lines: SaveLine[] = [];
  const seen = new Set<string>();
  const looks = new Map<string, string>();
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const where = lineOf(index + 1, 'save');
    collect(problems, () => {
      const chars = readLine(line, where);
      if (isBlank(chars)) return;
      const read = readOne(chars, where);
      checkLooks(read, looks);
      const key = JSON.stringify([read.identity, read.field].map(asSeen));
      if (seen.has(key)) throw twice(read);
      seen.add(key);
      lines.push(read);
    });
  }
  return lines;
}

/** Errors: REQUEST_INVALID. */
function readOne(chars: readonly Char[], where: Text): SaveLine {
  const [left = [], right, ...more] = split(chars, '>').map(trim);
  const isWhole = right !== undefined && more.length === 0 && left.length > 0;
  if (!isWhole || [left, right].some(hasSpace))
    throw requestInvalid(
      where,
      'is not a name, ">" and a field of a secret.',
      'Write NAME > IDENTITY/FIELD for the value of a variable, or file:PATH > IDENTITY/FIELD for that of a file. Put a name with spaces in quotes.',
    );
  const slash = lastBareIndex(right, '/');
  const [identity, field] = [textOf(right.slice(0, Math.max(slash, 0))), textOf(right.slice(slash + 1))];
  const isStar = right.some(({ char, quoted }) => !quoted && char === '*');
  const { kind, name } = readFrom(left);
  if (slash === -1 || identity === '' || field === '' || name === '' || isStar)
    throw requestInvalid(
      where,
      'does not name one field of a secret, or where its value is.',
      `Write ${kind === 'file' ? 'file:' : ''}${name === '' ? 'NAME' : quote(name)} > ${identity === '' || isStar ? 'IDENTITY' : showIdentity(identity)}/${field === '' || isStar || slash === -1 ? 'FIELD' : quote(field)}`,
    );
  return { where, kind, name, identity, field };
}

function readFrom(chars: readonly Char[]): Pick<SaveLine, 'kind' | 'name'> {
  const colon = firstBareIndex(chars, ':');
  const isFile = colon !== -1 && textOf(chars.slice(0, colon)) === 'file';
  return isFile
    ? { kind: 'file', name: textOf(chars.slice(colon + 1)) }
    : { kind: 'variable', name: textOf(chars) };
}

function hasSpace(chars: readonly Char[]): boolean {
  return chars.some(({ char, quoted }) => !quoted && /\s/.test(char));
}

/** Two secrets that look alike cannot be told apart by whoever asks for one. `looks`: identities before, by what is seen. Errors: NAME_COLLISION. */
function checkLooks({ where, identity }: SaveLine, looks: Map<string, string>): void {
  const other = looks.get(asSeen(identity)) ?? identity;
  looks.set(asSeen(identity), other);
  if (other === identity) return;
  throw new SeguraError(
    'NAME_COLLISION',
    say`${where} names a secret that looks like ${printable(other)} of another line, with other characters of Unicode.`,
    'Copy the identity of one line to the other.',
  );
}

function twice(line: SaveLine): SeguraError {
  return new SeguraError(
    'NAME_COLLISION',
    say`${line.where} gives ${showTarget(line)} a second value.`,
    'Write each field in one line only.',
  );
}
