import { lineWith, namesAmong, type Shown } from '../../core/requests/offered-lines.js';
import { type Source, type SourcePrefix, showSource } from '../../core/requests/request.js';
import { readDsmSource, readPamSource } from '../../core/requests/source.js';
import {
  type Char,
  isBare,
  lastBareIndex,
  quote,
  requestInvalid,
  textOf,
} from '../../core/requests/tokens.js';
import { isVariableName } from '../../core/requests/variable-names.js';
import type { Text } from '../../core/text.js';

/** The source of a line that may name a secret of DSM or a credential of PAM. */
export interface FoundSource {
  readonly source: Source;
  readonly prefix: SourcePrefix;
  /** As it stands in a line. */
  readonly shown: string;
}

const PREFIXES = ['secret:', 'dynamic:', 'credential:'] as const;
const KINDS = { 'secret:': 'dsm', 'dynamic:': 'dynamic', 'credential:': 'pam' } as const;

/**
 * The source of a line of `inject`, in the words of `secrets` or `credentials`. A number or `user@host` begins a
 * credential; any other name with a field is a secret. `secret:` or `credential:` before it says otherwise, and
 * `dynamic:` that the secret is provisioned for this run.
 *
 * `offer`: the first of some lines that is valid. Errors: REQUEST_INVALID.
 */
export function readSource(
  shown: Shown,
  where: Text,
  offer: (lines: readonly string[]) => string | undefined,
): FoundSource {
  const prefix = PREFIXES.find((each) => isBare(shown.left.slice(0, each.length), each)) ?? '';
  const left = shown.left.slice(prefix.length);
  const kind = prefix === '' ? kindOf(left) : KINDS[prefix];
  const isWhole = lastBareIndex(left, '/') === -1;
  if (kind === undefined) {
    const name = quote(textOf(left));
    throw requestInvalid(
      where,
      `names ${name}, which can be a secret or a credential.`,
      `Write ${lineWith(`${name}/FIELD`, shown)} for a field of a secret, or ${lineWith(`credential:${name}`, shown)} for the password of a credential.`,
    );
  }
  const line = {
    ...{ kind, where, isName: isVariableName, names: namesAmong([])(0) },
    offer: (lines: readonly string[]) => offer(lines.map((each) => prefix + each)),
  };
  const parts = { left, right: shown.right };
  const source = kind === 'pam' ? readPamSource(line, parts) : readDsmSource(line, parts);
  if (source.field === undefined) {
    const one = source.kind === 'dsm' && source.identity === undefined ? 'IDENTITY' : bareOf(source);
    throw requestInvalid(
      where,
      `puts every field of ${isWhole ? textOf(left) : bareOf(source)} at one place.`,
      `Name one field: ${lineWith(`${prefix}${one}/FIELD`, shown)}`,
    );
  }
  return { source, prefix, shown: `${prefix}${showSource(source)}` };
}

function bareOf(source: Source): string {
  return showSource(source).replace(/\/[^/]*$/, '');
}

/** Undefined for a name that can be either: the whole of a secret is many values, a credential by itself is its password. */
function kindOf(left: readonly Char[]): Source['kind'] | undefined {
  if (isBare(left, '*')) return 'dsm';
  const slash = lastBareIndex(left, '/');
  const name = textOf(slash === -1 ? left : left.slice(0, slash));
  if (/^\d+$/.test(name) || /^[^/]*@[^/]*$/.test(name)) return 'pam';
  return slash === -1 ? undefined : 'dsm';
}
