import { release } from '../core/release.js';
import { Secret } from '../core/secret.js';
import { proxySecretsOf } from '../http/proxy.js';
import { openTransport } from '../http/transport.js';
import { systemClock } from '../platform/clock.js';
import { GitHub, readInputFile, STATE_NAME } from '../platform/github.js';

const environment = process.env;
const github = new GitHub(environment, process.platform);
const raw = github.readInputs();

const { problems, severity } = await release({
  sealed: environment[`STATE_${STATE_NAME}`] ?? '',
  clientSecret: new Secret(raw['client-secret'] || environment['SENHASEGURA_CLIENT_SECRET']?.trim() || ''),
  releaseFailure: raw['release-failure'].toLowerCase() === 'fail' ? 'fail' : 'warn',
  platform: github,
  clock: systemClock,
  readFile: (path) => readInputFile(path, environment),
  secretsOf: ({ proxy }) => proxySecretsOf(proxy),
  dial: (connection) => openTransport(connection, () => import(/* webpackIgnore: true */ './undici.js')),
});
for (const problem of problems) github.report(problem, severity === 'fail' ? 'error' : 'warning');
if (problems.length > 0 && severity === 'fail') process.exitCode = 1;
