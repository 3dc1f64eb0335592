import { type Claim, checkClaims, claim } from '../core/claims.js';
import type { DsmSecret } from '../core/dsm.js';
import { problemsOf, refuse, SeguraError } from '../core/errors.js';
import { FreeNames } from '../core/free-names.js';
import type { Application, Inputs } from '../core/inputs.js';
import { type Found, findInDsm } from '../core/lookup.js';
import { Masking } from '../core/masking.js';
import { isSteering, toVariableName } from '../core/names.js';
import { type Source, showSource } from '../core/plan.js';
import { printable } from '../core/printable.js';
import type { Assignment } from '../platform/formats/format.js';
import type { RunbTool } from '../platform/formats/runb-tools.js';
import { shellQuote } from '../platform/formats/shell.js';
import type { Context } from './context.js';

const EVERYTHING = { kind: 'dsm', identity: undefined, map: undefined, field: undefined } as const;
/** Tools whose file a POSIX shell reads: to it, names that differ in case alone are two. */
const CASE_SENSITIVE: readonly RunbTool[] = ['bitbucket', 'circleci', 'gitlab', 'linux'];

/** Who is to read the file, and how the names in it are made. */
export interface Style {
  readonly tool: RunbTool;
  /** Each field is IDENTITY_FIELD. */
  readonly prefixIdentity: boolean;
}

/** What the file is to hold, and every text that its reader is told to hide, longest first. */
export interface Content {
  readonly assignments: readonly Assignment[];
  readonly masks: readonly string[];
}

/** Everything that the application holds, as its reader takes it. Errors: NAME_COLLISION, NAME_RESERVED, and those of findInDsm. */
export function contentOf(
  { terminal }: Context,
  inputs: Inputs,
  style: Style,
  secrets: readonly DsmSecret[],
): Content {
  // An application that was registered just now has no secrets yet, and that is no failure here.
  if (secrets.length === 0) return { assignments: [], masks: [] };
  const found = everythingIn(secrets, style, inputs.application);
  // The login's own secrets are none of the file's: it may outlive the job.
  const masks = new Set<string>();
  const platform = {
    mask: (text: string) => masks.add(text),
    warning: (message: string) => terminal.warning(message),
  };
  const masking = new Masking(platform, inputs.minMaskLength, inputs.maskMetadata);
  for (const each of found.all) masking.found(each);
  return { assignments: found.assignments, masks: [...masks].sort((a, b) => b.length - a.length) };
}

/** Every field, and those that are written: of fields with the same name and value, the first. */
function everythingIn(
  secrets: readonly DsmSecret[],
  style: Style,
  application: Application | undefined,
): { all: readonly Found[]; assignments: readonly Assignment[] } {
  let all: readonly Found[] = [];
  try {
    all = findInDsm({ source: EVERYTHING, destinations: [], where: 'runb' }, EVERYTHING, secrets);
    const written = wishesOf(all, style.prefixIdentity);
    refuse(problemsWith(written, style.tool));
    return { all, assignments: written.map(({ assignment }) => assignment) };
  } catch (error) {
    const prefixed = style.prefixIdentity ? [] : wishesOf(all, true);
    const isMended = prefixed.length > 0 && problemsWith(prefixed, style.tool).length === 0;
    refuse(inWordsOfRunb(problemsOf(error), exportLine(application, all), isMended));
    throw error;
  }
}

interface Wish {
  readonly wish: Claim;
  readonly assignment: Assignment;
}

function wishesOf(all: readonly Found[], prefixIdentity: boolean): Wish[] {
  const request = { source: EVERYTHING, destinations: [], where: 'runb' };
  const wishes = new Map<string, Wish>();
  for (const { origin, value, source } of all) {
    const name = prefixIdentity ? prefixOf(origin) : '';
    const wish = claim(request, { kind: 'env', name, wildcard: true }, origin, true);
    const assignment = { name: wish.name, value: value.reveal(), source };
    const key = JSON.stringify([assignment.name, assignment.value]);
    if (!wishes.has(key)) wishes.set(key, { wish, assignment });
  }
  return [...wishes.values()];
}

/** `db/prod` as `db_prod_`: a digit in front stays, behind an underscore. */
function prefixOf(origin: Source): string {
  const identity = origin.kind === 'dsm' ? (origin.identity ?? '') : '';
  return identity === '' ? '' : `${toVariableName(`_${identity}`).replace(/^_(?![0-9])/, '')}_`;
}

function problemsWith(wishes: readonly Wish[], tool: RunbTool): SeguraError[] {
  const claims = wishes.map(({ wish }) => wish);
  if (!CASE_SENSITIVE.includes(tool)) return checkClaims(claims);
  const names = new Set(claims.map(({ name }) => name));
  return [...names].flatMap((name) => checkClaims(claims.filter((each) => each.name === name)));
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
    const { code, message, remedy } = problem;
    const instead = (start: string, other: string): SeguraError =>
      new SeguraError(code, message, `${start}Rename it in the vault, or use${other}`);
    if (code.startsWith('NAME_')) {
      if (line === undefined) return instead(option, ' "segura-secrets export" with other names.');
      return instead(option, problem === first ? `: ${line}` : ' the same line as above.');
    }
    if (code !== 'FIELD_AMBIGUOUS') return problem;
    return instead('', ` "segura-secrets export". ${remedy}`);
  });
}

/**
 * The command that brings all of `found` by names of which no two are the same, to whom case is nothing too; undefined
 * where no log shows it as it is.
 */
function exportLine(application: Application | undefined, found: readonly Found[]): string | undefined {
  const options = Object.entries({ ...application }).flatMap(([name, value]) =>
    value === '' ? [] : [`--${name} ${inShell(value)}`],
  );
  const apart = requestsApart(found);
  if (apart.some((request) => printable(request) !== request)) return undefined;
  const requests = apart.map((request) => `--secrets ${shellQuote(request)}`);
  return ['segura-secrets export --format sh', ...options, ...requests].join(' ');
}

/** A request for each secret: a prefix where its names cannot stand by themselves, a name for each field where they meet. */
function requestsApart(found: readonly Found[]): string[] {
  const secrets = new Map<string, Found[]>();
  for (const each of found) {
    const secret = showSource({ ...each.origin, field: undefined });
    secrets.set(secret, [...(secrets.get(secret) ?? []), each]);
  }
  const free = new FreeNames([]);
  return [...secrets].flatMap(([secret, fields]) => {
    const names = new Set(fields.map(nameOf));
    const others = new Set(found.filter((each) => !fields.includes(each)).map(nameOf));
    const wish = secret.replaceAll(/["*]/g, '').toUpperCase();
    if (names.size < fields.length) {
      return fields.map(
        ({ origin, field }) => `${showSource(origin)} > ${free.one(`${wish}${field.toUpperCase()}`)}`,
      );
    }
    if (![...names].some((name) => name === '' || others.has(name) || isSteering(name))) return [secret];
    const labels = fields.map(({ field }) => field);
    return [`${secret} > ${free.prefix(wish, labels)}*`];
  });
}

function nameOf({ field }: Found): string {
  return toVariableName(field).toUpperCase();
}

function inShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : shellQuote(word);
}
