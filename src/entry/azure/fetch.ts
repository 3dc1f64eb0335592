import './before-library.js';
import { isNothing } from '../../core/custody/ledger-data.js';
import { openCarried, recarried } from '../../core/custody/unseal.js';
import { problemsOf, throwIfAny } from '../../core/errors.js';
import { checkOfDynamic } from '../../core/job/dynamic/dynamic-check.js';
import { run } from '../../core/job/fetch.js';
import { readInputs } from '../../core/job/inputs.js';
import { readerOfLogin } from '../../core/job/login/login-inputs.js';
import { readerOfSafe } from '../../core/job/mysafe/read-safe.js';
import { checkPlatform, type EarlierTry } from '../../core/job/preflight.js';
import { checkOfSsh } from '../../core/job/ssh/ssh-check.js';
import { isPipelineName } from '../../core/requests/variable-names.js';
import type { Text } from '../../core/text.js';
import { ConnectionCheck } from '../../http/connection-check.js';
import { readKeys } from '../../http/keys.js';
import { withAgentCa, withAgentProxy } from '../../platform/azure/agent-network.js';
import { localize, type Result } from '../../platform/azure/azure.js';
import { AzureRun } from '../../platform/azure/azure-run.js';
import { readInputBytes, readInputFile } from '../../platform/azure/files.js';
import { isOfFork, readAzureInputs, readOptions, readVariable } from '../../platform/azure/inputs.js';
import { cancelled } from '../../platform/azure/messages.js';
import { systemClock } from '../../platform/process/clock.js';
import { nodeDebugWarning } from '../../platform/process/node-debug.js';
import { runLabelOf } from '../../platform/process/run-label.js';
import { injectorOf } from '../injection.js';
import { saverOf } from '../saving.js';
import { azure, bytes, environment, identity, leave, reach, releaseCustody, start, state } from './task.js';

/** An agent kills 7.5 s and 2.5 s after its signals: the process leaves before the second, and post does the rest. */
const LEAVE_MS = 4_800;
const LAST_LINES_MS = 1_000;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, cancel);

start(async () => {
  try {
    const debug = nodeDebugWarning(environment);
    if (debug !== undefined) azure.warning(debug);
    await fetchAll(await releaseEarlier());
    return 'Succeeded';
  } catch (error) {
    const problems = stop.signal.aborted ? [cancelled(localize)] : problemsOf(error);
    for (const problem of problems) azure.report(problem, 'error');
    if (error instanceof Error) azure.debug(error.name);
    return stop.signal.aborted ? 'Canceled' : 'Failed';
  }
});

async function fetchAll(earlier: EarlierTry | undefined): Promise<void> {
  azure.maskInputs();
  const raw = readAzureInputs();
  const options = readOptions();
  const warn = (message: Text): void => azure.warning(message);
  const surroundings = {
    environment: withAgentProxy(environment, { ...raw, url: raw.url || raw['vault-url'] }, warn),
    readFile: (path: string) => readInputFile(path, environment),
    warn,
    debug: (message: string) => azure.debug(message),
    runLabel: runLabelOf(environment),
  };
  const given = withAgentCa(raw, warn);
  const keys = await readKeys(given, (path) => readInputBytes(path, environment), {
    nowMs: systemClock.nowMs(),
  });
  const check = new ConnectionCheck(surroundings, keys);
  const checkSsh = await checkOfSsh(given);
  const checkDynamic = await checkOfDynamic(given);
  const inputs = readInputs(
    given,
    {},
    (unchecked) => [
      ...checkPlatform(azure, unchecked),
      ...azure.checkRequests(unchecked),
      ...check.problems(unchecked.connection),
      ...checkSsh(unchecked),
      ...checkDynamic(unchecked),
    ],
    isPipelineName,
    {
      login: await readerOfLogin(given),
      injector: await injectorOf(given, azure.files),
      mysafe: await readerOfSafe(given),
      saver: await saverOf(given, { variable: readVariable, refusal: isOfFork() ? 'fork' : undefined }),
    },
  );
  const connection = check.connection();
  const system = process.platform;
  const platform = new AzureRun({ azure, options, system, environmentBytes: bytes });
  await run({
    inputs,
    platform,
    clock: systemClock,
    signal: stop.signal,
    connection,
    keys,
    identity,
    reach,
    earlier,
  });
}

/**
 * What an earlier try of this step may still hold is released first, since this try has a ledger of its own. As long as
 * that fails, nothing new is taken, and what is left stays in the state. To the other steps of the job both tries are one
 * use: a record of the earlier one would have no post of its own. Errors (together, as Problems): those of release.
 */
async function releaseEarlier(): Promise<EarlierTry | undefined> {
  if (state === '') return undefined;
  const earlier = openCarried(state);
  const { use, caFile, authKey } = earlier;
  const own = [caFile?.entry, authKey].filter((each) => each !== undefined);
  const isLeft = !isNothing(earlier);
  if (!isLeft && own.length === 0) return earlier;
  if (isLeft) azure.info(localize('EarlierTry'));
  const { problems, left } = await releaseCustody(state, true);
  if (left !== undefined) azure.save(recarried(state, left));
  throwIfAny(problems);
  // Those that could not be removed, and those that the earlier login needed: a file that is gone is no news to post.
  const rest = left ?? earlier;
  return { ...rest, use, files: [...rest.files, ...own] };
}

function cancel(): void {
  if (stop.signal.aborted) return;
  stop.abort();
  setTimeout(giveUp, LEAVE_MS).unref();
}

function giveUp(): Promise<Result> {
  azure.report(cancelled(localize), 'error');
  return leave('Canceled', LAST_LINES_MS);
}
