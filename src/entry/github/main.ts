import { collect, problemsOf, SeguraError } from '../../core/errors.js';
import { checkOfDynamic } from '../../core/job/dynamic/dynamic-check.js';
import { readInputs } from '../../core/job/inputs.js';
import { readerOfLogin } from '../../core/job/login/login-inputs.js';
import { readerOfSafe } from '../../core/job/mysafe/read-safe.js';
import { checkPlatform } from '../../core/job/preflight.js';
import { checkOfSsh } from '../../core/job/ssh/ssh-check.js';
import { isVariableName } from '../../core/requests/variable-names.js';
import type { Text } from '../../core/text.js';
import { ConnectionCheck } from '../../http/connection-check.js';
import { readKeys } from '../../http/keys.js';
import { connectionSecretsOf } from '../../http/proxy.js';
import { openTransport } from '../../http/transport.js';
import { readInputBytes, readInputFile } from '../../platform/github/environment.js';
import { GitHub } from '../../platform/github/github.js';
import { jobSecretOf } from '../../platform/github/job-secret.js';
import { forkOf, untrustedReason } from '../../platform/github/untrusted-event.js';
import { systemClock } from '../../platform/process/clock.js';
import { nodeDebugWarning } from '../../platform/process/node-debug.js';
import { leaveProcess, onUnforeseen, outliveReaders } from '../../platform/process/output.js';
import { runLabelOf } from '../../platform/process/run-label.js';
import { identityOf } from '../identity.js';
import { injectorOf } from '../injection.js';
import { saverOf } from '../saving.js';
import { loadPart, missingParts } from './parts.js';

/** The runner kills 7.5 s after its first signal: the process leaves before, and post does the rest. */
const LEAVE_MS = 4_800;

const environment = process.env;
const github = new GitHub(environment, process.platform);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) return;
    stop.abort();
    setTimeout(() => process.exit(1), LEAVE_MS).unref();
  });
}

outliveReaders();
// Before all else, so that post can tell a state that is lost; what is wrong with the file is reported with the inputs.
if (environment['GITHUB_STATE']) collect([], () => github.save(''));
// Post releases what is held.
onUnforeseen(fail);

// Shared with the post step's bundle: the HTTP client is most of both.
const loadUndici = () =>
  loadPart(import(/* webpackIgnore: true */ './undici.js'), 'undici.js', { code: 'PLATFORM_UNSUPPORTED' });

try {
  const debug = nodeDebugWarning(environment);
  if (debug !== undefined) github.warning(debug);
  const fallbacks = {
    url: environment['SENHASEGURA_URL'],
    clientId: environment['SENHASEGURA_CLIENT_ID'],
    clientSecret: environment['SENHASEGURA_CLIENT_SECRET'],
    untrusted: untrustedReason(environment),
  };
  const surroundings = {
    environment,
    readFile: (path: string) => readInputFile(path, environment),
    warn: (message: Text) => github.warning(message),
    debug: (message: string) => github.debug(message),
    runLabel: runLabelOf(environment),
  };
  const raw = github.readInputs();
  const keys = await readKeys(raw, (path) => readInputBytes(path, environment), {
    nowMs: systemClock.nowMs(),
  });
  const check = new ConnectionCheck(surroundings, keys);
  const readers = {
    login: await readerOfLogin(raw),
    injector: await injectorOf(raw, github.files),
    mysafe: await readerOfSafe(raw),
    saver: await saverOf(raw, {
      variable: (name) => environment[name],
      refusal: raw.save !== '' && (await isOfOutsider()) ? 'fork' : undefined,
    }),
  };
  const checkSsh = await checkOfSsh(raw);
  const checkDynamic = await checkOfDynamic(raw);
  const inputs = readInputs(
    raw,
    fallbacks,
    (unchecked) => [
      ...missingParts(),
      ...checkPlatform(github, unchecked),
      ...check.problems(unchecked.connection),
      ...checkSsh(unchecked),
      ...checkDynamic(unchecked),
    ],
    isVariableName,
    readers,
  );
  if (inputs.summary) github.inspectSummary();
  const connection = check.connection();
  // In the same file, but evaluated only here: rejecting an input needs none of it.
  const { run } = await import(/* webpackMode: "eager" */ '../../core/job/fetch.js');
  await run({
    inputs,
    platform: github,
    clock: systemClock,
    signal: stop.signal,
    connection,
    keys,
    identity: identityOf({
      environment,
      readFile: surroundings.readFile,
      log: github,
      loadUndici,
      jobSecret: jobSecretOf(environment),
      fork: () => forkOf(environment),
    }),
    reach: {
      connect: (vault) => openTransport(vault, loadUndici),
      secretsOf: connectionSecretsOf,
    },
  });
} catch (error) {
  await fail(error);
}
github.settleState();
// What still hangs, a connection that is being made for instance, must not keep the job waiting.
await leaveProcess(stop.signal.aborted ? 1 : 0);

/** Loaded for a step that writes into the vault. */
async function isOfOutsider(): Promise<boolean> {
  const { isOfOutsider } = await import(/* webpackMode: "eager" */ '../../platform/github/outsider.js');
  return isOfOutsider(environment);
}

function fail(error: unknown): Promise<never> {
  const problems = stop.signal.aborted ? [cancelled()] : problemsOf(error);
  for (const problem of problems) github.report(problem, 'error');
  if (error instanceof Error) github.debug(error.name);
  github.settleState();
  return leaveProcess(1);
}

function cancelled(): SeguraError {
  return new SeguraError('CANCELLED', 'The job was cancelled while this step ran.', 'Run the job again.');
}
