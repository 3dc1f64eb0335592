import { SeguraError } from '../../errors.js';
import type { RawInputs } from '../../input-names.js';
import { lineWith } from '../../requests/offered-lines.js';
import { parseRequests } from '../../requests/parse.js';
import { type SecretRequest, showIdentity } from '../../requests/request.js';
import { type OtherLines, readDsmSource, writing } from '../../requests/source.js';
import { lastBareIndex, rawOf, requestInvalid } from '../../requests/tokens.js';
import type { NameRule } from '../../requests/variable-names.js';
import { bare, joined, option, say } from '../../text.js';
import { SAFE_KINDS, type SafeKind } from '../../vault/mysafe/safe-items.js';

/** The field that a request without one means. */
const DEFAULT_FIELD: Readonly<Record<SafeKind, string>> = {
  password: 'password',
  note: 'note',
  api: 'client_secret',
};

/** What an access key of MySafe opens none of. */
const OTHERS = [
  ['secrets', 'secrets'],
  ['dynamic', 'dynamic'],
  ['credentials', 'credentials'],
  ['ssh-keys', 'sshKeys'],
  ['inject', 'inject'],
  ['save', 'save'],
] as const;

type Given = Pick<RawInputs, 'mysafe' | (typeof OTHERS)[number][0]>;

/**
 * The lines of `mysafe`: `KIND:ITEM/FIELD > NAME`, with kinds `password`, `note` and `api`. ITEM is a number, a name, or the
 * identifier of an API secret. All destinations are those of `secrets`.
 *
 * Errors, put to `problems`: REQUEST_INVALID, NAME_INVALID, and INPUT_INVALID beside requests for DSM or PAM.
 */
export function readSafeRequests(raw: Given, isName: NameRule, problems: SeguraError[]): SecretRequest[] {
  const beside = OTHERS.filter(([name]) => raw[name] !== '').map(([, key]) => option[key]);
  if (raw.mysafe !== '' && beside.length > 0)
    problems.push(notBeside(joined(beside, ', '), raw.inject !== ''));
  return parseSafe(raw.mysafe, isName, problems);
}

/** The same without a look at other inputs. */
export function parseSafe(text: string, isName: NameRule, problems: SeguraError[]): SecretRequest[] {
  return parseRequests(LINES, text, problems, isName);
}

/** The kind and the name of an identity `KIND:NAME`; undefined for another text. */
export function safeNameOf(identity: string): { kind: SafeKind; name: string } | undefined {
  const kind = SAFE_KINDS.find((each) => identity.startsWith(`${each}:`));
  const name = identity.slice((kind?.length ?? 0) + 1);
  return kind === undefined || name === '' ? undefined : { kind, name };
}

const LINES: OtherLines = {
  input: 'mysafe',
  sample: 'password:NAME',
  read: (line, shown) => {
    const source = readDsmSource(line, shown);
    if (source.kind !== 'dsm' || source.identity === undefined)
      throw requestInvalid(
        line.where,
        'asks for all of MySafe.',
        'Name each item: password:NAME > NAME, note:NAME > NAME, or api:NAME/client_secret > NAME',
      );
    const { identity, map, field } = source;
    if (map !== undefined)
      throw requestInvalid(
        line.where,
        `asks for a map of ${identity}, but only DSM secrets have maps.`,
        'Leave the index out, or put a name that ends like this in quotes.',
      );
    const found = safeNameOf(identity);
    if (found === undefined) {
      const rest = rawOf(shown.left.slice(Math.max(0, lastBareIndex(shown.left, '/'))));
      const name = identity.replace(/^[^:]*:/s, '') || 'NAME';
      const kind = SAFE_KINDS.find((each) => identity === `${each}:`) ?? 'password';
      const field = rest.startsWith('/') ? rest : '';
      throw requestInvalid(
        line.where,
        `does not say which kind of item ${identity} is.`,
        writing(line.offer([lineWith(`${showIdentity(`${kind}:${name}`)}${field}`, shown)])) ??
          'Write password:NAME, note:NAME or api:NAME before ">".',
      );
    }
    const hasField = lastBareIndex(shown.left, '/') !== -1;
    return { ...source, field: hasField ? field : DEFAULT_FIELD[found.kind], isSafe: true };
  },
};

function notBeside(others: ReturnType<typeof joined>, isForFile: boolean): SeguraError {
  const forFile = say` To put it into a file, name it in ${option.mysafe} and use that name in a file of ${option.templates}.`;
  return new SeguraError(
    'INPUT_INVALID',
    say`${option.mysafe} cannot stand beside ${others}: MySafe has access keys of its own, which open neither DSM nor PAM.`,
    say`Ask for MySafe in another step, with ${bare('clientId')} and ${bare('clientSecret')} of its access key.${isForFile ? forFile : ''}`,
  );
}
