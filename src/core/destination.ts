import { SeguraError } from './errors.js';
import { type Char, firstBareIndex, textOf } from './line.js';
import { isOutputName, isVariableName, type NameRule, toVariableName } from './names.js';

/**
 * Where a value goes. `plain` is an output, and an environment variable with `export-env`; `path` is a private file
 * whose path the name gets. With `wildcard`, `name` is a prefix to each field's label.
 */
export type Destination =
  | {
      readonly kind: 'plain' | 'env' | 'output' | 'path';
      readonly name: string;
      readonly wildcard: boolean;
    }
  | { readonly kind: 'file'; readonly path: string };

interface Context {
  readonly source: string;
  readonly wildcard: boolean;
  readonly where: string;
  readonly isName?: NameRule;
}

const KINDS = ['env', 'output', 'file', 'path'] as const;

/** One destination of a request line. Errors: REQUEST_INVALID, NAME_INVALID. */
export function readDestination(chars: readonly Char[], context: Context): Destination {
  const { source, wildcard, where, isName = isVariableName } = context;
  const colon = firstBareIndex(chars, ':');
  const kind = colon === -1 ? 'plain' : readKind(textOf(chars.slice(0, colon)), where);
  const rest = chars.slice(colon + 1);
  const text = textOf(rest);
  if (text === '') {
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} has an empty destination.`,
      `Write ${source} > ${kind === 'plain' ? '' : `${kind}:`}${kind === 'file' ? 'PATH' : 'NAME'}`,
    );
  }
  if (kind === 'file') {
    if (!wildcard) return { kind, path: text };
    throw new SeguraError(
      'REQUEST_INVALID',
      `${where} puts every field of ${source} into one file.`,
      `Name one field for file:${text}, or write ${source} > path:PREFIX_* for a file each.`,
    );
  }
  const starred = rest.at(-1)?.char === '*' && rest.at(-1)?.quoted === false;
  const prefix = kind === 'plain' ? '' : `${kind}:`;
  if (starred !== wildcard) {
    const one = `${source.replace(/\/\*$/, '')}/FIELD`;
    throw new SeguraError(
      'REQUEST_INVALID',
      wildcard
        ? `${where} gives all fields of ${source} the one name ${text}; one field alone is ${one}.`
        : `${where} gives the one field ${source} a name for many, ${text}.`,
      `Write ${source} > ${prefix}${wildcard ? `${toVariableName(text)}_*` : toVariableName(text.replace(/_?\*$/, '')) || 'NAME'}`,
    );
  }
  const name = starred ? text.slice(0, -1) : text;
  const whole = starred ? `${name}X` : name;
  if (!isName(whole) && !(kind === 'output' && isOutputName(whole))) {
    throw new SeguraError(
      'NAME_INVALID',
      `${where} asks for the name "${text}", which is no legal ${kind === 'output' ? 'output' : 'variable'} name.`,
      `Use letters, digits and "_", not a digit first: ${source} > ${prefix}${toVariableName(name)}${starred ? '*' : ''}`,
    );
  }
  return { kind, name, wildcard: starred };
}

function readKind(word: string, where: string): (typeof KINDS)[number] {
  const kind = KINDS.find((known) => known === word);
  if (kind !== undefined) return kind;
  throw new SeguraError(
    'REQUEST_INVALID',
    `${where} has a destination of the unknown kind "${word}:".`,
    'Write NAME, PREFIX_*, env:NAME, output:NAME, file:PATH or path:NAME.',
  );
}
