// First, and by itself in each entry, so that it runs before the library of the other imports is loaded.
import './before-library.js';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { problemsOf } from '../../core/errors.js';
import { brokenOff, type Released, release } from '../../core/job/release.js';
import { severityIn } from '../../core/job/severity.js';
import { Secret } from '../../core/secret.js';
import type { Reach } from '../../core/vault/client.js';
import { connectionSecretsOf } from '../../http/proxy.js';
import { openTransport } from '../../http/transport.js';
import { withServiceProxy } from '../../platform/azure/agent-network.js';
import { Azure, localize, type Result } from '../../platform/azure/azure.js';
import { readInputFile } from '../../platform/azure/files.js';
import { jobTokenOf } from '../../platform/azure/job-token.js';
import { nodeProblem } from '../../platform/azure/messages.js';
import { systemClock } from '../../platform/process/clock.js';
import { leaveProcess, onUnforeseen } from '../../platform/process/output.js';
import { identityOf } from '../identity.js';
import { bytes, state } from './before-library.js';

export { bytes, state };

/** One process of the task, main or post. */
export const environment = process.env;
export const azure = new Azure(
  environment,
  process.platform,
  join(dirname(fileURLToPath(import.meta.url)), 'task.json'),
);

let hasLeft = false;

/** Ends the process with a result: an agent treats any exit code but 0 as its own fault. */
export function leave(result: Result, maxMs?: number): Promise<never> {
  if (!hasLeft) {
    hasLeft = true;
    azure.complete(result);
  }
  // What still hangs, a connection that is being made for instance, must not keep the job waiting.
  return leaveProcess(0, maxMs);
}

/** Tells what a step failed with, and ends it. */
export function fail(error: unknown): Promise<never> {
  for (const problem of problemsOf(error)) azure.report(problem, 'error');
  if (error instanceof Error) azure.debug(error.name);
  return leave('Failed');
}

/** Runs a step: on a Node that can, and with nothing of an unforeseen error shown but its kind. */
export function start(step: () => Promise<Result>, onFault: (error: unknown) => Promise<never> = fail): void {
  // The library has its own handlers, which print the message.
  onUnforeseen(onFault);
  const refusal = nodeProblem(process.versions.node, localize);
  if (refusal === undefined) step().then(leave, onFault);
  else void onFault(refusal);
}

/** The HTTP client is in the same file, but evaluated only here. */
const loadUndici = () => import(/* webpackMode: "eager" */ '../../http/undici.js');

/** How the vault is reached. */
export const reach: Reach = {
  connect: (connection) => openTransport(connection, loadUndici),
  secretsOf: connectionSecretsOf,
};

/** A task asks with the access token of its job, which the agent hands to each task anew. */
const jobToken = jobTokenOf();
const jobSecret = jobToken === '' ? undefined : new Secret(jobToken);
const readFile = (path: string): string => readInputFile(path, environment);

export const identity = identityOf({
  environment: withServiceProxy({ ...environment, SYSTEM_ACCESSTOKEN: jobToken }),
  readFile,
  log: azure,
  loadUndici,
  jobSecret,
});

/** Releases all that a state says is held. `isRetry`: for an earlier try of main, while other steps use what they hold. */
export function releaseCustody(sealed: string, isRetry: boolean): Promise<Released> {
  const releaseFailure = severityIn(sealed);
  return release({
    state: { sealed, run: azure.run, isRetry },
    releaseFailure,
    platform: azure,
    clock: systemClock,
    readFile,
    identity,
    reach,
  }).catch((error: unknown): Released => ({ problems: brokenOff(error), severity: releaseFailure }));
}
