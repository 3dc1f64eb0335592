import { checkNamesFound } from '../../core/bindings/check-name-lists.js';
import { checkEncrypted } from '../../core/bindings/encrypted.js';
import { expiryWarning } from '../../core/bindings/expiry.js';
import { findInDsm } from '../../core/bindings/find.js';
import { problemsOf, SeguraError, throwIfAny } from '../../core/errors.js';
import type { Inputs } from '../../core/job/inputs.js';
import { readableWarning } from '../../core/job/mask-found.js';
import { groupedBy } from '../../core/lookup/grouped-by.js';
import { whyMasked } from '../../core/masking/always-masked.js';
import { Masking } from '../../core/masking/masker.js';
import { claimFor, type NameClaim } from '../../core/requests/claim.js';
import { findCollisions } from '../../core/requests/collisions.js';
import type { FoundField } from '../../core/requests/found-field.js';
import type { Source } from '../../core/requests/request.js';
import { toVariableName } from '../../core/requests/variable-names.js';
import { say, type Text } from '../../core/text.js';
import type { DsmSecret } from '../../core/vault/dsm.js';
import type { Assignment } from '../../platform/formats/format.js';
import type { RunbTool } from '../../platform/formats/runb/tools.js';
import { systemClock } from '../../platform/process/clock.js';
import type { Context } from '../context.js';
import { exportLine } from './export-line.js';

const EVERYTHING = { kind: 'dsm', identity: undefined, map: undefined, field: undefined } as const;
const REQUEST = { source: EVERYTHING, destinations: [], where: 'runb' };
/** Tools whose file a POSIX shell reads: for a shell, names that differ only in case are two names. */
const CASE_SENSITIVE: readonly RunbTool[] = ['bitbucket', 'circleci', 'gitlab', 'linux'];

/** Who is to read the file, and how the names in it are made. */
export interface Style {
  readonly tool: RunbTool;
  /** Each field is IDENTITY_FIELD. */
  readonly prefixIdentity: boolean;
}

/** The content of the file, and every text that its reader must mask, longest first. */
export interface Content {
  readonly assignments: readonly Assignment[];
  readonly masks: readonly string[];
}

/** Everything that the application holds, as its reader takes it, made with pauses. Errors: NAME_COLLISION, NAME_RESERVED, and those of findInDsm. */
export function* contentOf(
  { terminal }: Context,
  inputs: Inputs,
  style: Style,
  secrets: readonly DsmSecret[],
): Generator<void, Content> {
  // An application that was just registered has no secrets yet. That is not a failure here.
  if (secrets.length === 0) return { assignments: [], masks: [] };
  const { all, written } = everythingIn(secrets, style, inputs);
  // The file must not contain the secrets of the login, because it may outlive the job.
  const masks = new Set<string>();
  const platform = {
    mask: (text: string) => masks.add(text),
    warning: (message: Text) => terminal.warning(message),
  };
  const masking = new Masking(platform, inputs.masking.minLength, inputs.masking.metadata);
  for (const message of new Set(all.flatMap((each) => expiryWarning(each, systemClock.nowMs()) ?? [])))
    terminal.warning(message);
  for (const each of all) {
    const place = placeOf(each, style.prefixIdentity);
    if (!inputs.masking.unmasked.has(place) || whyMasked(each) !== undefined)
      yield* masking.maskFieldInSteps(each, [place.name]);
    yield;
  }
  if (masking.problem !== undefined) throw masking.problem;
  const assignments = written.map(({ place, assignment }) => {
    if (!inputs.masking.unmasked.has(place)) return assignment;
    const isMasked = masking.hides(assignment.value);
    terminal.warning(readableWarning(assignment.name, isMasked));
    return isMasked ? assignment : { ...assignment, unmasked: true };
  });
  return { assignments, masks: [...masks].sort((a, b) => b.length - a.length) };
}

/** Every field, and those that are written: of fields with the same name and value, the first. */
function everythingIn(
  secrets: readonly DsmSecret[],
  style: Style,
  inputs: Inputs,
): { all: readonly FoundField[]; written: readonly FoundAssignment[] } {
  const { application } = inputs.login;
  let all: readonly FoundField[] = [];
  try {
    all = findInDsm(REQUEST, EVERYTHING, secrets);
    const written = writesOf(all, style.prefixIdentity);
    throwIfAny([
      ...checkEncrypted(REQUEST, written, inputs.masking.opaque),
      ...checkNamesFound(inputs.masking, written),
    ]);
    throwIfAny(problemsWith(written, style.tool));
    return { all, written };
  } catch (error) {
    const prefixed = style.prefixIdentity ? [] : writesOf(all, true);
    const isMended = prefixed.length > 0 && problemsWith(prefixed, style.tool).length === 0;
    throwIfAny(inWordsOfRunb(problemsOf(error), exportLine(application, all), isMended));
    throw error;
  }
}

interface FoundAssignment {
  readonly found: FoundField;
  readonly place: NameClaim;
  readonly assignment: Assignment;
}

function writesOf(all: readonly FoundField[], prefixIdentity: boolean): FoundAssignment[] {
  const wishes = new Map<string, FoundAssignment>();
  for (const found of all) {
    const place = placeOf(found, prefixIdentity);
    const assignment = { name: place.name, value: found.value.reveal(), source: found.source };
    const key = JSON.stringify([assignment.name, assignment.value]);
    if (!wishes.has(key)) wishes.set(key, { found, place, assignment });
  }
  return [...wishes.values()];
}

function placeOf({ origin }: FoundField, prefixIdentity: boolean): NameClaim {
  const name = prefixIdentity ? prefixOf(origin) : '';
  return claimFor(REQUEST, { kind: 'env', name, wildcard: true }, origin, true);
}

/** `db/prod` as `db_prod_`: a digit in front stays, behind an underscore. */
function prefixOf(origin: Source): string {
  const identity = origin.kind === 'dsm' ? (origin.identity ?? '') : '';
  return identity === '' ? '' : `${toVariableName(`_${identity}`).replace(/^_(?![0-9])/, '')}_`;
}

function problemsWith(wishes: readonly FoundAssignment[], tool: RunbTool): SeguraError[] {
  const claims = wishes.map(({ place }) => place);
  if (!CASE_SENSITIVE.includes(tool)) return findCollisions(claims);
  const byName = groupedBy(claims, ({ name }) => name);
  return [...byName.values()].flatMap(findCollisions);
}

/**
 * The core's remedies change a line of the requests, of which runb has none. `line` is one that meets no collision;
 * `isMended`: so does a prefix to each name.
 */
function inWordsOfRunb(
  problems: readonly SeguraError[],
  line: string | undefined,
  isMended: boolean,
): SeguraError[] {
  const first = problems.find(({ code }) => code.startsWith('NAME_'));
  const option = isMended
    ? 'Add --prefix-identity, which writes each field as IDENTITY_FIELD. Otherwise: '
    : '';
  return problems.map((problem) => {
    const { code, messageText, remedyText } = problem;
    const instead = (start: string, other: Text): SeguraError =>
      new SeguraError(code, messageText, say`${start}Rename it in the vault, or use${other}`);
    if (code.startsWith('NAME_')) {
      if (line === undefined) return instead(option, ' "segura-secrets export" with other names.');
      return instead(option, problem === first ? `: ${line}` : ' the same line as above.');
    }
    if (code !== 'FIELD_AMBIGUOUS') return problem;
    return instead('', say` "segura-secrets export". ${remedyText}`);
  });
}
