import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inputsFor } from '../support/inputs.js';
import { Job } from '../support/runner.js';
import { filesWith } from '../support/secret-files.js';
import { Agent, hasSsh, makeKey, Sshd, storeKey } from '../support/sshd.js';
import { logLine } from '../vault/demo-text.js';
import { startVault, type Vault } from '../vault/index.js';
import { showStep } from './action.js';
import { conclude } from './closing.js';
import { Paper } from './paper.js';

const KEY = 200;
const PASSPHRASE = 'passphrase-of-the-demo';

/** What the repository of the job has. The last is not there before the job, nor after it. */
const FILES: Readonly<Record<string, string>> = {
  'config/app.yaml': 'database: # of the team\n  user: app\n  password: changeme # rotated\n',
  'deploy/nginx.conf.liquid':
    'proxy_set_header Authorization "Bearer {{ STRIPE_KEY }}";\nproxy_set_header X-User "{{ "94/username" | credential }}";\n',
};
const MADE = 'deploy/nginx.conf';

/** A deployment with an SSH key, values in a file and a template; the exit code tells whether all is as it was at its end. */
export async function demonstrateDeploy(): Promise<void> {
  if (!hasSsh) {
    console.error('Install OpenSSH with its server, and git, first: the job clones a repository by ssh.');
    process.exitCode = 1;
    return;
  }
  const isPlain = !process.stdout.isTTY || (process.env['NO_COLOR'] ?? '') !== '';
  const paper = new Paper((line) => console.log(line), isPlain);
  const pair = makeKey('ed25519', 'RFC4716', PASSPHRASE);
  const vault = await startVault({ dialect: 'api' });
  storeKey(vault, KEY, pair, PASSPHRASE);
  const sshd = await Sshd.start([pair.publicKey]);
  const agent = await new Agent().ready();
  const job = new Job();
  try {
    agent.add(makeKey('ecdsa', 'RFC4716').privateKey);
    const secrets = [...vault.secretValues(), PASSPHRASE, ...bodyOf(pair.privateKey)];
    await demonstrate({ vault, sshd, agent, job, paper, secrets });
  } finally {
    job.close();
    await agent.close();
    await sshd.close();
    await vault.close();
  }
}

interface Scene {
  readonly vault: Vault;
  readonly sshd: Sshd;
  readonly agent: Agent;
  readonly job: Job;
  readonly paper: Paper;
  readonly secrets: readonly string[];
}

async function demonstrate({ vault, sshd, agent, job, paper, secrets }: Scene): Promise<void> {
  const journal: string[] = [];
  vault.journal.subscribe((entry) => journal.push(logLine(entry, vault.data)));
  const repository = sshd.repository('site', 'the site\n');
  const wanted = {
    secrets: 'stripe/STRIPE_SECRET_KEY > STRIPE_KEY',
    'ssh-keys': `${KEY} > ssh-agent:${sshd.user}@127.0.0.1:${repository}`,
    'known-hosts': sshd.knownHost,
    inject: '94 > config/app.yaml#/database/password',
    templates: `deploy/nginx.conf.liquid > ${MADE}`,
  };
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(job.workspace, path)), { recursive: true });
    writeFileSync(join(job.workspace, path), text);
  }
  const before = [filesOf(job), agent.keys()];
  const secretFiles = (): number => filesWith(secrets, job.leftBehind()).length;
  paper.line(`A vault with sample data runs at ${vault.url}, and an SSH server on port ${sshd.port}.`);
  paper.line(`The SSH agent of the user has ${agent.keys().length} key. A job requests:`);
  for (const [name, text] of Object.entries(wanted)) paper.lines([`${name}: ${text}`]);

  const inputs = inputsFor(vault, wanted);
  const env = { SSH_AUTH_SOCK: agent.socket };
  const main = await job.main(inputs, { env });
  showStep(paper, 'The step runs: its log', main);
  paper.heading('The next step deploys');
  const url = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${repository}`;
  const clone = spawnSync('git', ['clone', '-q', url, join(job.folder, 'site')], {
    env: { PATH: process.env['PATH'], HOME: job.folder, ...env, ...Object.fromEntries(job.env) },
    encoding: 'utf8',
  });
  paper.lines([`$ git clone ${url}`, ...clone.stderr.split('\n').filter((line) => line !== '')]);
  const hasCloned =
    clone.status === 0 && readFileSync(join(job.folder, 'site/file'), 'utf8') === 'the site\n';
  paper.lines([hasCloned ? 'the repository is there' : 'the repository is not there']);
  for (const path of ['config/app.yaml', MADE]) {
    if (!existsSync(join(job.workspace, path))) continue;
    paper.lines([`$ cat ${path}`]);
    paper.lines(asLogged(readFileSync(join(job.workspace, path), 'utf8'), main.masks));
  }
  paper.heading('While the job runs');
  paper.lines([
    `credentials in custody: ${vault.custodies().length}, keys in the agent: ${agent.keys().length}`,
  ]);

  const post = await job.post(inputs, { env });
  await vault.settled();
  showStep(paper, 'The job ends: the post step', post);
  paper.heading('The journal of the vault');
  paper.lines(journal);
  const after = [filesOf(job), agent.keys()];
  const isAsBefore = JSON.stringify(after) === JSON.stringify(before);
  paper.line();
  paper.line(`files of the job and keys in the agent: ${isAsBefore ? 'as before' : 'not as before'}`);
  const left = { what: 'files with secrets left', count: secretFiles() };
  conclude(paper, vault, left, main.code === 0 && post.code === 0 && hasCloned && isAsBefore, secrets);
}

/** The files of the job's repository: path, mode and text. */
function filesOf({ workspace }: Job): [path: string, mode: number, text: string][] {
  return readdirSync(workspace, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((name) => {
      const path = join(workspace, name);
      const found = statSync(path);
      return found.isFile() ? [[name, found.mode, readFileSync(path, 'utf8')]] : [];
    });
}

/** The lines of a private key that no other key has. */
function bodyOf(privateKey: string): string[] {
  return privateKey.split('\n').filter((line) => line.length >= 60);
}

/** A text as the log of a runner shows it. */
function asLogged(text: string, masks: readonly string[]): string[] {
  const longestFirst = [...masks].sort((a, b) => b.length - a.length);
  const covered = longestFirst.reduce((rest, mask) => rest.replaceAll(mask, '***'), text);
  return covered.split('\n').filter((line) => line !== '');
}
