import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Vault } from '../vault/index.js';
import { openVault } from '../vault/vault-fixture.js';
import { LOCAL_INCLUDE, lacksPipelines, Project } from './pipeline.js';

/** The second job sweeps while the script of the first one waits for it. */
const PIPELINE = `
include: { local: '${LOCAL_INCLUDE.local}' }
first:
  extends: .segura-secrets
  variables: { SENHASEGURA_CREDENTIALS: '94 > DEPLOY_PASSWORD' }
  script:
    - ': >../started'
    - until [ -e ../done ]; do sleep 0.1; done
second:
  extends: .segura-secrets
  variables: { SENHASEGURA_SECRETS: 'postgres/PASSWORD > DB_PASSWORD' }
  before_script:
    - until [ -e ../started ]; do sleep 0.1; done
    - !reference [.segura-secrets, before_script]
  script:
    - ': >../done'
`;

describe.skipIf(lacksPipelines)('in gitlab-ci-local, where jobs share one checkout,', () => {
  let vault: Vault;
  let project: Project;

  beforeEach(async () => {
    vault = await openVault();
    project = new Project(vault);
  });
  afterEach(() => project.close());

  test('two jobs leave each other alone while their scripts run', async () => {
    const { code, log } = await project.run(PIPELINE, ['--concurrency', '2'], false);
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log).toMatch(/second +> segura-secrets: Job \d+ still runs in this folder/);
    expect(log).not.toContain('died here');
    expect(readdirSync(`${project.checkout}.tmp`)).toEqual([]);
    await vault.settled();
    expect(vault.everTaken()).toEqual(['94']);
    expect(vault.custodies()).toEqual([]);
  });
});
