/** The claims of one identity token, without those of time and issuer. */
export type IdentityClaims = Readonly<Record<string, unknown>>;

/** `iss` of GitHub Actions. Source: docs.github.com, OpenID Connect reference. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** `iss` of gitlab.com. Source: docs.gitlab.com, id_tokens. */
export const GITLAB_ISSUER = 'https://gitlab.com';

/** `iss` of one organization of Azure DevOps. Source: sigstore/fulcio, issue 1803. */
export const AZURE_ISSUER = 'https://vstoken.dev.azure.com/7a5c2d0e-4f39-4f8c-9d6f-0d8e1b2a3c4d';

/**
 * As GitHub writes them. The default `sub` of a repository that was created, renamed or transferred since
 * 2026-07-15 holds the ids of owner and repository. Source: github/docs, pull request 45221.
 */
export function githubClaims(audience: string, changed: IdentityClaims = {}): IdentityClaims {
  return {
    aud: audience,
    sub: 'repo:acme@1234/billing@5678:ref:refs/heads/main',
    jti: crypto.randomUUID(),
    ref: 'refs/heads/main',
    sha: '6b7c2f1d0e9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c',
    repository: 'acme/billing',
    repository_owner: 'acme',
    repository_owner_id: '1234',
    repository_id: '5678',
    repository_visibility: 'private',
    run_id: '900100',
    run_number: '42',
    run_attempt: '1',
    actor: 'dev',
    actor_id: '99',
    workflow: 'deploy',
    workflow_ref: 'acme/billing/.github/workflows/deploy.yml@refs/heads/main',
    job_workflow_ref: 'acme/billing/.github/workflows/deploy.yml@refs/heads/main',
    head_ref: '',
    base_ref: '',
    event_name: 'push',
    ref_protected: 'true',
    ref_type: 'branch',
    runner_environment: 'github-hosted',
    ...changed,
  };
}

/** As GitLab writes them; ids are text. Source: docs.gitlab.com, id_token_authentication. */
export function gitlabClaims(audience: string | string[], changed: IdentityClaims = {}): IdentityClaims {
  return {
    aud: audience,
    sub: 'project_path:acme/billing:ref_type:branch:ref:main',
    jti: crypto.randomUUID(),
    namespace_id: '72',
    namespace_path: 'acme',
    project_id: '20',
    project_path: 'acme/billing',
    user_id: '1',
    user_login: 'dev',
    user_email: 'dev@acme.example',
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    project_visibility: 'private',
    ...changed,
  };
}

/** As Azure DevOps writes them: no one can choose the audience. Source: sigstore/fulcio, issue 1803. */
export function azureClaims(changed: IdentityClaims = {}): IdentityClaims {
  return {
    aud: 'api://AzureADTokenExchange',
    sub: 'p://acme/billing/deploy',
    org_id: '7a5c2d0e-4f39-4f8c-9d6f-0d8e1b2a3c4d',
    prj_id: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    def_id: '17',
    rpo_id: '11223344-5566-7788-99aa-bbccddeeff00',
    rpo_uri: 'https://dev.azure.com/acme/billing/_git/billing',
    rpo_ver: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    rpo_ref: 'refs/heads/main',
    run_id: '2201',
    ...changed,
  };
}
