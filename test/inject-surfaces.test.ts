import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect, GitLabJob } from './gitlab/job.js';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { openDesk } from './support/desk-fixture.js';
import { isWindows, lacks } from './support/skips.js';
import { openVault } from './vault/vault-fixture.js';

const YAML = 'database:\r\n  password: changeme # rotate\r\n';
const LINE = '94 > app.yaml#/database/password';

describe('values in files of an Azure Pipelines job', () => {
  test('are there until post, which restores the file', async () => {
    const vault = await openVault({ dialect: 'api' });
    const job = new AzureJob();
    onTestFinished(() => job.close());
    const path = join(job.workspace, 'app.yaml');
    writeFileSync(path, YAML);
    const inputs = azureInputsFor(vault, { inject: LINE });
    const main = await job.main(inputs);
    expect([main.code, main.result], main.told).toEqual([0, 'Succeeded']);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toBe(YAML);
    expect(main.log).not.toContain(vault.password(94));
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(readFileSync(path, 'utf8')).toBe(YAML);
    expect(vault.custodies()).toEqual([]);
  });

  test('are told of in the words of the task', async () => {
    const vault = await openVault({ dialect: 'api' });
    const job = new AzureJob();
    onTestFinished(() => job.close());
    writeFileSync(join(job.workspace, 'app.cfg'), YAML);
    const main = await job.main(azureInputsFor(vault, { inject: '94 > app.cfg#/database/password' }));
    expect(main.result).toBe('Failed');
    expect(main.told).toContain('injectFormat: "app.cfg=yaml"');
    const formatted = await job.main(
      azureInputsFor(vault, { inject: '94 > app.cfg#/database/password', injectFormat: 'app.cfg=yaml' }),
    );
    expect(formatted.result, formatted.told).toBe('Succeeded');
    await job.post({});
    expect(readFileSync(join(job.workspace, 'app.cfg'), 'utf8')).toBe(YAML);
  });
});

describe.skipIf(isWindows())('values in files of a command line', () => {
  test('are there for the command of exec only', async () => {
    const { vault, desk } = await openDesk();
    const path = join(desk.folder, 'app.yaml');
    writeFileSync(path, YAML);
    const look = `node -e 'process.exit(require("node:fs").readFileSync("app.yaml", "utf8").includes("changeme") ? 1 : 7)'`;
    const ended = await desk.run(['exec', '--inject', LINE, '--', 'sh', '-c', look]);
    expect(ended.code, ended.stderr).toBe(7);
    expect(readFileSync(path, 'utf8')).toBe(YAML);
    expect(vault.custodies()).toEqual([]);
  });

  test('are there after export, until release', async () => {
    const { desk } = await openDesk();
    const path = join(desk.folder, 'app.yaml');
    writeFileSync(path, YAML);
    const inject = ['--inject', 'postgres/PASSWORD > app.yaml#/database/password'];
    const refused = await desk.run(['export', '--format', 'json', ...inject]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('there is no state file to restore them from'),
    ]);
    expect(readFileSync(path, 'utf8')).toBe(YAML);
    const exported = await desk.run(['export', '--format', 'json', '--state', 'state', ...inject]);
    expect([exported.code, exported.stdout.toString()], exported.stderr).toEqual([0, '{}\n']);
    expect(readFileSync(path, 'utf8')).not.toBe(YAML);
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, released.stderr).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(YAML);
    expect(desk.files().map(({ path: each }) => each)).toEqual([path]);
  });

  test('stay with --inject-restore false, which needs no state', async () => {
    const { desk } = await openDesk();
    const path = join(desk.folder, 'app.yaml');
    writeFileSync(path, YAML);
    const inject = [
      '--inject',
      'postgres/PASSWORD > app.yaml#/database/password',
      '--inject-restore',
      'false',
    ];
    const exported = await desk.run(['export', '--format', 'json', ...inject]);
    expect(exported.code, exported.stderr).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toBe(YAML);
    expect(desk.files().map(({ path: each }) => each)).toEqual([path]);
  });

  test('are checked without the vault', async () => {
    const { vault, desk } = await openDesk();
    writeFileSync(join(desk.folder, 'app.yaml'), YAML);
    const none = { SENHASEGURA_URL: '', SENHASEGURA_CLIENT_ID: '', SENHASEGURA_CLIENT_SECRET: '' };
    const wrong = await desk.run(
      ['check', '--inject', '94 > app.yaml#/database/pasword', '--inject', '94 > nothing.ini#/a'],
      { env: none },
    );
    expect([wrong.code, wrong.stderr.match(/[A-Z]+_[A-Z_]+(?=:)/g)], wrong.stderr).toEqual([
      1,
      ['PLACE_NOT_FOUND', 'FILE_REFUSED'],
    ]);
    expect(wrong.stderr).toContain('Line 1 of --inject');
    const right = await desk.run(['check', '--inject', LINE], { env: none });
    expect([right.code, right.stdout.toString()], right.stderr).toEqual([
      0,
      'DSM requests: 0\nPAM requests: 1\nNo problems found.\n',
    ]);
    expect(readFileSync(join(desk.folder, 'app.yaml'), 'utf8')).toBe(YAML);
    expect(vault.journal.requests).toEqual([]);
  });
});

describe.skipIf(isWindows() || lacks('bash'))('values in files of a GitLab job', () => {
  test('are there for the script, and after_script restores the file', async () => {
    const vault = await openVault({ dialect: 'api' });
    const job = new GitLabJob('bash');
    onTestFinished(() => job.close());
    connect(job, vault, 'postgres/PASSWORD > DB');
    job.variables['SENHASEGURA_INJECT'] = LINE;
    const path = join(job.project, 'app.yaml');
    writeFileSync(path, YAML);
    const ended = await job.run(['! grep -q changeme app.yaml']);
    expect(ended.code, ended.log).toBe(0);
    const after = await job.after();
    expect(after.code, after.log).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(YAML);
    expect([vault.custodies(), job.leftBehind()]).toEqual([[], []]);
  });

  test('come from the inputs of the component', async () => {
    const vault = await openVault({ dialect: 'api' });
    const job = new GitLabJob('bash');
    onTestFinished(() => job.close());
    connect(job, vault, 'postgres/PASSWORD > DB');
    Object.assign(job.variables, {
      SEGURA_INPUT_INJECT: '94 > app.cfg#/database/password',
      SEGURA_INPUT_INJECT_FORMAT: 'app.cfg=yaml',
      SEGURA_INPUT_SETTINGS: 'INJECT_RESTORE=false',
    });
    const path = join(job.project, 'app.cfg');
    writeFileSync(path, YAML);
    const ended = await job.run(['! grep -q changeme app.cfg']);
    expect(ended.code, ended.log).toBe(0);
    await job.after();
    expect(readFileSync(path, 'utf8')).not.toBe(YAML);
  });
});
