import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect, GitLabJob } from './gitlab/job.js';
import { AzureJob, azureInputsFor } from './support/azure-job.js';
import { Desk } from './support/command-line.js';
import { isWindows, lacks } from './support/skips.js';
import type { Vault } from './vault/index.js';
import { openVault } from './vault/vault-fixture.js';

const LINES = 'password:registry > REGISTRY\napi:gcp-deploy > GCP';

function deskFor(vault: Vault): Desk {
  const desk = new Desk(vault, vault.client('mysafe'));
  onTestFinished(() => desk.close());
  return desk;
}

function valuesOf(vault: Vault): string[] {
  const field = (id: number, name: string): string =>
    vault.data.safe.find((item) => item.id === id)?.fields[name] ?? '';
  return [field(6, 'password'), field(3, 'client_secret')];
}

const SHOW = `printf '%s' "$REGISTRY" | od -An -tx1 | tr -d ' \\n'; echo; printf '%s' "$GCP" | od -An -tx1 | tr -d ' \\n'`;
const hexOf = (vault: Vault): string =>
  valuesOf(vault)
    .map((value) => Buffer.from(value).toString('hex'))
    .join('\n');

test.skipIf(isWindows())('items of MySafe are there for the command of exec, which prints none', async () => {
  const vault = await openVault({ dialect: 'api' });
  const desk = deskFor(vault);
  writeFileSync(join(desk.folder, 'config.yaml'), `mysafe: |\n  ${LINES.split('\n').join('\n  ')}\n`);
  const script = `[ "$(${SHOW})" = "$EXPECTED" ] && printf '%s' "$REGISTRY"`;
  const ended = await desk.run(['exec', '--config', 'config.yaml', '--', 'sh', '-c', script], {
    env: { EXPECTED: hexOf(vault) },
  });
  expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, '***']);
});

test.skipIf(isWindows())('items of MySafe are exported for a shell', async () => {
  const vault = await openVault({ dialect: 'iso' });
  const desk = deskFor(vault);
  const ended = await desk.shell(
    ['sh'],
    `values=$(segura_secrets export --format sh --state state --mysafe '${LINES}') && eval "$values" && ${SHOW}`,
  );
  expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, hexOf(vault)]);
});

test.skipIf(isWindows())(
  'check reads items of MySafe online, and names their fields and no value',
  async () => {
    const vault = await openVault({ dialect: 'api' });
    const desk = deskFor(vault);
    const ended = await desk.run(['check', '--online', '--mysafe', LINES]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toContain('DSM requests: 0\nPAM requests: 0\nMySafe requests: 2\n');
    expect(ended.stdout.toString()).toMatch(/^ {2}password:registry: name, url, username, password, /m);
    for (const value of valuesOf(vault)) expect(ended.stdout.toString()).not.toContain(value);
    const wrong = await desk.run(['check', '--online', '--mysafe', 'password:registry/pass > P']);
    expect([wrong.code, wrong.stderr.includes('FIELD_NOT_FOUND')]).toEqual([5, true]);
  },
);

test.skipIf(isWindows())('a template uses the names that requests for MySafe give', async () => {
  const vault = await openVault({ dialect: 'api' });
  const desk = deskFor(vault);
  writeFileSync(join(desk.folder, 'app.json.liquid'), '{"key": {{ GCP | json }}}');
  const words = [
    'exec',
    '--mysafe',
    LINES,
    '--templates',
    'app.json.liquid > app.json',
    '--',
    'cat',
    'app.json',
  ];
  const ended = await desk.run(words);
  expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, '{"key": ***}']);
});

test('items of MySafe are secret variables of an Azure Pipelines job', async () => {
  const vault = await openVault({ dialect: 'api' });
  const job = new AzureJob();
  onTestFinished(() => job.close());
  const inputs = azureInputsFor(vault, { mysafe: LINES }, vault.client('mysafe'));
  const main = await job.main(inputs);
  expect([main.code, main.result], main.told).toEqual([0, 'Succeeded']);
  expect(['REGISTRY', 'GCP'].map((name) => job.agent.value(name))).toEqual(valuesOf(vault));
  expect(['REGISTRY', 'GCP'].map((name) => job.agent.isSecret(name))).toEqual([true, true]);
  for (const value of valuesOf(vault)) expect(main.log).not.toContain(value);
  const refused = await job.main(azureInputsFor(vault, { mysafe: 'registry > R' }, vault.client('mysafe')));
  expect(refused.told).toContain('Line 1 of "mysafe" does not say which kind of item registry is');
});

test.skipIf(isWindows() || lacks('bash'))(
  'items of MySafe come from the inputs of the GitLab component',
  async () => {
    const vault = await openVault({ dialect: 'api' });
    const job = new GitLabJob('bash');
    onTestFinished(() => job.close());
    connect(job, vault, '');
    const { clientId, clientSecret } = vault.client('mysafe');
    Object.assign(job.variables, {
      SEGURA_INPUT_MYSAFE: LINES,
      SENHASEGURA_CLIENT_ID: clientId,
      SENHASEGURA_CLIENT_SECRET: clientSecret,
      EXPECTED: hexOf(vault),
    });
    const ended = await job.run([`[ "$(${SHOW})" = "$EXPECTED" ]`]);
    expect(ended.code, ended.log).toBe(0);
    expect((await job.after()).code).toBe(0);
  },
);
