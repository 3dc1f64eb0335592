import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Ended } from '../support/command-line.js';
import { expectOk, expectRefused } from './runb-desk.js';
import { DELETE, IN_VAULT, openGitLab, PATH, VARIABLES } from './runb-gitlab-desk.js';

/** Which variables stay, and why. */
function stayed({ stderr }: Ended): string[] {
  return [...stderr.matchAll(/warning: The project variable (.+)\n/g)].map(([, told = '']) => told);
}

describe('runb --tool gitlab --delete-variables', () => {
  test('deletes each named variable whose value the vault returns, and reports the others', async () => {
    const { gitlab, run, left, file } = await openGitLab();
    const ended = await run();
    expectOk(ended);
    expect(gitlab.requests).toEqual([
      `GET ${PATH}/SAME`,
      `DELETE ${PATH}/SAME?filter%5Benvironment_scope%5D=*`,
      `GET ${PATH}/OTHER`,
    ]);
    expect(left()).toEqual(['OTHER *', 'ABSENT *', 'UNNAMED *']);
    expect(ended.stderr).toContain('project variable SAME: deleted (environment scope *)\n');
    expect(stayed(ended)).toEqual([
      'ABSENT stays: the vault does not return it.',
      'OTHER stays: its value in GitLab (environment scope *) differs from the one in the vault.',
    ]);
    expect(readFileSync(file, 'utf8')).toContain("export OTHER='the value of the vault'\n");
  });

  test('keeps the variable of production when the job has its value from a group', async () => {
    const { gitlab, run, replace, left } = await openGitLab();
    const value = 'a value of production alone';
    replace({ key: 'SAME', value, scope: 'production' });
    const ended = await run();
    expectOk(ended);
    expect(left()).toEqual(['SAME production']);
    expect(stayed(ended)).toContain(
      'SAME stays: its value in GitLab (environment scope production) differs from the one in the vault.',
    );
    expect(ended.stderr).not.toContain(value);
    expect(gitlab.requests.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  test('compares with the value in GitLab, not in the job', async () => {
    const { run, replace, left } = await openGitLab();
    replace({ key: 'OTHER', value: IN_VAULT.OTHER, scope: 'production' });
    expectOk(await run());
    expect(left()).toEqual([]);
  });

  test('keeps a hidden variable, which it cannot compare', async () => {
    const { run, replace, left } = await openGitLab();
    replace({ key: 'SAME', value: VARIABLES.SAME, scope: '*', hidden: true });
    const ended = await run();
    expectOk(ended);
    expect(left()).toEqual(['SAME *']);
    expect(stayed(ended)).toContain(
      "SAME stays: GitLab hides its value (environment scope *), so it cannot be compared with the vault's.",
    );
  });

  test('deletes nothing without the flag, nor without a mapping file', async () => {
    const { gitlab, run } = await openGitLab();
    expectOk(await run(['-t', 'gitlab']));
    const unmapped = await run(DELETE, { env: { SENHASEGURA_MAPPING_FILE: undefined } });
    expectOk(unmapped);
    expect(unmapped.stderr).toContain('no project variable is deleted');
    expect(gitlab.requests).toEqual([]);
  });

  test('reports that a variable does not exist', async () => {
    const { run, replace } = await openGitLab();
    replace();
    const ended = await run();
    expectOk(ended);
    expect(ended.stderr).toContain('project variable SAME: not there\n');
  });

  test('requires a scope if there are several, and deletes that one', async () => {
    const { run, replace, left } = await openGitLab();
    replace(...['production', 'staging'].map((scope) => ({ key: 'SAME', value: VARIABLES.SAME, scope })));
    const unscoped = await run();
    expectRefused(unscoped, 'INPUT_INVALID: GitLab variable SAME exists in several environment scopes');
    expect(unscoped.stderr).toContain('--environment-scope production');
    expect(left()).toEqual(['SAME production', 'SAME staging']);
    expectOk(await run([...DELETE, '--environment-scope', 'staging']));
    expect(left()).toEqual(['SAME production']);
  });

  test('fails with a wrong token when the file is written', async () => {
    const { run, left, file } = await openGitLab();
    const ended = await run(DELETE, { env: { GITLAB_ACCESS_TOKEN: 'glpat-fake-and-wrong' } });
    expectRefused(ended, 'ACCESS_DENIED: GitLab variable SAME');
    expect(ended.stderr).not.toContain('glpat');
    expect(left()).toContain('SAME *');
    expect(readFileSync(file, 'utf8')).toContain(`export SAME='${VARIABLES.SAME}'\n`);
  });

  test.each(['CI_API_V4_URL', 'CI_PROJECT_ID', 'GITLAB_ACCESS_TOKEN'])(
    'fails without %s before the vault is asked',
    async (name) => {
      const { vault, run } = await openGitLab();
      expectRefused(await run(DELETE, { env: { [name]: undefined } }), 'INPUT_MISSING');
      expect(vault.journal.requests).toEqual([]);
    },
  );

  test('fails with another tool, and rejects a scope without the option', async () => {
    const { vault, run } = await openGitLab();
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
});
