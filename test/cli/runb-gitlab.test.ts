import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Ended, RunOptions } from '../support/command-line.js';
import { type GitLabApi, startGitLab } from '../support/gitlab-api.js';
import type { VaultOptions } from '../vault/index.js';
import { openVault } from '../vault/vault-fixture.js';
import { expectHidden, expectOk, expectRefused, openRunb, type RunbDesk, runb } from './runb-desk.js';

const TOKEN = 'glpat-fake-of-this-project';
const DELETE = ['-t', 'gitlab', '--delete-variables'];
/** What the job has: the same as in the vault, another value than there, not there at all, not named. */
const VARIABLES = {
  SAME: 'the very same value',
  OTHER: 'the value of GitLab',
  ABSENT: 'not in the vault',
  UNNAMED: 'in the vault, and not named',
};
const IN_VAULT = { ...VARIABLES, OTHER: 'the value of the vault', ABSENT: null };
const MAPPING = 'key_value: [{ name: more, fields: [SAME, OTHER, ABSENT] }]';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Open extends RunbDesk {
  readonly gitlab: GitLabApi;
  readonly run: (args?: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** The variables that GitLab has left, with their scopes. */
  readonly left: () => string[];
}

async function open(options: VaultOptions = {}): Promise<Open> {
  const opened = await openRunb({ postgres: IN_VAULT }, options);
  const gitlab = await startGitLab();
  closers.push(() => gitlab.close());
  const variables = Object.keys(VARIABLES).map((key) => ({ key, scope: '*' }));
  gitlab.projects['group/billing'] = { id: 7, variables };
  gitlab.tokens[TOKEN] = { scopes: ['api'], levels: { 'group/billing': 40 } };
  writeFileSync(join(opened.desk.folder, 'map.yaml'), MAPPING);
  Object.assign(opened.desk.env, VARIABLES, {
    SENHASEGURA_MAPPING_FILE: 'map.yaml',
    CI_API_V4_URL: gitlab.url,
    CI_PROJECT_ID: '7',
    GITLAB_ACCESS_TOKEN: TOKEN,
  });
  return {
    ...opened,
    gitlab,
    run: async (args = DELETE, run = {}) => {
      const ended = await runb(opened.desk, args, run);
      expectHidden(opened.vault, ended, [TOKEN, ...Object.values(VARIABLES)]);
      return ended;
    },
    left: () =>
      (gitlab.projects['group/billing']?.variables ?? []).map(({ key, scope }) => `${key} ${scope}`),
  };
}

describe('runb --tool gitlab --delete-variables', () => {
  test('deletes what is named and the vault gives back with the same value, and says what stays', async () => {
    const { gitlab, run, left, file } = await open();
    const ended = await run();
    expectOk(ended);
    expect(gitlab.requests).toEqual(['DELETE /api/v4/projects/7/variables/SAME']);
    expect(left()).toEqual(['OTHER *', 'ABSENT *', 'UNNAMED *']);
    expect(ended.stderr).toContain('project variable SAME: deleted\n');
    const stay = [...ended.stderr.matchAll(/warning: The project variable (\w+) stays/g)];
    expect(stay.map(([, name]) => name)).toEqual(['OTHER', 'ABSENT']);
    expect(readFileSync(file, 'utf8')).toContain("export OTHER='the value of the vault'\n");
  });

  test('deletes nothing without the flag, nor without a mapping file', async () => {
    const { gitlab, run } = await open();
    expectOk(await run(['-t', 'gitlab']));
    const unmapped = await run(DELETE, { env: { SENHASEGURA_MAPPING_FILE: undefined } });
    expectOk(unmapped);
    expect(unmapped.stderr).toContain('no project variable is deleted');
    expect(gitlab.requests).toEqual([]);
  });

  test('says that a variable is not there', async () => {
    const { gitlab, run } = await open();
    gitlab.projects['group/billing'] = { id: 7, variables: [] };
    const ended = await run();
    expectOk(ended);
    expect(ended.stderr).toContain('project variable SAME: not there\n');
  });

  test('asks which one of several scopes, and deletes that one', async () => {
    const { gitlab, run, left } = await open();
    const variables = ['production', 'staging'].map((scope) => ({ key: 'SAME', scope }));
    gitlab.projects['group/billing'] = { id: 7, variables };
    const unscoped = await run();
    expectRefused(unscoped, 'INPUT_INVALID: GitLab variable SAME is there for several environment scopes');
    expect(unscoped.stderr).toContain('--environment-scope production');
    expect(left()).toEqual(['SAME production', 'SAME staging']);
    expectOk(await run([...DELETE, '--environment-scope', 'staging']));
    expect(left()).toEqual(['SAME production']);
  });

  test('fails with a wrong token when the file is written', async () => {
    const { run, left, file } = await open();
    const ended = await run(DELETE, { env: { GITLAB_ACCESS_TOKEN: 'glpat-fake-and-wrong' } });
    expectRefused(ended, 'ACCESS_DENIED: GitLab variable SAME');
    expect(ended.stderr).not.toContain('glpat');
    expect(left()).toContain('SAME *');
    expect(readFileSync(file, 'utf8')).toContain(`export SAME='${VARIABLES.SAME}'\n`);
  });

  test.each(['CI_API_V4_URL', 'CI_PROJECT_ID', 'GITLAB_ACCESS_TOKEN'])(
    'is refused without %s before the vault is asked',
    async (name) => {
      const { vault, run } = await open();
      expectRefused(await run(DELETE, { env: { [name]: undefined } }), 'INPUT_MISSING');
      expect(vault.journal.requests).toEqual([]);
    },
  );

  test('is refused for another tool, and a scope without it', async () => {
    const { vault, run } = await open();
    for (const args of [
      ['-t', 'linux', '--delete-variables'],
      ['-t', 'gitlab', '--environment-scope', 'x'],
    ]) {
      const ended = await run(args);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain('--delete-variables');
    }
    expect(vault.journal.requests).toEqual([]);
  });

  test("hands the token to nobody but GitLab, whatever is thought of the vault's certificate", async () => {
    const { run, file } = await open({ tls: 'self-signed' });
    const stranger = await openVault({ tls: 'self-signed' });
    const env = { CI_API_V4_URL: `${stranger.url}/api/v4` };
    const ended = await run([...DELETE, '--tls-verify=false'], { env });
    expectRefused(ended, 'TLS_UNTRUSTED: GitLab variable SAME');
    expect(stranger.journal.requests).toEqual([]);
    expect(readFileSync(file, 'utf8')).toContain('export SAME=');
  });

  test('trusts the CA that GitLab names for itself', async () => {
    const { run, desk } = await open();
    const other = await openVault({ dialect: 'api' });
    const ca = join(desk.folder, 'gitlab.pem');
    writeFileSync(ca, other.caCertificate);
    await run(DELETE, { env: { CI_API_V4_URL: `${other.url}/api/v4`, CI_SERVER_TLS_CA_FILE: ca } });
    expect(other.journal.lines()).toEqual(['DELETE /api/v4/projects/7/variables/SAME']);
  });

  test('leaves when the job is cancelled while GitLab does not answer', async () => {
    const { run } = await open();
    let pid = 0;
    const silent = createServer(() => process.kill(pid, 'SIGTERM'));
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    closers.push(async () => {
      silent.closeAllConnections();
      await new Promise((closed) => silent.close(closed));
    });
    const { port } = silent.address() as AddressInfo;
    const ended = await run(DELETE, {
      env: { CI_API_V4_URL: `http://127.0.0.1:${port}` },
      onStart: (started) => {
        pid = started;
      },
    });
    expectRefused(ended, 'CANCELLED: GitLab variable SAME was not deleted');
  });
});
