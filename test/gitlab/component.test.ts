import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ACTION } from '../support/runner.js';
import { openVault } from '../vault/vault-fixture.js';
import { componentInclude, lacksPipelines, Project } from './pipeline.js';

describe.skipIf(lacksPipelines)('in gitlab-ci-local,', () => {
  let project: Project;

  beforeEach(async () => {
    project = new Project(await openVault());
  });
  afterEach(() => project.close());

  test.each<[string, Record<string, unknown>, string]>([
    ['one of no option', { 'dsm-endpoint': 'other' }, 'not in the list'],
    ['one of another type', { timeout: 'soon' }, 'not a number'],
    ['a boolean as text', { 'tls-verify': 'yes' }, 'not a boolean'],
    ['an http address', { url: 'http://vault.example.com' }, 'does not match required regex'],
    ['a job that is not hidden', { 'job-name': 'deploy' }, 'does not match required regex'],
    ['a script in place of a version', { version: '1.0.0"; id' }, 'does not match required regex'],
    ['a sha256 that is none', { sha256: 'abc' }, 'does not match required regex'],
  ])('the component rejects %s', async (_, inputs, reason) => {
    const { code, log } = await project.run(
      stringify({
        include: componentInclude(inputs),
        deploy: { extends: '.segura-secrets', script: ['true'] },
      }),
      ['--list'],
    );
    expect(code).toBe(1);
    expect(log.replaceAll(/\s+/g, ' ')).toContain(reason);
    expect(log).toContain(join('templates', 'segura-secrets', 'template.yml'));
  });

  test('another name of the hidden job lets a pipeline include the component twice', async () => {
    const { code, log } = await project.run(
      stringify({
        include: [
          componentInclude({ secrets: 'postgres/PASSWORD > ONE' }),
          componentInclude({ secrets: 'postgres/PASSWORD > TWO', 'job-name': '.other' }),
        ],
        first: { extends: '.segura-secrets', script: ['test -n "$ONE" && test -z "$TWO"'] },
        second: { extends: '.other', script: ['test -n "$TWO" && test -z "$ONE"'] },
        third: { extends: '.other-exec', script: [`segura-secrets exec -- sh -c 'test -n "$TWO"'`] },
      }),
    );
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(project.leftBehind()).toEqual([]);
  });

  test('the component project tests itself', async () => {
    project.forgetTool();
    project.add('dist/cli/segura-secrets.mjs', 'segura-secrets.mjs');
    project.add('gitlab/include/segura-secrets.gitlab-ci.yml', 'include/segura-secrets.gitlab-ci.yml');
    const own = readFileSync(join(ACTION, 'gitlab/.gitlab-ci.yml'), 'utf8');
    // Without images, since there is no container engine.
    const { code, log } = await project.run(own.replaceAll(/^ +image: .*\n/gm, ''));
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log).toMatch(/PASS\s+tool: \[node:24-alpine\]/);
    expect(log).toMatch(/PASS\s+pinned/);
    expect(log).not.toMatch(/PASS\s+(publish|release)/);
  });
});
