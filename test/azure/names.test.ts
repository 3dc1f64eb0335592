import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, type AzureStepResult, azureInputsFor } from '../support/azure-job.js';
import { connectionTo } from '../support/azure-request.js';
import { startAzureVault } from '../support/azure-vault.js';
import { vaultWith } from '../support/nasty.js';
import { linesIn } from '../support/remedy-lines.js';
import type { Vault } from '../vault/index.js';

async function run(
  wanted: Record<string, string>,
  vault?: Vault,
): Promise<{ main: AzureStepResult; job: AzureJob; asked: number }> {
  const from = vault ?? (await startAzureVault());
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await from.close();
  });
  const main = await job.main(azureInputsFor(from, wanted));
  return { main, job, asked: from.journal.requests.length };
}

function isLost(name: string): boolean {
  return /^(?:secret|endpoint|securefile|path_)/i.test(name);
}

describe('a name that Azure Pipelines keeps for itself', () => {
  const names = [
    'SECRET_DB',
    'secretKey',
    'Input_A',
    'ENDPOINT_URL',
    'securefile_x',
    'PATH_TO_KEY',
    'path',
    'VSTS_X',
    'azp_y',
    'DECODE_PERCENTS',
    'release_X',
    'TF_BUILD',
    'Task_X',
    'environment_X',
    'command_Correlation_ID',
    'DISABLE_X',
    'DistributedTask_X',
    'use_git_X',
    'ENABLE_X',
    'EnableIncompatibleBuildArtifactsPathResolution',
    'send_X',
    'TEE_X',
    'pipeline_Artifact_X',
    'OVERRIDE_X',
    'allow_Tfvc_X',
    'FIX_POSSIBLE_X',
    'worker_DiagLogPath',
    'STORE_AGENT_KEY_IN_CSP_CONTAINER',
    'rosetta2_Warning',
    'RSAKEYGETCONFIGFROMFF',
  ];
  test.each([...names, 'AGENT_NAME', 'system_x', 'BUILD_ID', 'NODE_OPTIONS'])(
    'is rejected: %s',
    async (name) => {
      const { main, asked } = await run({
        secrets: `postgres/PASSWORD > ${name}`,
        credentials: '94 > env:DEPLOY',
      });
      expect([main.code, main.result, asked]).toEqual([0, 'Failed', 0]);
      expect(main.told).toContain('NAME_RESERVED');
      expect(main.told).toMatch(/postgres\/PASSWORD > (MY_|output:)/);
      expect(main.told).toMatch(
        isLost(name)
          ? /reserves names that begin with "[a-z]+"\./
          : /controls the agent or later tasks|changes how programs of the job run/,
      );
    },
  );

  test('is accepted if it only looks like one', async () => {
    const names = ['TF_BUILD_KEY', 'ENVIRONMENT', 'TASKS', 'RELEASED', 'MY_ENABLE_X', 'GIT_TOKEN'];
    const { main, job } = await run({ secrets: `postgres/PASSWORD > ${names.join(', ')}` });
    expect(main.result, main.told).toBe('Succeeded');
    expect(names.filter((name) => job.agent.value(name) === undefined)).toEqual([]);
  });

  test('is rejected for env: and path: too, all at once, each reported once', async () => {
    const { main } = await run({
      secrets: 'postgres/PASSWORD > env:SECRET_A\npostgres/USERNAME > path:INPUT_B, PATH_C',
    });
    expect(main.told.match(/NAME_RESERVED/g)?.length).toBe(3);
  });

  test('is rejected if a field of the vault would set it', async () => {
    const vault = await vaultWith({ SECRET_A: 'value-of-a', B: 'value-of-b' });
    const { main, job } = await run({ secrets: 'postgres/* > *' }, vault);
    expect([main.result, job.agent.variables.size]).toEqual(['Failed', 0]);
    expect(main.told).toContain('postgres/SECRET_A > MY_SECRET_A');
  });

  test('is accepted as an output, which carries the name of the step', async () => {
    const { main, job } = await run({ secrets: 'postgres/PASSWORD > output:SECRET_DB' });
    expect(main.result, main.told).toBe('Succeeded');
    expect(job.agent.value('segura.SECRET_DB')).not.toBeUndefined();
  });

  test('stands under one of its own there', async () => {
    const { main } = await run({ secrets: 'postgres/PASSWORD > output:TASK_X, output:MY_TASK_X' });
    expect(main.told).toContain('\n  MY_MY_TASK_X: $(segura.TASK_X)\n  MY_TASK_X: $(segura.MY_TASK_X)');
  });

  test.each(['PATH', 'SECRET_DB', 'TASK_X'])('gets another name in the block to copy: %s', async (name) => {
    const { main } = await run({ secrets: `postgres/PASSWORD > output:${name}, output:DB` });
    expect(main.told).toContain(`\n  MY_${name}: $(segura.${name})\n  DB: $(segura.DB)`);
  });
});

describe('the variable that clientSecret comes from', () => {
  /** A job whose pipeline says `clientSecret: $(API_SECRET)`. */
  async function runFrom(wanted: Record<string, string>, connection = false) {
    const vault = await vaultWith({ API_SECRET: 'something-else-entirely', B: 'value-of-b' });
    const job = new AzureJob();
    onTestFinished(async () => {
      job.close();
      await vault.close();
    });
    const { clientSecret } = vault.clients.ci;
    const variable = { name: 'API_SECRET', value: clientSecret, isSecret: true, isReadOnly: false };
    job.agent.variables.set('api_secret', variable);
    const inputs = (): Record<string, string> =>
      connection
        ? wanted
        : { ...azureInputsFor(vault, wanted), clientSecret: job.agent.inText('$(API_SECRET)') };
    const options = connection ? { connection: connectionTo(vault) } : {};
    const main = await job.main(inputs(), options);
    const post = await job.post(inputs(), options);
    return { vault, main, post };
  }

  test.each(['postgres/* > *', 'postgres/B > api_secret'])('is not overwritten: %s', async (secrets) => {
    const { vault, main, post } = await runFrom({ secrets, credentials: '96 > env:DEPLOY' });
    expect(main.result).toBe('Failed');
    expect(main.told).toMatch(/NAME_RESERVED: .*, which holds the secret of input "clientSecret"/);
    expect(main.told).toMatch(/> MY_(API_SECRET|api_secret)/);
    expect([post.result, vault.custodies()], post.told).toEqual(['Succeeded', []]);
  });

  test.each(['postgres/* > *', 'postgres/B > api_secret'])(
    'is one like all others with a service connection: %s',
    async (secrets) => {
      const { vault, main, post } = await runFrom({ secrets, credentials: '96 > env:DEPLOY' }, true);
      expect([main.result, post.result], main.told + post.told).toEqual(['Succeeded', 'Succeeded']);
      expect(vault.custodies()).toEqual([]);
    },
  );
});

describe('a line that the task offers, in place of the bad one', () => {
  test.each([
    'postgres/PASSWORD > SECRET_DB',
    'postgres/PASSWORD > PATH',
    'postgres/PASSWORD > TASK_X',
    'postgres/PASSWORD > secret.db',
    'postgres/PASSWORD > "db pw"',
    'postgres/PASSWORD > "1db"',
    'postgers/PASSWORD > db.password',
    'postgres/PASSWORD => db.password',
  ])('is accepted: %s', async (line) => {
    const { main } = await run({ secrets: line });
    expect(main.result).toBe('Failed');
    const lines = linesIn(main.told);
    expect(lines.length, main.told).toBeGreaterThan(0);
    for (const mended of lines) {
      const again = await run({ secrets: mended });
      expect(again.main.result, `${mended}: ${again.main.told}`).toBe('Succeeded');
    }
  });

  test('sets a name that no other line sets', async () => {
    const { main } = await run({ secrets: 'postgres/PASSWORD > SECRET_A\npostgres/USERNAME > MY_SECRET_A' });
    expect(main.told).toContain('postgres/PASSWORD > MY_SECRET_A_2');
  });
});

describe('a name with dots and hyphens', () => {
  test('becomes a variable unchanged, and gets another name for scripts', async () => {
    const secrets = [
      'postgres/PASSWORD > db.password, output:db-password',
      'postgres/USERNAME > env:db-user.name, db_password_2',
    ].join('\n');
    const { main, job } = await run({ secrets });
    expect(main.result, main.told).toBe('Succeeded');
    const names = ['db.password', 'segura.db-password', 'db-user.name', 'db_password_2'];
    expect(names.filter((name) => job.agent.value(name) === undefined)).toEqual([]);
    expect(main.told).toContain('db.password: ready, from postgres/PASSWORD, as secret variable');
    expect(main.told).toContain('\n  db_password: $(db.password)\n  db_user_name: $(db-user.name)\n');
    expect(main.told).toContain('\n  db_password: $(segura.db-password)');
  });

  test('works before the labels of a wildcard, and as the path of a file', async () => {
    const { main, job } = await run({ secrets: 'postgres/* > path:db.*' });
    expect(main.result, main.told).toBe('Succeeded');
    expect(job.agent.value('db.PASSWORD')).toMatch(/[/\\]db\.PASSWORD$/);
  });

  test.each(['db.', '.db', '-db', 'db pw', '1db', 'a/b'])(
    'is rejected if it is invalid: %s',
    async (name) => {
      const { main, asked } = await run({ secrets: `postgres/PASSWORD > "${name}"` });
      expect([main.result, asked]).toEqual(['Failed', 0]);
      expect(main.told).toContain('NAME_INVALID');
    },
  );

  test.each(['node.options', 'Ld.Preload', 'agent.x', 'secret.x', 'system.debug'])(
    'is rejected if the agent turns it into a reserved name: %s',
    async (name) => {
      const { main, asked } = await run({ secrets: `postgres/PASSWORD > ${name}` });
      expect([main.result, asked]).toEqual(['Failed', 0]);
      expect(main.told).toContain('NAME_RESERVED');
    },
  );

  test('collides with the name that has an underscore for each dot', async () => {
    const { main, asked } = await run({ secrets: 'postgres/PASSWORD > db.x\npostgres/USERNAME > DB_X' });
    expect([main.result, asked]).toEqual(['Failed', 0]);
    expect(main.told).toContain('differ only in case and dots, which is ignored');
  });

  test('gets another name for scripts if only its hyphen distinguishes it', async () => {
    const { main } = await run({ secrets: 'postgres/PASSWORD > a-b\npostgres/USERNAME > a_b' });
    expect(main.result, main.told).toBe('Succeeded');
    expect(main.told).toContain('\n  MY_a_b: $(a-b)\n  a_b: $(a_b)');
  });
});

test('text of the vault is never a command, whatever its secrets are called', async () => {
  const vault = await startAzureVault();
  const secret = vault.data.secrets.find(({ identity }) => identity === 'postgres');
  if (secret === undefined) throw new Error('the sample has no secret postgres');
  secret.identity = '##vso[task.setvariable variable=EVIL]1';
  secret.data = [{ '##vso[task.complete result=Failed]x': 'value-of-x' }];
  vault.data.secrets = [secret];
  const { main, job } = await run({ secrets: '* > ALL_*' }, vault);
  expect(main.result, main.told).toBe('Succeeded');
  expect(main.told).toContain('# #vso[task.setvariable variable=EVIL]1');
  expect(job.agent.value('EVIL')).toBeUndefined();
  expect(job.agent.forbidden).toEqual([]);
  expect(main.stdout.split('\n').filter((line) => line.lastIndexOf('##vso[') > 0)).toEqual([]);
});
