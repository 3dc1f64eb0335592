import { type Claim, checkClaims, claim } from '../core/claims.js';
import type { DsmSecret } from '../core/dsm.js';
import { problemsOf, refuse, SeguraError } from '../core/errors.js';
import type { Application, Inputs } from '../core/inputs.js';
import { type Found, findInDsm } from '../core/lookup.js';
import { Masking } from '../core/masking.js';
import { isReserved, labelled, toVariableName } from '../core/names.js';
import { showSource } from '../core/plan.js';
import { printable } from '../core/printable.js';
import type { Assignment } from '../platform/formats/format.js';
import type { RunbTool } from '../platform/formats/runb-tools.js';
import { shellQuote } from '../platform/formats/shell.js';
import type { Context } from './context.js';

const EVERYTHING = { kind: 'dsm', identity: undefined, map: undefined, field: undefined } as const;
/** Tools whose file a POSIX shell reads: to it, names that differ in case alone are two. */
const CASE_SENSITIVE: readonly RunbTool[] = ['bitbucket', 'circleci', 'gitlab', 'linux'];

/** What the file is to hold, and every text that its reader is told to hide, longest first. */
export interface Content {
  readonly assignments: readonly Assignment[];
  readonly masks: readonly string[];
}

/** Everything that the application holds, as `tool` takes it. Errors: NAME_COLLISION, NAME_RESERVED, and those of findInDsm. */
export function contentOf(
  { terminal }: Context,
  inputs: Inputs,
  tool: RunbTool,
  secrets: readonly DsmSecret[],
): Content {
  // An application that was registered just now has no secrets yet, and that is no failure here.
  if (secrets.length === 0) return { assignments: [], masks: [] };
  const found = everythingIn(secrets, tool, inputs.application);
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
  tool: RunbTool,
  application: Application | undefined,
): { all: readonly Found[]; assignments: readonly Assignment[] } {
  const request = { source: EVERYTHING, destinations: [], where: 'runb' };
  let all: readonly Found[] = [];
  try {
    all = findInDsm(request, EVERYTHING, secrets);
    const wishes = new Map<string, { wish: Claim; assignment: Assignment }>();
    for (const { origin, value, source } of all) {
      const wish = claim(request, { kind: 'env', name: '', wildcard: true }, origin, true);
      const assignment = { name: wish.name, value: value.reveal(), source };
      const key = JSON.stringify([assignment.name, assignment.value]);
      if (!wishes.has(key)) wishes.set(key, { wish, assignment });
    }
    const written = [...wishes.values()];
    refuse(
      problemsWith(
        written.map(({ wish }) => wish),
        tool,
      ),
    );
    return { all, assignments: written.map(({ assignment }) => assignment) };
  } catch (error) {
    refuse(inWordsOfRunb(problemsOf(error), exportLine(application, all)));
    throw error;
  }
}

function problemsWith(claims: readonly Claim[], tool: RunbTool): SeguraError[] {
  if (!CASE_SENSITIVE.includes(tool)) return checkClaims(claims);
  const names = new Set(claims.map(({ name }) => name));
  return [...names].flatMap((name) => checkClaims(claims.filter((each) => each.name === name)));
}

/** The core's remedies change a line of the requests, of which runb has none. `line` is one that meets no collision. */
function inWordsOfRunb(problems: readonly SeguraError[], line: string): SeguraError[] {
  const first = problems.find(({ code }) => code === 'NAME_COLLISION');
  return problems.map((problem) => {
    const { code, message, remedy } = problem;
    const instead = (other: string): SeguraError =>
      new SeguraError(code, message, `Rename it in the vault, or use${other}`);
    if (code === 'NAME_RESERVED') return instead(' "segura-secrets export" with another name.');
    if (code === 'NAME_COLLISION')
      return instead(problem === first ? `: ${line}` : ' the same line as above.');
    if (code !== 'NAME_INVALID' && code !== 'FIELD_AMBIGUOUS') return problem;
    return instead(` "segura-secrets export". ${remedy}`);
  });
}

/** The command that brings all of `found` by names of which no two are the same, to whom case is nothing too. */
function exportLine(application: Application | undefined, found: readonly Found[]): string {
  const options = Object.entries({ ...application }).flatMap(([name, value]) =>
    value === '' ? [] : [`--${name} ${inShell(value)}`],
  );
  const requests = requestsApart(found).map((request) => `--secrets ${shellQuote(request)}`);
  return ['segura-secrets export --format sh', ...options, ...requests].join(' ');
}

/** A request for each secret: a prefix where others have the same names, a name for each field where its own meet. */
function requestsApart(found: readonly Found[]): string[] {
  const secrets = new Map<string, Found[]>();
  for (const each of found) {
    const secret = showSource({ ...each.origin, field: undefined });
    secrets.set(secret, [...(secrets.get(secret) ?? []), each]);
  }
  const taken = new Set<string>();
  return [...secrets].flatMap(([secret, fields]) => {
    const names = new Set(fields.map(nameOf));
    const others = found.filter((each) => !fields.includes(each));
    if (names.size < fields.length) {
      return fields.map(({ source }) => `${source} > ${freeName(source, [], taken)}`);
    }
    if (!others.some((each) => names.has(nameOf(each)))) return [printable(secret)];
    const labels = fields.map(({ field }) => field);
    return [`${printable(secret)} > ${freeName(secret, labels, taken)}_*`];
  });
}

function nameOf({ field }: Found): string {
  return toVariableName(field).toUpperCase();
}

/** `db/prod` as DB_PROD, in another way when that is taken, or reserved by itself or before one of `labels`. */
function freeName(source: string, labels: readonly string[], taken: Set<string>): string {
  const plain = toVariableName(source.replaceAll(/["*]/g, '')).toUpperCase().replace(/_+$/, '');
  const names = labels.length === 0 ? [plain] : labels.map((label) => labelled(`${plain}_`, label));
  const base = plain === '' || names.some(isReserved) ? `MY_${plain}` : plain;
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}_${number}`;
  taken.add(name);
  return name;
}

function inShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : shellQuote(word);
}
