import { missingPrograms, Project } from '../gitlab/pipeline.js';
import { logLine } from '../vault/demo-text.js';
import { startVault, type Vault } from '../vault/index.js';
import { conclude } from './closing.js';
import { Paper } from './paper.js';

const PIPELINE = `include:
  - component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/segura-secrets@$CI_COMMIT_SHA
    inputs:
      secrets: |
        postgres/PASSWORD > DB_PASSWORD
        tls/TLS_KEY       > path:TLS_KEY_FILE
      credentials: |
        94                > DEPLOY_PASSWORD
        94/username       > DEPLOY_USER

# The whole script gets the values.
migrate:
  stage: test
  extends: .segura-secrets
  before_script:
    - echo "this line is mine"
    - !reference [.segura-secrets, before_script]
  script:
    - test -n "$DB_PASSWORD" && test -s "$TLS_KEY_FILE" && echo "the values are there"
    - echo "and now the job fails" && false
  allow_failure: true

# Only one command gets the values, and its output is redacted.
deploy:
  stage: deploy
  extends: .segura-secrets-exec
  script:
    - segura-secrets exec -- sh -ec 'echo "login as $DEPLOY_USER with $DEPLOY_PASSWORD"; cat "$TLS_KEY_FILE"'
    - segura-secrets exec -- sh -ec 'printf %s "$DB_PASSWORD" | base64'
`;

/** A pipeline of the component in gitlab-ci-local, against a vault on this machine; the exit code tells whether it went well. */
export async function demonstrateGitLab(): Promise<void> {
  if (missingPrograms.length > 0) {
    console.error(
      `Install ${missingPrograms.join(' and ')} first. gitlab-ci-local runs the pipeline of this demo, and needs it.`,
    );
    process.exitCode = 1;
    return;
  }
  const isPlain = !process.stdout.isTTY || (process.env['NO_COLOR'] ?? '') !== '';
  const paper = new Paper((line) => console.log(line), isPlain);
  const vault = await startVault({ dialect: 'api' });
  const project = new Project(vault);
  try {
    await demonstrate(vault, project, paper);
  } finally {
    project.close();
    await vault.close();
  }
}

async function demonstrate(vault: Vault, project: Project, paper: Paper): Promise<void> {
  const journal: string[] = [];
  vault.journal.subscribe((entry) => journal.push(logLine(entry, vault.data)));
  paper.line(`A vault with sample data runs at ${vault.url}. A GitLab project has this pipeline:`);
  paper.heading('.gitlab-ci.yml');
  paper.lines(PIPELINE.trimEnd().split('\n'));

  const { code, log } = await project.run(PIPELINE);
  await vault.settled();
  paper.heading('The jobs run in gitlab-ci-local: their log');
  paper.lines([...log.split('\n').filter((line) => line.trim() !== ''), `exit code ${code}`]);
  paper.heading('The journal of the vault');
  paper.lines(journal);
  const left = { what: 'files left beside the checkout', count: project.leftBehind().length };
  conclude(paper, vault, left, code === 0);
}
