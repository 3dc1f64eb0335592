import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { addDynamic, held } from '../support/dynamic.js';
import type { Vault } from '../vault/index.js';
import { openVault } from '../vault/vault-fixture.js';
import { TOOL } from './files.js';
import { componentInclude, LOCAL_INCLUDE, lacksPipelines, Project } from './pipeline.js';
import { serveFile } from './stub.js';

const REQUESTS = {
  secrets: 'tls/TLS_KEY > TLS_KEY\npostgres/PASSWORD > DB_PASSWORD',
  credentials: '94 > DEPLOY_PASSWORD',
};
const VARIABLES = { SENHASEGURA_SECRETS: REQUESTS.secrets, SENHASEGURA_CREDENTIALS: REQUESTS.credentials };
/** Hashes of the values, as no value may stand in a log. */
const HASH =
  'for name in TLS_KEY DB_PASSWORD DEPLOY_PASSWORD; do printenv "$name" | head -c -1 | sha256sum | cut -c 1-64; done';

describe.skipIf(lacksPipelines)('in gitlab-ci-local,', () => {
  let vault: Vault;
  let project: Project;

  beforeEach(async () => {
    vault = await openVault();
    project = new Project(vault);
  });
  afterEach(() => project.close());

  const hashes = (): string[] =>
    [vault.value('tls', 'TLS_KEY') ?? '', vault.value('postgres', 'PASSWORD') ?? '', vault.password(94)].map(
      (value) => createHash('sha256').update(value).digest('hex'),
    );
  const expectAllReleased = async (): Promise<void> => {
    await vault.settled();
    expect(vault.everTaken()).toEqual(['94']);
    expect(vault.custodies()).toEqual([]);
    expect(project.leftBehind()).toEqual([]);
  };
  const expectNoSecretIn = (log: string): void => {
    expect(vault.secretValues().filter((secret) => log.includes(secret))).toEqual([]);
  };

  describe.each([
    ['the include', { include: LOCAL_INCLUDE }, VARIABLES],
    ['the component', { include: componentInclude(REQUESTS) }, {}],
  ])('%s', (_, head, variables) => {
    test('gives a job the values byte for byte, and releases custody when it passes', async () => {
      const { code, log } = await project.run(
        stringify({ ...head, deploy: { extends: '.segura-secrets', variables, script: [HASH] } }),
      );
      expect({ code, log }).toMatchObject({ code: 0 });
      expect([...log.matchAll(/\b[0-9a-f]{64}\b/g)].map(([hash]) => hash)).toEqual(hashes());
      expectNoSecretIn(log);
      await expectAllReleased();
    });

    test('releases custody when the job fails', async () => {
      const { code, log } = await project.run(
        stringify({ ...head, deploy: { extends: '.segura-secrets', variables, script: ['exit 3'] } }),
      );
      expect(code).toBe(1);
      expect(log).toContain('deploy');
      await expectAllReleased();
    });

    test('runs a command with the values in its environment, hidden in what it prints', async () => {
      const command = [
        'printenv DB_PASSWORD',
        'echo "$TLS_KEY" >&2',
        'printenv DEPLOY_PASSWORD | base64 -w 0',
        'env',
      ];
      const { code, log } = await project.run(
        stringify({
          ...head,
          deploy: {
            extends: '.segura-secrets-exec',
            variables: { ...variables, SEGURA_SECRETS_COMMAND: command.join('; ').replaceAll('$', '$$$$') },
          },
        }),
      );
      expect({ code, log }).toMatchObject({ code: 0 });
      expect(log).toContain('***');
      expect(log).toContain('DB_PASSWORD=***');
      expectNoSecretIn(log);
      expect(log).not.toContain('SENHASEGURA_CLIENT_SECRET');
      await expectAllReleased();
    });
  });

  test('a job with its own before_script and after_script keeps both by !reference', async () => {
    const { code, log } = await project.run(`
include: { local: '${LOCAL_INCLUDE.local}' }
deploy:
  extends: .segura-secrets
  variables: { SENHASEGURA_CREDENTIALS: '94 > DEPLOY_PASSWORD' }
  before_script:
    - echo mine comes first
    - !reference [.segura-secrets, before_script]
    - test -n "$DEPLOY_PASSWORD" && echo it is set
  script:
    - test -n "$DEPLOY_PASSWORD" && echo it is still set
  after_script:
    - echo mine ends
    - !reference [.segura-secrets, after_script]
`);
    expect({ code, log }).toMatchObject({ code: 0 });
    const said = ['mine comes first', 'it is set', 'it is still set', 'mine ends'].map((text) =>
      log.indexOf(`> ${text}`),
    );
    expect(said).not.toContain(-1);
    expect(said).toEqual([...said].sort((a, b) => a - b));
    await expectAllReleased();
  });

  test('values stand in a file and a file is made of a template for the script, or for one command', async () => {
    const files = [
      String.raw`printf 'database:\n  password: changeme\n' > app.yaml`,
      `echo 'password={{ "94" | credential }}' > app.conf.liquid`,
    ];
    const areThere = 'test -s app.conf && ! grep changeme app.yaml';
    const { code, log } = await project.run(
      stringify({
        include: componentInclude({
          inject: 'postgres/PASSWORD > app.yaml#/database/password',
          templates: 'app.conf.liquid > app.conf',
        }),
        '.files': { script: files },
        whole: {
          extends: '.segura-secrets',
          before_script: ['.files.script', '.segura-secrets.before_script'],
          script: [`${areThere} && echo both are there`],
        },
        one: {
          extends: '.segura-secrets-exec',
          script: [
            ...files,
            `segura-secrets exec -- sh -c '${areThere}'`,
            'test ! -e app.conf && grep -q changeme app.yaml && echo both are undone',
          ],
        },
      }).replaceAll(/- \.(\S+)\.(\w+)$/gm, '- !reference [.$1, $2]'),
    );
    expect({ code, log }).toMatchObject({ code: 0 });
    for (const text of ['> both are there', '> both are undone']) expect(log).toContain(text);
    expectNoSecretIn(log);
    await expectAllReleased();
  });

  test('a job with a script of its own runs commands by exec, each with custody of its own', async () => {
    const { code, log } = await project.run(
      stringify({
        include: componentInclude(REQUESTS),
        deploy: {
          extends: '.segura-secrets-exec',
          script: [
            'segura-secrets exec -- printenv DB_PASSWORD',
            'segura-secrets exec -- printenv DEPLOY_PASSWORD',
          ],
        },
      }),
    );
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log.match(/> \*\*\*/g)).toHaveLength(2);
    await expectAllReleased();
  });

  test('after_script releases what an exec left that was killed', async () => {
    const kill = 'segura-secrets exec -- sh -c \'kill -KILL "$PPID"\'';
    const { code, log } = await project.run(
      stringify({
        include: LOCAL_INCLUDE,
        deploy: { extends: '.segura-secrets-exec', variables: VARIABLES, script: [kill] },
      }),
    );
    expect(code).toBe(1);
    expectNoSecretIn(log);
    await expectAllReleased();
  });

  test.each([
    ['passes', 0, ''],
    ['fails', 1, 'exit 3'],
  ])(
    'a lease of a dynamic secret is there for a job and gone after it when the job %s',
    async (_, code, end) => {
      addDynamic(vault);
      // A user of its own, and a password that is no one else's before.
      const there =
        'test -n "$DB_PASSWORD" && printf "%s" "$DB_USER" | grep -q "^lease_" && echo the lease is there';
      const dynamic = 'app/db/USERNAME > DB_USER\napp/db/PASSWORD > DB_PASSWORD';
      const whole = { extends: '.segura-secrets', script: [there, ...(end === '' ? [] : [end])] };
      const one = {
        extends: '.segura-secrets-exec',
        script: [`segura-secrets exec -- sh -c '${there}; ${end || 'true'}'`],
      };
      const ran = await project.run(stringify({ include: componentInclude({ dynamic }), whole, one }));
      expect(ran).toMatchObject({ code });
      // At the end of a pipeline, the log of a job that failed is repeated without its name.
      for (const said of ['the lease is there', String.raw`.*ended the lease of app/db after \d+ s`]) {
        const jobs = [...ran.log.matchAll(new RegExp(`^(whole|one) +> ${said}`, 'gm'))].map(([, job]) => job);
        expect(jobs.sort(), ran.log).toEqual(['one', 'whole']);
      }
      await vault.settled();
      const passwords = vault.everLeased().map(({ password }) => password);
      expect([passwords.length, held(vault), project.leftBehind()]).toEqual([2, [], []]);
      expect(passwords.filter((password) => ran.log.includes(password))).toEqual([]);
    },
  );

  test('the fetch fails the job, with a secret that is not there', async () => {
    const { code, log } = await project.run(
      stringify({
        include: componentInclude({ secrets: 'nothing/PASSWORD > A' }),
        deploy: { extends: '.segura-secrets', script: ['echo the script runs'] },
      }),
    );
    expect(code).toBe(1);
    expect(log).toContain('SECRET_NOT_FOUND');
    expect(log).not.toContain('> the script runs');
    expect(project.leftBehind()).toEqual([]);
  });

  test('a job without the client secret reports why', async () => {
    project.unset('SENHASEGURA_CLIENT_SECRET');
    const { code, log } = await project.run(
      stringify({
        include: componentInclude(REQUESTS),
        deploy: { extends: '.segura-secrets', script: ['true'] },
      }),
    );
    expect(code).toBe(1);
    expect(log).toContain('Only protected branches and tags get a protected variable.');
  });

  test('an image without the tool downloads the bundle and runs it', async () => {
    project.forgetTool();
    const server = await serveFile(readFileSync(TOOL, 'utf8'));
    const sha256 = createHash('sha256').update(readFileSync(TOOL)).digest('hex');
    const { code, log } = await project
      .run(
        stringify({
          include: componentInclude({
            ...REQUESTS,
            'bundle-url': `${server.url}/segura-secrets.mjs`,
            sha256,
          }),
          deploy: { extends: '.segura-secrets', script: ['test -n "$DB_PASSWORD"'] },
        }),
      )
      .finally(() => server.close());
    expect({ code, log }).toMatchObject({ code: 0 });
    await expectAllReleased();
  });
});
