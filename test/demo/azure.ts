import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';
import { AzureJob } from '../support/azure-job.js';
import { startAzureVault } from '../support/azure-vault.js';
import { filesWith } from '../support/secret-files.js';
import { logLine } from '../vault/demo-text.js';
import type { Vault } from '../vault/index.js';
import { conclude } from './closing.js';
import { Paper } from './paper.js';

const PIPELINE = `steps:
  - task: SeguraSecrets@1
    name: segura
    inputs:
      seguraConnection: my-vault
      application: billing
      system: payments
      environment: production
      secrets: |
        postgres/PASSWORD > DB_PASSWORD
        stripe/*          > output:*
        tls/TLS_KEY       > path:TLS_KEY_FILE
      credentials: |
        94                   > DEPLOY_PASSWORD
        94/username          > DEPLOY_USER
        root@web-01/password > file:root-password
  - script: node -p "'login as ' + process.env.DEPLOY_USER + ' with ' + process.env.DEPLOY_PASSWORD"
    env:
      DEPLOY_USER: $(DEPLOY_USER)
      DEPLOY_PASSWORD: $(DEPLOY_PASSWORD)
  - script: node -p "fs.readFileSync(process.env.TLS_KEY_FILE, 'utf8')"
    env: { TLS_KEY_FILE: $(TLS_KEY_FILE) }
`;

interface Script {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The steps of a pipeline as an agent runs them, against a vault on this machine; the exit code tells whether it went well. */
export async function demonstrateAzure(): Promise<void> {
  const isPlain = !process.stdout.isTTY || (process.env['NO_COLOR'] ?? '') !== '';
  const paper = new Paper((line) => console.log(line), isPlain);
  const vault = await startAzureVault();
  const job = new AzureJob();
  try {
    await demonstrate(vault, job, paper);
  } finally {
    job.close();
    await vault.close();
  }
}

async function demonstrate(vault: Vault, job: AzureJob, paper: Paper): Promise<void> {
  const journal: string[] = [];
  vault.journal.subscribe((entry) => journal.push(logLine(entry, vault.data)));
  const { inputs, connection, scripts } = readPipeline(vault);
  paper.line(`A vault with sample data runs at ${vault.url}. The service connection my-vault points to it.`);
  paper.heading('azure-pipelines.yml');
  paper.lines(PIPELINE.trimEnd().split('\n'));

  const main = await job.main(inputs, { connection });
  showStep(paper, 'The task runs: its log', [...main.told.split('\n'), ended(main)]);
  paper.heading('What later steps get');
  paper.table([...job.agent.variables.values()].map(({ name, isSecret }) => [name, hidden(isSecret)]));
  const codes = scripts.map((script) => runScript(paper, job, script));
  paper.heading('While the job runs');
  const secretFiles = (): number => filesWith(vault.secretValues(), job.files()).length;
  paper.line(`  credentials in custody: ${vault.custodies().length}, files with secrets: ${secretFiles()}`);

  const post = await job.post(inputs, { connection });
  await vault.settled();
  showStep(paper, 'The job ends: the post-job step', [...post.told.split('\n'), ended(post)]);
  paper.heading('The journal of the vault');
  paper.lines(journal);
  const isSuccess = [main, post].every(({ code, result }) => code === 0 && result === 'Succeeded');
  const left = { what: 'files with secrets left', count: secretFiles() };
  conclude(paper, vault, left, isSuccess && codes.every((code) => code === 0));
}

/** What the pipeline shown says, so that it is what runs. */
function readPipeline(vault: Vault) {
  const { steps } = parse(PIPELINE) as { steps: [{ inputs: Record<string, string> }, ...Script[]] };
  const [{ inputs }, ...scripts] = steps;
  const { clientId, clientSecret } = vault.clients.ci;
  const { url, caCertificate } = vault;
  const connection = { id: 'my-vault', url, username: clientId, password: clientSecret, caCertificate };
  return { inputs, connection, scripts };
}

/** Its exit code. The agent puts the variables into what the step's env says, and masks what the script prints. */
function runScript(paper: Paper, { agent, workspace }: AzureJob, { script, env }: Script): number | null {
  const mapped = Object.entries(env).map(([name, text]) => [
    name,
    text.replaceAll(/\$\(([^)]+)\)/g, (macro, variable: string) => agent.value(variable) ?? macro),
  ]);
  const { status, stdout, stderr } = spawnSync(script, {
    shell: true,
    cwd: workspace,
    env: { ...process.env, ...Object.fromEntries(mapped) },
    encoding: 'utf8',
  });
  const logged = agent.log.length;
  for (const line of `${stdout}${stderr}`.split(/\r?\n/)) agent.read(line);
  showStep(
    paper,
    `A script prints what it got from ${Object.keys(env).join(' and ')}`,
    agent.log.slice(logged),
  );
  return status;
}

function ended({ result, code }: { readonly result: string; readonly code: number | null }): string {
  return `${result}, exit code ${code}`;
}

function showStep(paper: Paper, title: string, log: readonly string[]): void {
  paper.heading(title);
  paper.lines(log.filter((line) => line.trim() !== ''));
}

function hidden(isSecret: boolean): string {
  return isSecret ? '(secret variable: masked)' : '(not a secret: not masked)';
}
