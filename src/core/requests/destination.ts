import { SeguraError } from '../errors.js';
import { say, type Text, word } from '../text.js';
import { type LineNames, namesAmong } from './offered-lines.js';
import { type Char, firstBareIndex, quote, requestInvalid, textOf } from './tokens.js';
import { isOutputName, isVariableName, labelled, type NameRule } from './variable-names.js';

/**
 * Where a value goes. `plain` is an output, and an environment variable with `export-env`; `path` is a private file
 * whose path the name gets. With `wildcard`, `name` is a prefix to each field's label.
 */
export type Destination =
  | {
      readonly kind: 'plain' | 'env' | 'output' | 'path';
      readonly name: string;
      readonly wildcard: boolean;
      /** How each field of a wildcard is named behind its prefix, where no program reads the names. */
      readonly named?: (label: string) => string;
    }
  | { readonly kind: 'file'; readonly path: string }
  /** A place in a file that is there: `PATH#PLACE`, and as it stands in a line. */
  | { readonly kind: 'inject'; readonly path: string; readonly name: string; readonly shown: string };

/** A repository that git reaches over SSH, as `git clone` has it: `git@github.com:owner/repo`. */
export interface Repository {
  readonly user: string;
  readonly host: string;
  /** Without a slash in front, and without `.git` behind. */
  readonly path: string;
}

/** The agent of SSH. With a repository, git uses the key for that one. */
export interface AgentPlace {
  readonly repository?: Repository;
}

interface Context {
  readonly source: string;
  /** One field of it, where the line does not say whether that or all fields are wanted. */
  readonly one?: string | undefined;
  readonly wildcard: boolean;
  readonly where: Text;
  readonly isName?: NameRule;
  readonly names?: LineNames;
}

const KINDS = ['env', 'output', 'file', 'path'] as const;

/** One destination of a request line. Errors: REQUEST_INVALID, NAME_INVALID. */
export function readDestination(chars: readonly Char[], context: Context): Destination {
  const { source, one: field, wildcard, where, isName = isVariableName, names = namesAmong([])(0) } = context;
  const any = (): string => (wildcard ? `${names.prefix('PREFIX')}*` : names.one('NAME'));
  const colon = firstBareIndex(chars, ':');
  const kind = colon === -1 ? 'plain' : readKind(chars, context);
  const rest = chars.slice(colon + 1);
  const text = textOf(rest);
  const prefix = kind === 'plain' ? '' : `${kind}:`;
  if (text === '') {
    const place = kind === 'file' ? (wildcard ? `path:${any()}` : 'file:PATH') : `${prefix}${any()}`;
    const single = kind === 'file' ? 'file:PATH' : `${prefix}${field === undefined ? '' : names.one('NAME')}`;
    const lines = field === undefined ? '' : `${field} > ${single}, or for all fields `;
    throw requestInvalid(where, 'has an empty destination.', `Write ${lines}${source} > ${place}`);
  }
  if (kind === 'file') {
    if (!wildcard) return { kind, path: text };
    throw requestInvalid(
      where,
      `puts every field of ${source} into one file.`,
      `Name one field for file:${quote(text)}, or write ${source} > path:${any()} for one file each.`,
    );
  }
  const starred = rest.at(-1)?.char === '*' && rest.at(-1)?.quoted === false;
  const name = starred ? text.slice(0, -1) : text;
  if (starred !== wildcard) {
    const one = `${source.replace(/\/\*$/, '')}/FIELD`;
    throw new SeguraError(
      'REQUEST_INVALID',
      wildcard
        ? say`${where} gives all fields of ${source} the same name, ${text}. One field only is ${one}.`
        : say`${where} gives the single field ${source} a name for many fields, ${text}.`,
      `Write ${source} > ${prefix}${wildcard ? `${names.prefix(text)}*` : names.one(name.replace(/_$/, ''))}`,
    );
  }
  const whole = starred ? `${name}X` : name;
  if (!isName(whole) && !(kind === 'output' && isOutputName(whole))) {
    throw new SeguraError(
      'NAME_INVALID',
      say`${where} asks for the name "${text}", which is not a valid ${kind === 'output' ? 'output' : 'variable'} name.`,
      say`Use letters, digits and "_", not a digit first: ${source} > ${kindText(kind)}${starred ? `${names.prefix(name)}*` : names.one(name)}`,
    );
  }
  return { kind, name, wildcard: starred };
}

function readKind(chars: readonly Char[], { source, wildcard, where }: Context): (typeof KINDS)[number] {
  const word = textOf(chars.slice(0, firstBareIndex(chars, ':')));
  const kind = KINDS.find((known) => known === word);
  if (kind !== undefined) return kind;
  const isPath = /^[A-Za-z]$/.test(word) && !wildcard;
  throw requestInvalid(
    where,
    `has a destination of the unknown kind "${word}:".`,
    isPath
      ? `Write ${source} > file:${quote(textOf(chars))}`
      : 'Write NAME, PREFIX_*, env:NAME, output:NAME, file:PATH or path:NAME.',
  );
}

/** A destination as written in a request line, for one field with that label. */
export function showDestination(destination: Destination, label: string): Text {
  if (destination.kind === 'file') return `file:${quote(destination.path)}`;
  if (destination.kind === 'inject') return destination.shown;
  const { kind, name, wildcard } = destination;
  return say`${kindText(kind)}${wildcard ? labelled(name, label) : name}`;
}

/** The text before a name in a request line: `output:`, or nothing. */
export function kindText(kind: Destination['kind']): Text {
  if (kind === 'env') return word('env:');
  return kind === 'plain' ? '' : `${kind}:`;
}

const AGENT = 'ssh-agent:';
/** Its characters mean only themselves to a shell, also inside a pattern, and to the configuration of ssh. */
const REPOSITORY = /^([\w.-]+)@((?!-)[\w.-]+):\/?((?!-)[\w.~+-]+(?:\/[\w.~+-]+)*)\/?$/;

/** A destination `ssh-agent:` of a line of `ssh-keys`; undefined for another one. Errors: REQUEST_INVALID. */
export function readAgentPlace(
  part: readonly Char[],
  { key, field }: { readonly key: string; readonly field: string | undefined },
  where: Text,
): AgentPlace | undefined {
  const text = textOf(part);
  if (!text.startsWith(AGENT) || firstBareIndex(part, ':') === -1) return undefined;
  const rest = text.slice(AGENT.length);
  if (field !== 'private_key') {
    throw requestInvalid(
      where,
      'puts something else than a private key into the agent.',
      `Write ${key} > ${rest === '' || REPOSITORY.test(rest) ? text : AGENT}`,
    );
  }
  if (rest === '') return {};
  const [, user = '', host = '', path = ''] = REPOSITORY.exec(rest) ?? [];
  if (path !== '') return { repository: { user, host, path: path.replace(/\.git$/, '') } };
  throw requestInvalid(
    where,
    `has "${rest}" after "${AGENT}", which is not the SSH address of a repository.`,
    `Write ${key} > ${AGENT}git@HOST:ACCOUNT/REPOSITORY`,
  );
}

/** A repository as a request line has it. */
export function showRepository({ user, host, path }: Repository): string {
  return `${user}@${host}:${path}`;
}
