import { Job, type StepResult } from '../support/runner.js';
import { filesWith } from '../support/secret-files.js';
import { logLine } from '../vault/demo-text.js';
import { startVault, type Vault } from '../vault/index.js';
import { demonstrateAzure } from './azure.js';
import { conclude } from './closing.js';
import { demonstrateGitLab } from './gitlab.js';
import { ordinal, Paper, readableLog, summaryRows } from './paper.js';
import { REQUESTS } from './requests.js';

const DEMONSTRATIONS = new Map([
  ['', demonstrateAction],
  ['--gitlab', demonstrateGitLab],
  ['--azure', demonstrateAzure],
]);

const words = process.argv.slice(2);
const chosen = DEMONSTRATIONS.get(words.join(' '));
if (chosen === undefined) refuse(words);
else await chosen();

function refuse(unknown: readonly string[]): void {
  console.error(`Unknown demo "${unknown.join(' ')}". Run one of these:
  npm run demo              the GitHub Action
  npm run demo -- --gitlab  the GitLab component
  npm run demo -- --azure   the Azure DevOps task`);
  process.exitCode = 2;
}

async function demonstrateAction(): Promise<void> {
  const isPlain = !process.stdout.isTTY || (process.env['NO_COLOR'] ?? '') !== '';
  const paper = new Paper((line) => console.log(line), isPlain);
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  try {
    await demonstrate(vault, job, paper);
  } finally {
    job.close();
    await vault.close();
  }
}

/** A job from its first step to its last, against a vault on this machine; the exit code tells whether it went well. */
async function demonstrate(vault: Vault, job: Job, paper: Paper): Promise<void> {
  const journal: string[] = [];
  vault.journal.subscribe((entry) => journal.push(logLine(entry, vault.data)));
  const inputs = {
    url: vault.url,
    'client-id': vault.clients.ci.clientId,
    'client-secret': vault.clients.ci.clientSecret,
    'ca-certificate': vault.caCertificate,
    ...REQUESTS,
  };
  paper.line(`A vault with sample data runs at ${vault.url}. A job requests:`);
  paper.lines(`${REQUESTS.secrets}\n${REQUESTS.credentials}`.split('\n'));

  const main = await job.main(inputs);
  showStep(paper, 'The step runs: its log', main);
  paper.heading('What later steps get');
  paper.table([...main.outputs].map(([name, value]) => [name, hidden(value, main.masks)]));
  paper.heading('The job summary');
  paper.table(summaryRows(main.summary));
  paper.heading('While the job runs');
  const secretFiles = (): number => filesWith(vault.secretValues(), job.leftBehind()).length;
  paper.line(`  credentials in custody: ${vault.custodies().length}, files with secrets: ${secretFiles()}`);

  const post = await job.post(inputs);
  await vault.settled();
  showStep(paper, 'The job ends: the post step', post);
  paper.heading('The journal of the vault');
  paper.lines(journal);
  const left = { what: 'files with secrets left', count: secretFiles() };
  conclude(paper, vault, left, main.code === 0 && post.code === 0);
}

function showStep(paper: Paper, title: string, { log, stderr, code }: StepResult): void {
  paper.heading(title);
  paper.lines([
    ...readableLog(log),
    ...stderr.split('\n').filter((line) => line !== ''),
    `exit code ${code}`,
  ]);
}

function hidden(value: string, masks: readonly string[]): string {
  const at = masks.indexOf(value);
  return at === -1 ? '(not a secret: not masked)' : `(masked by the ${ordinal(at + 1)} mask)`;
}
