import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { startVault } from './vault/index.js';

describe('a job', () => {
  test('gets exactly what it requests, logs only names, and releases custody when it ends', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const inputs = inputsFor(vault, {
      application: 'billing',
      system: 'payments',
      environment: 'production',
      secrets: `
        postgres/PASSWORD   > DB_PASSWORD
        db/prod/user        > DB_USER         # identity "db/prod", field "user"
        stripe/*            > STRIPE_*
      `,
      credentials: `
        94                  > DEPLOY_PASSWORD # custody is taken now
        94/username         > env:DEPLOY_USER, output:deploy-user
        root@web-01/password > file:pw, path:ROOT_FILE
      `,
    });
    const main = await job.main(inputs);
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(Object.fromEntries(main.outputs)).toEqual({
      DB_PASSWORD: vault.value('postgres', 'PASSWORD'),
      DB_USER: vault.value('db/prod', 'user'),
      STRIPE_STRIPE_SECRET_KEY: vault.value('stripe', 'STRIPE_SECRET_KEY'),
      STRIPE_STRIPE_WEBHOOK_SECRET: vault.value('stripe', 'STRIPE_WEBHOOK_SECRET'),
      STRIPE_STRIPE_RESTRICTED_KEY: vault.value('stripe', 'STRIPE_RESTRICTED_KEY'),
      DEPLOY_PASSWORD: vault.password(94),
      'deploy-user': 'deploy',
      ROOT_FILE: expect.stringContaining(job.temp),
    });
    expect(Object.fromEntries(main.env)).toEqual({ DEPLOY_USER: 'deploy' });
    expect(readFileSync(join(job.workspace, 'pw'), 'utf8')).toBe(vault.password(95));
    expect(main.log).toContain('DB_PASSWORD: ready, from postgres/PASSWORD, as output; version 2');
    expect(main.log).toContain(
      'DEPLOY_PASSWORD: ready, from 94/password, as output; custody until the job ends',
    );
    expect(main.summary).toContain('| DB_PASSWORD | postgres/PASSWORD | output | 2 |  |  |');
    expect(main.masks).not.toContain('deploy');
    expect(vault.custodies().length).toBe(2);

    const post = await job.post(inputs);
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(vault.custodies()).toEqual([]);
    expect(job.leftBehind().filter(({ path }) => /pw$|ROOT_FILE$/.test(path))).toEqual([]);
    job.close();
    await vault.close();
  });

  test('writes no summary when the input "summary" is false', async () => {
    const vault = await startVault();
    const job = new Job();
    const main = await job.main(inputsFor(vault, { secrets: 'stripe/*', summary: 'false' }));
    expect([main.code, main.summary]).toEqual([0, '']);
    job.close();
    await vault.close();
  });

  test('masks user names too when metadata is to be masked, and names values too short to mask', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const wanted = { credentials: '94/* > D_*', 'mask-metadata': 'true', 'min-mask-length': '3' };
    const main = await job.main(inputsFor(vault, wanted));
    expect(main.masks).toContain('deploy');
    expect(main.log).toMatch(
      /::warning::The value of 94\/port is shorter than 3 characters and is not masked/,
    );
    await job.post(inputsFor(vault, {}));
    job.close();
    await vault.close();
  });
});

describe('a problem', () => {
  test('with the inputs is reported all at once, before the vault is asked for anything', async () => {
    const vault = await startVault();
    const job = new Job();
    const main = await job.main({
      ...inputsFor(vault, {
        secrets: 'a b > X\npostgres/A > 1X\nc/d > Y\ne/f > y\nx/y > env:PATH',
        credentials: '94',
      }),
      'client-secret': '',
      timeout: 'soon',
      'tls-verify': 'maybe',
      system: 'only',
      'dsm-endpoint': 'other',
    });
    expect(main.code).toBe(1);
    const codes = [...main.log.matchAll(/^::error title=(\w+)::/gm)].map(([, code]) => code);
    expect(codes.sort()).toEqual(
      [
        'INPUT_INVALID',
        'INPUT_INVALID',
        'INPUT_INVALID',
        'INPUT_INVALID',
        'INPUT_MISSING',
        'NAME_COLLISION',
        'NAME_INVALID',
        'NAME_RESERVED',
        'REQUEST_INVALID',
        'REQUEST_INVALID',
      ].sort(),
    );
    expect(vault.journal.requests).toEqual([]);
    job.close();
    await vault.close();
  });

  test("with the vault's answers is reported all at once, before anything is written, and custody is released", async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const main = await job.main(
      inputsFor(vault, {
        secrets: 'nothing/A > A\npostgres/Password > B\naws/TTL > C\npostgres/PASSWORD > OK, file:ok',
        credentials: '94 > D\n4711 > E\n98 > F\n96/nope > G',
      }),
    );
    const codes = [...main.log.matchAll(/^::error title=(\w+)::/gm)].map(([, code]) => code);
    expect(codes.sort()).toEqual(
      [
        'CREDENTIAL_INACTIVE',
        'CREDENTIAL_NOT_FOUND',
        'FIELD_NOT_FOUND',
        'FIELD_NOT_FOUND',
        'FIELD_NULL',
        'SECRET_NOT_FOUND',
      ].sort(),
    );
    expect(main.log).toContain('Did you mean postgres/PASSWORD > B?');
    expect([main.outputs.size, main.env.size]).toEqual([0, 0]);
    expect(job.leftBehind().some(({ path }) => path.endsWith('ok'))).toBe(false);
    expect([...vault.everTaken()].sort()).toEqual(['94', '96']);
    expect(vault.custodies()).toEqual([]);
    expect(main.log).toContain('released custody of 94 after');
    job.close();
    await vault.close();
  });

  test('with a wildcard whose names collide is fixed by the lines in the remedy', async () => {
    const vault = await startVault();
    const job = new Job();
    const met = await job.main(inputsFor(vault, { secrets: '*' }));
    expect(met.outputs.size).toBe(0);
    const remedy = /Instead of the "\*", write each one: (.+) and (.+)$/m.exec(met.log);
    expect(remedy?.slice(1)).toEqual(['postgres/* > postgres_*', 'db/prod/* > db_prod_*']);
    const fixed = await job.main(inputsFor(vault, { secrets: remedy?.slice(1).join('\n') ?? '' }));
    expect([...fixed.outputs.keys()].sort()).toEqual([
      'db_prod_password',
      'db_prod_user',
      'postgres_PASSWORD',
      'postgres_USERNAME',
    ]);
    job.close();
    await vault.close();
  });

  test('with an application that has no secrets is an error', async () => {
    const vault = await startVault();
    const job = new Job();
    const triple = { application: 'nope', system: 'payments', environment: 'production' };
    const main = await job.main(inputsFor(vault, { ...triple, secrets: '*' }));
    expect(main.code).toBe(1);
    expect(main.log).toContain(
      'title=SECRET_NOT_FOUND::Line 1 of "secrets": the vault has no secrets for this authorization.',
    );
    job.close();
    await vault.close();
  });

  test('on a pull request from a fork names the fork as the cause', async () => {
    const job = new Job();
    const event = join(job.folder, 'event.json');
    const repo = (name: string) => ({ repo: { full_name: name } });
    writeFileSync(event, JSON.stringify({ pull_request: { head: repo('them/it'), base: repo('us/it') } }));
    const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: event };
    const main = await job.main(
      { url: 'https://vault.example.com', 'client-id': 'x', secrets: '*' },
      { env },
    );
    expect(main.code).toBe(1);
    expect(main.log).toContain('::error title=FORK_WITHOUT_SECRETS::');
    expect(main.log).toContain('them/it');
    job.close();
  });

  test('with a runner that would print values stops the step', async () => {
    const vault = await startVault();
    const job = new Job();
    const main = await job.main(inputsFor(vault, { secrets: '*' }), {
      env: { GITHUB_OUTPUT: '', GITHUB_STATE: '' },
    });
    expect(main.log).toContain(
      '::error title=PLATFORM_UNSUPPORTED::The runner does not set GITHUB_OUTPUT, GITHUB_STATE',
    );
    expect(vault.journal.requests).toEqual([]);
    job.close();
    await vault.close();
  });
});

describe('the environment', () => {
  test('provides an empty url, client id and client secret', async () => {
    const vault = await startVault();
    const job = new Job();
    const { clientId, clientSecret } = vault.clients.ci;
    const env = {
      SENHASEGURA_URL: vault.url,
      SENHASEGURA_CLIENT_ID: clientId,
      SENHASEGURA_CLIENT_SECRET: `${clientSecret}\n`,
    };
    const main = await job.main({ 'ca-certificate': vault.caCertificate, secrets: 'stripe/*' }, { env });
    expect(main.code, main.log).toBe(0);
    expect(main.masks).toContain(clientSecret);
    job.close();
    await vault.close();
  });
});
