import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, installStub } from './stub.js';

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
