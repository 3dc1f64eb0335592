import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { variablesOf } from '../support/command-ways.js';
import { GITLAB_ISSUER, gitlabClaims } from '../support/identity-claims.js';
import { type OpenWay, openWay, WAYS, type Way, type Workload } from '../support/ways.js';
import { componentInclude, LOCAL_INCLUDE, lacksPipelines, Project } from './pipeline.js';

/**
 * gitlab-ci-local reads `id_tokens:` and issues no token. So the variable that GitLab makes of it is one of the project here.
 * Source: docs.gitlab.com/ci/secrets/id_token_authentication.
 */
const ID_TOKENS = { id_tokens: { SEGURA_ID_TOKEN: { aud: '$SENHASEGURA_URL' } } };
const GITLAB: Workload = {
  issuerUrl: GITLAB_ISSUER,
  subject: 'project_path:acme/billing:ref_type:branch:ref:main',
  audience: (vault) => new URL(vault.url).origin,
  claims: gitlabClaims,
};
const REQUESTS = { secrets: 'postgres/PASSWORD > DB_PASSWORD', credentials: '94 > DEPLOY_PASSWORD' };
const VARIABLES = variablesOf(REQUESTS);
/** A secret that is a file in the settings of a project: it has several lines. */
const FILES = ['ca-certificate', 'client-certificate', 'client-key', 'decryption-key'];

interface Opened extends OpenWay {
  readonly project: Project;
  readonly idToken: string;
}

async function opened(way: Way, left: readonly string[] = []): Promise<Opened> {
  const open = await openWay(way, {}, undefined, GITLAB);
  const project = new Project(open.vault);
  onTestFinished(async () => {
    project.close();
    await open.close();
  });
  for (const name of ['CLIENT_ID', 'CLIENT_SECRET']) project.unset(`SENHASEGURA_${name}`);
  for (const [name, value] of Object.entries(open.inputs)) {
    const [variable = ''] = Object.keys(variablesOf({ [name]: value }));
    if (left.includes(name)) project.unset(variable);
    else if (FILES.includes(name)) project.setFile(variable, value);
    else project.set(variable, value);
  }
  const idToken = await open.identityToken();
  if (idToken !== '') project.set('SEGURA_ID_TOKEN', idToken);
  return { ...open, project, idToken };
}

describe.skipIf(lacksPipelines)('in gitlab-ci-local,', () => {
  test.each(WAYS)(
    'a job that logs in by %s gets its values, and after_script releases custody',
    async (way) => {
      const { vault, project, hidden, idToken } = await opened(way);
      const script = ['test -n "$DB_PASSWORD" && test -n "$DEPLOY_PASSWORD"'];
      const job = { extends: '.segura-secrets', ...ID_TOKENS, variables: VARIABLES, script };
      const { code, log } = await project.run(stringify({ include: LOCAL_INCLUDE, deploy: job }));
      expect({ code, log }).toMatchObject({ code: 0 });
      await vault.settled();
      expect([vault.everTaken(), vault.custodies()], log).toEqual([['94'], []]);
      expect(project.leftBehind()).toEqual([]);
      expect([...hidden(), idToken].filter((secret) => secret !== '' && log.includes(secret))).toEqual([]);
    },
  );

  test('the component logs in with an identity token by its inputs, and the command does not get it', async () => {
    const names = ['url', 'client-id', 'auth-method', 'oidc-exchange'];
    const { vault, project, inputs, idToken } = await opened('oidc jwt-bearer', names);
    const given = Object.fromEntries(names.map((name) => [name, inputs[name]]));
    const include = componentInclude({
      ...REQUESTS,
      ...given,
      command: 'env | sort; test -z "$${SEGURA_ID_TOKEN-}"',
    });
    const deploy = { extends: '.segura-secrets-exec', ...ID_TOKENS };
    const { code, log } = await project.run(stringify({ include, deploy }));
    expect({ code, log }).toMatchObject({ code: 0 });
    await vault.settled();
    expect([vault.everTaken(), vault.custodies()], log).toEqual([['94'], []]);
    expect(log).toContain('DB_PASSWORD=***');
    expect([log.includes(idToken), project.leftBehind()]).toEqual([false, []]);
  });

  test('the component releases in after_script with the login of its inputs', async () => {
    const names = ['url', 'client-id', 'auth-method', 'oidc-exchange'];
    const { vault, project, inputs } = await opened('oidc client-assertion', names);
    const include = componentInclude({
      ...REQUESTS,
      ...Object.fromEntries(names.map((name) => [name, inputs[name]])),
    });
    const deploy = { extends: '.segura-secrets', ...ID_TOKENS, script: ['test -n "$DB_PASSWORD"'] };
    const { code, log } = await project.run(stringify({ include, deploy }));
    expect({ code, log }).toMatchObject({ code: 0 });
    await vault.settled();
    expect([vault.everTaken(), vault.custodies(), project.leftBehind()], log).toEqual([['94'], [], []]);
  });

  test('a job without any login reports what is missing', async () => {
    const { project } = await opened('client-secret', ['client-secret']);
    const job = { extends: '.segura-secrets', variables: VARIABLES, script: ['true'] };
    const { code, log } = await project.run(stringify({ include: LOCAL_INCLUDE, deploy: job }));
    expect(code).toBe(1);
    expect(log).toContain('SENHASEGURA_CLIENT_SECRET is empty');
  });

  test('a job without id_tokens reports what to write', async () => {
    const { vault, project } = await opened('oidc client-assertion');
    project.unset('SEGURA_ID_TOKEN');
    // As on GitLab; gitlab-ci-local says false.
    project.set('GITLAB_CI', 'true');
    const job = { extends: '.segura-secrets', variables: VARIABLES, script: ['true'] };
    const { code, log } = await project.run(stringify({ include: LOCAL_INCLUDE, deploy: job }));
    expect([code, vault.everTaken()]).toEqual([1, []]);
    expect(log).toContain('id_tokens: { SEGURA_ID_TOKEN: { aud:');
  });
});
