import { afterEach, beforeEach, expect, test } from 'vitest';
import { INPUT_DEFAULTS, type InputName } from '../../src/core/input-names.js';
import { componentInputs } from './files.js';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, installStub } from './stub.js';

/** Each of these says that another login than a client secret is meant, even if it says nothing else. */
const OTHER_LOGINS = [
  'vault-url',
  'auth-method',
  'oidc-provider',
  'oidc-token',
  'oidc-audience',
  'oidc-exchange',
  'oidc-assertion-type',
  'consumer-key',
  'consumer-secret',
  'token-key',
  'token-secret',
  'access-token',
] as const satisfies readonly InputName[];
/** Those of them that the component has an input for. */
const WITH_INPUT = OTHER_LOGINS.filter((name) => name in componentInputs());
const SHOW = ['echo "values: $DB_PASSWORD"'];

describeShells('in %s, before_script refuses', (shell) => {
  let job: GitLabJob;

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
  });
  afterEach(() => job.close());

  test.each(['true', '1', 'TRUE'])('to run with CI_DEBUG_TRACE=%s', async (value) => {
    job.variables['CI_DEBUG_TRACE'] = value;
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain('CI_DEBUG_TRACE is on');
    expect(callsOf(job)).toEqual([]);
    expect(job.leftBehind()).toEqual([]);
  });

  test.each(['set -x', 'set -v'])('to run after %s', async (line) => {
    const { code, log } = await job.run(SHOW, [line]);
    expect(code).toBe(1);
    expect(log).toContain('The shell echoes its commands');
    expect(callsOf(job)).toEqual([]);
  });

  test('to run without the client secret, and says which jobs get it', async () => {
    job.variables['SENHASEGURA_CLIENT_SECRET'] = '';
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain('this job did not get the client secret');
    expect(log).toContain('Forks get neither.');
  });

  const asks = OTHER_LOGINS.map((name) => `SENHASEGURA_${name.toUpperCase().replaceAll('-', '_')}`);
  test.each(asks)('only what the tool refuses, where %s says which login is meant', async (variable) => {
    job.variables['SENHASEGURA_CLIENT_SECRET'] = '';
    job.variables[variable] = 'client-assertion';
    const { log } = await job.run(SHOW);
    expect(log).not.toContain('this job did not get the client secret');
    expect(callsOf(job)).not.toEqual([]);
  });

  test('to run without the client secret if the inputs of the component have their defaults', async () => {
    job.variables['SENHASEGURA_CLIENT_SECRET'] = '';
    for (const name of OTHER_LOGINS) {
      job.variables[`SEGURA_INPUT_${name.toUpperCase().replaceAll('-', '_')}`] = INPUT_DEFAULTS[name];
    }
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain('this job did not get the client secret');
  });

  test.each(WITH_INPUT)(
    'only what the tool refuses, where the input %s says which login is meant',
    async (name) => {
      job.variables['SENHASEGURA_CLIENT_SECRET'] = '';
      job.variables[`SEGURA_INPUT_${name.toUpperCase().replaceAll('-', '_')}`] = 'another';
      const { log } = await job.run(SHOW);
      expect(log).not.toContain('this job did not get the client secret');
      expect(callsOf(job)).not.toEqual([]);
    },
  );

  test('to run for a job that only references the scripts', async () => {
    delete job.variables['SEGURA_SECRETS_VERSION'];
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain('!reference copies only the scripts, not the variables.');
  });

  test('to go on in a shell without errexit', async () => {
    job.variables['CI_DEBUG_TRACE'] = 'true';
    const { code, log } = await job.run(SHOW, ['set +e']);
    expect(code).toBe(1);
    expect(log.trim().split('\n')).toHaveLength(2);
  });
});
