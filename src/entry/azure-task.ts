// First, and by itself in each entry, so that it runs before the library of the other imports is loaded.
import './azure-quiet.js';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connection } from '../core/connection.js';
import { problemsOf } from '../core/errors.js';
import type { Transport } from '../core/ports.js';
import { brokenOff, type Released, release } from '../core/release.js';
import type { Secret } from '../core/secret.js';
import { proxySecretsOf } from '../http/proxy.js';
import { openTransport } from '../http/transport.js';
import { Azure, localize, type Result } from '../platform/azure.js';
import { readInputFile } from '../platform/azure-files.js';
import { readReleaseFailure } from '../platform/azure-inputs.js';
import { nodeRefusal } from '../platform/azure-messages.js';
import { systemClock } from '../platform/clock.js';

export { states } from './azure-quiet.js';

/** One process of the task, main or post. */
export const environment = process.env;
export const azure = new Azure(
  environment,
  process.platform,
  join(dirname(fileURLToPath(import.meta.url)), 'task.json'),
);

let hasLeft = false;

/** Ends the process with a result: an agent takes any exit code but 0 for a fault of its own. */
export async function leave(result: Result): Promise<never> {
  if (!hasLeft) {
    hasLeft = true;
    azure.complete(result);
  }
  // What still hangs, a connection that is being made for instance, must not keep the job waiting.
  await azure.flush();
  process.exit(0);
}

/** Tells what a step failed with, and ends it. */
export function fail(error: unknown): Promise<never> {
  for (const problem of problemsOf(error)) azure.report(problem, 'error');
  if (error instanceof Error) azure.debug(error.name);
  return leave('Failed');
}

/** Runs a step: on a Node that can, and with nothing of an unforeseen error shown but its kind. */
export function start(step: () => Promise<Result>, onFault: (error: unknown) => Promise<never> = fail): void {
  // The library's own handlers print the message of an error, which may quote a value.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.removeAllListeners(event);
    process.on(event, (error: unknown) => void onFault(error));
  }
  const refusal = nodeRefusal(process.versions.node, localize);
  if (refusal === undefined) step().then(leave, onFault);
  else void onFault(refusal);
}

/** A connection to the vault; the HTTP client is in the same file, but evaluated only here. */
export function dial(connection: Connection): Promise<Transport> {
  return openTransport(connection, () => import(/* webpackMode: "eager" */ '../http/undici.js'));
}

/** Gives back all that a state says is held. */
export function giveBack(sealed: string, clientSecret: Secret): Promise<Released> {
  const releaseFailure = readReleaseFailure();
  return release({
    sealed,
    clientSecret,
    run: azure.run,
    releaseFailure,
    platform: azure,
    clock: systemClock,
    readFile: (path) => readInputFile(path, environment),
    secretsOf: ({ proxy }) => proxySecretsOf(proxy),
    dial,
  }).catch((error: unknown): Released => ({ problems: brokenOff(error), severity: releaseFailure }));
}
