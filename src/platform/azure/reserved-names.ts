import { SeguraError } from '../../core/errors.js';
import type { Write } from '../../core/ports.js';
import { printable } from '../../core/printable.js';
import type { NameClaim } from '../../core/requests/claim.js';
import { FreeNames } from '../../core/requests/free-names.js';
import { showSource } from '../../core/requests/request.js';
import { isReserved, toVariableName } from '../../core/requests/variable-names.js';

/** Gives a message of the task in the language of the run, each %s filled. */
export type Localize = (key: string, ...parts: readonly string[]) => string;

/**
 * Beginnings, in any case, of names that no step gets.
 *
 * Source: learn.microsoft.com, "Set variables in scripts"; microsoft/azure-pipelines-task-lib moves the first four out of
 * the environment.
 */
const LOST = ['secret*', 'input*', 'endpoint*', 'securefile*', 'path*'];

/**
 * Names, in any case, by which the agent itself or a later task is steered; `*` at the end stands for any ending.
 *
 * Source: learn.microsoft.com, "Define variables"; from `azp_*` on they are settings of the agent (AgentKnobs.cs).
 */
const STEERING = `
  tf_build release_* task_* environment_* command_correlation_id vsts*
  azp_* distributedtask_* decode_percents* process_sig* use_graceful_process* add_force_credentials* fail_job_when*
  disable_* enable_* enableincompatiblebuildartifactspathresolution use_git_* send_* tee_* pipeline_artifact_* override_*
  allow_tfvc_* fix_possible_* worker_diaglogpath store_agent_key_in_csp_container rosetta2_warning rsakeygetconfigfromff
`
  .trim()
  .split(/\s+/);

/** One name that a value would get. */
type ClaimedName = Pick<Write, 'name' | 'source' | 'env'>;

export function placesOfClaims(claims: readonly NameClaim[]): ClaimedName[] {
  return claims
    .filter(({ kind }) => kind === 'name')
    .map(({ name, source, env }) => ({ name, source: printable(showSource(source)), env }));
}

/**
 * Why names cannot be variables of a pipeline, beside those that the core reserves. `inputHeldBy`: the input whose secret a
 * variable holds.
 */
export function checkNames(
  wishes: readonly ClaimedName[],
  localize: Localize,
  inputHeldBy: (name: string) => string | undefined,
): SeguraError[] {
  const free = new FreeNames(wishes.map(({ name }) => name));
  return wishes.flatMap(({ name, source, env }) => {
    // A variable that is only an output is also named by its step.
    if (!env || isReserved(name)) return [];
    const lost = entryFor(name, LOST);
    const input = inputHeldBy(name);
    const message =
      (lost !== undefined && localize('NameLost', source, name, lost.replace('*', ''))) ||
      (entryFor(name, STEERING) !== undefined && localize('NameSteers', source, name)) ||
      (input !== undefined && localize('NameHoldsSecret', source, name, input));
    if (message === false) return [];
    return [
      new SeguraError('NAME_RESERVED', message, localize('NameRemedy', source, free.one(`MY_${name}`))),
    ];
  });
}

/** A name of each for the environment of a script, where not every variable and output may stand under its own. */
export function scriptNamesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const own = names.filter((name) => name === toVariableName(name) && mayStand(name));
  const taken = new Set(own.map((name) => name.toUpperCase()));
  const found = new Map(own.map((name) => [name, name]));
  for (const name of names) {
    if (found.has(name)) continue;
    let free = toVariableName(name);
    while (!mayStand(free) || taken.has(free.toUpperCase())) free = `MY_${free}`;
    taken.add(free.toUpperCase());
    found.set(name, free);
  }
  return found;
}

function mayStand(name: string): boolean {
  return !isReserved(name) && entryFor(name, [...LOST, ...STEERING]) === undefined;
}

/** The entry that speaks of a name; an agent writes each dot of a name as an underscore. */
function entryFor(name: string, entries: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().replaceAll('.', '_');
  return entries.find((entry) =>
    entry.endsWith('*') ? wanted.startsWith(entry.slice(0, -1)) : wanted === entry,
  );
}
