import { Job, type StepResult } from '../support/runner.js';
import { filesWith } from '../support/secret-files.js';
import { type OpenWay, openWay } from '../support/ways.js';
import { logLine } from '../vault/demo-text.js';
import { conclude } from './closing.js';
import { Paper, readableLog, summaryRows } from './paper.js';
import { REQUESTS } from './requests.js';

/** A job of the action with a client secret. */
export function demonstrateAction(): Promise<void> {
  return demonstrateWay('client-secret', []);
}

/** A job of the action that has no secret stored: it logs in with the identity token of its job. */
export function demonstrateOidc(): Promise<void> {
  return demonstrateWay('oidc client-assertion', [
    'No client secret is stored, and the vault accepts none: the job logs in with an identity token.',
    'The token comes from a token service on loopback, in place of that of GitHub. The vault trusts its issuer.',
  ]);
}

async function demonstrateWay(
  way: 'client-secret' | 'oidc client-assertion',
  about: string[],
): Promise<void> {
  const isPlain = !process.stdout.isTTY || (process.env['NO_COLOR'] ?? '') !== '';
  const paper = new Paper((line) => console.log(line), isPlain);
  const open = await openWay(way);
  const job = new Job();
  try {
    await demonstrate(open, job, { paper, about });
  } finally {
    job.close();
    await open.close();
  }
}

interface Told {
  readonly paper: Paper;
  /** What is said before all else. */
  readonly about: readonly string[];
}

/** A job from its first step to its last, against a vault on this machine; the exit code tells whether it went well. */
async function demonstrate(open: OpenWay, job: Job, { paper, about }: Told): Promise<void> {
  const { vault, env } = open;
  const journal: string[] = [];
  vault.journal.subscribe((entry) => journal.push(logLine(entry, vault.data)));
  const inputs = { ...open.inputs, ...REQUESTS };
  for (const line of about) paper.line(line);
  paper.line(`A vault with sample data runs at ${vault.url}. A job requests:`);
  paper.lines(`${REQUESTS.secrets}\n${REQUESTS.credentials}`.split('\n'));

  const main = await job.main(inputs, { env });
  showStep(paper, 'The step runs: its log', main);
  paper.heading('What later steps get');
  paper.table([...main.outputs].map(([name, value]) => [name, hidden(value, main.masks)]));
  paper.heading('The job summary');
  paper.table(summaryRows(main.summary));
  paper.heading('While the job runs');
  const secretFiles = (): number => filesWith(open.hidden(), job.leftBehind()).length;
  paper.line(`  credentials in custody: ${vault.custodies().length}, files with secrets: ${secretFiles()}`);

  const post = await job.post(inputs, { env });
  await vault.settled();
  showStep(paper, 'The job ends: the post step', post);
  paper.heading('The journal of the vault');
  paper.lines(journal);
  if (open.service !== undefined) {
    paper.line();
    paper.line(`identity tokens that the token service on loopback issued: ${open.service.issued.length}`);
  }
  const left = { what: 'files with secrets left', count: secretFiles() };
  conclude(paper, vault, left, main.code === 0 && post.code === 0, open.hidden());
}

export function showStep(paper: Paper, title: string, { log, stderr, code }: StepResult): void {
  paper.heading(title);
  paper.lines([
    ...readableLog(log),
    ...stderr.split('\n').filter((line) => line !== ''),
    `exit code ${code}`,
  ]);
}

function hidden(value: string, masks: readonly string[]): string {
  return masks.includes(value) ? '(masked)' : '(not a secret: not masked)';
}
