import type { ReleaseFailure } from '../core/inputs.js';
import { brokenOff, type Released, release } from '../core/release.js';
import { Secret } from '../core/secret.js';
import { proxySecretsOf } from '../http/proxy.js';
import { openTransport } from '../http/transport.js';
import { systemClock } from '../platform/clock.js';
import { GitHub, readInputFile, STATE_NAME } from '../platform/github.js';
import { leaveProcess, onUnforeseen, outliveReaders } from '../platform/output.js';

// A job that is being cancelled signals its post steps too: they use what time they are left.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, () => undefined);

outliveReaders();

/** Nothing holds post longer than this and a second for its last lines, whatever hangs. */
const HARD_STOP_MS = 58_000;
const LAST_LINES_MS = 1_000;

const environment = process.env;
const github = new GitHub(environment, process.platform);
const raw = github.readInputs();
let releaseFailure: ReleaseFailure = raw['release-failure'].toLowerCase() === 'fail' ? 'fail' : 'warn';

const breakOff = (error?: unknown): Promise<never> =>
  leave({ problems: brokenOff(error), severity: releaseFailure }, LAST_LINES_MS);
setTimeout(() => void breakOff(), HARD_STOP_MS).unref();
onUnforeseen(breakOff);

const released = await release({
  sealed: environment[`STATE_${STATE_NAME}`] ?? '',
  clientSecret: new Secret(raw['client-secret'] || environment['SENHASEGURA_CLIENT_SECRET']?.trim() || ''),
  run: github.run,
  releaseFailure,
  onSeverity: (severity) => {
    releaseFailure = severity;
  },
  platform: github,
  clock: systemClock,
  readFile: (path) => readInputFile(path, environment),
  secretsOf: ({ proxy }) => proxySecretsOf(proxy),
  // Shared with the main step's bundle: the HTTP client is most of both.
  dial: (connection) => openTransport(connection, () => import(/* webpackIgnore: true */ './undici.js')),
}).catch((error: unknown): Released => ({ problems: brokenOff(error), severity: releaseFailure }));
await leave(released);

/** What still hangs, a connection that is being made for instance, must not keep the job waiting. */
function leave({ problems, severity }: Released, mostMs?: number): Promise<never> {
  for (const problem of problems) github.report(problem, severity === 'fail' ? 'error' : 'warning');
  return leaveProcess(problems.length > 0 && severity === 'fail' ? 1 : 0, mostMs);
}
