import { type Claim, checkClaims, claim } from '../core/claims.js';
import type { DsmSecret } from '../core/dsm.js';
import { problemsOf, refuse, SeguraError } from '../core/errors.js';
import type { Inputs } from '../core/inputs.js';
import { type Found, findInDsm } from '../core/lookup.js';
import { Masking } from '../core/masking.js';
import type { Assignment } from '../platform/formats/format.js';
import type { RunbTool } from '../platform/formats/runb-tools.js';
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
  const found = everythingIn(secrets, tool);
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
): { all: readonly Found[]; assignments: readonly Assignment[] } {
  const request = { source: EVERYTHING, destinations: [], where: 'runb' };
  try {
    const all = findInDsm(request, EVERYTHING, secrets);
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
    refuse(problemsOf(error).map(inWordsOfRunb));
    throw error;
  }
}

function problemsWith(claims: readonly Claim[], tool: RunbTool): SeguraError[] {
  if (!CASE_SENSITIVE.includes(tool)) return checkClaims(claims);
  const names = new Set(claims.map(({ name }) => name));
  return [...names].flatMap((name) => checkClaims(claims.filter((each) => each.name === name)));
}

/** The core's remedies change a line of the requests, of which runb has none. */
function inWordsOfRunb(problem: SeguraError): SeguraError {
  const { code, message, remedy } = problem;
  const instead = 'Rename it in the vault, or use "segura-secrets export"';
  if (code === 'NAME_RESERVED') return new SeguraError(code, message, `${instead} with another name.`);
  if (code !== 'NAME_COLLISION' && code !== 'NAME_INVALID' && code !== 'FIELD_AMBIGUOUS') return problem;
  return new SeguraError(code, message, `${instead}. ${remedy}`);
}
