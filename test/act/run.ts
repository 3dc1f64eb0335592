import { addDynamic } from '../support/dynamic.js';
import { type OpenWay, openWay } from '../support/ways.js';
import type { Vault } from '../vault/index.js';
import { type ActRun, findAct, Sandbox } from './act.js';
import { startAllKeys, startDeployKeys } from './keys.js';
import { hostileData, SCENARIOS, type Scenario } from './scenarios.js';

/** Shorter parts of a value appear in any log. */
const MIN_TELLING_LENGTH = 8;
/** Lines of the hostile value that are not secret on their own. */
const NOT_TELLING = /INJECTED|ghadelimiter_x|::stop-commands::|-----(?:BEGIN|END) /;

let passed = 0;
let failed = 0;

const act = findAct();
if (act === undefined) {
  console.log('act is not installed: go install github.com/nektos/act@v0.2.87');
  failed += 1;
} else {
  // Words are jobs of the workflow; without any, all run.
  const words = process.argv.slice(2);
  for (const scenario of SCENARIOS)
    if (words.length === 0 || words.includes(scenario.job)) await runScenario(act, scenario);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function runScenario(act: string, scenario: Scenario): Promise<void> {
  console.log(`\n${scenario.job}: ${scenario.title}`);
  const open = await openWay(scenario.way ?? 'client-secret', { data: hostileData() });
  const { vault } = open;
  if (scenario.leases !== undefined) addDynamic(vault);
  const startKeys = scenario.keys && { two: startDeployKeys, all: startAllKeys }[scenario.keys];
  const keys = await startKeys?.(vault);
  const sandbox = new Sandbox(act);
  try {
    const { clientId, clientSecret } = vault.clients.ci;
    const authority = { NODE_EXTRA_CA_CERTS: sandbox.give('authority.pem', vault.caCertificate) };
    const vars = { SEGURA_URL: vault.url, SEGURA_CLIENT_ID: clientId, SEGURA_CA: vault.caCertificate };
    const ended = await sandbox.run(
      scenario.job,
      {
        vars: { ...vars, ...scenario.vars?.(vault), ...keys?.vars },
        secrets: { SEGURA_CLIENT_SECRET: scenario.clientSecret ?? clientSecret },
      },
      [
        ...scenario.flags,
        ...environmentFlags({
          ...(scenario.way === undefined ? {} : { ...open.env, ...authority }),
          ...keys?.env,
        }),
      ],
    );
    await vault.settled();
    const before = failed;
    judgeJob(scenario, ended);
    judgeCustody(scenario, vault);
    judgeSecrecy(scenario, ended, open, sandbox);
    const faults = keys?.faults(sandbox.folder) ?? [];
    if (keys !== undefined) check('no agent and no key of the job is left', faults.length === 0);
    for (const fault of faults) console.log(`    ${fault}`);
    if (failed > before) console.log(withoutMasks(withoutSecrets(ended.output, open)));
  } finally {
    sandbox.close();
    await keys?.close();
    await open.close();
  }
}

/** What a runner sets for each step. */
function environmentFlags(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
}

function judgeJob({ succeeds, says, doesNotSay }: Scenario, { code, output }: ActRun): void {
  check(`the job ${succeeds ? 'succeeds' : 'fails'}`, succeeds ? code === 0 : code === 1);
  for (const text of says) check(`says "${text}"`, output.includes(text));
  for (const text of doesNotSay) check(`does not say "${text}"`, !output.includes(text));
}

function judgeCustody({ takes, leases = [] }: Scenario, vault: Vault): void {
  const taken = vault.everTaken().sort().join(', ');
  check(`custody was taken of: ${takes.join(', ') || 'nothing'}`, taken === takes.join(', '));
  check('no custody is held', vault.custodies().length === 0);
  const leased = vault.everLeased().map(({ identity }) => identity);
  check(`provisioned was: ${leases.join(', ') || 'nothing'}`, leased.join(', ') === leases.join(', '));
  check('no lease is left', vault.leases().length === 0);
}

function judgeSecrecy({ actOwnLines }: Scenario, { output }: ActRun, open: OpenWay, sandbox: Sandbox): void {
  const tellings = tellingsOf(open);
  const log = actOwnLines === undefined ? output : output.replaceAll(actOwnLines, '');
  check(
    `none of ${tellings.length} secrets and lines of them is in the log`,
    !tellings.some((part) => log.includes(part)),
  );
  const files = sandbox.files();
  const telling = files.filter(({ bytes }) => tellings.some((part) => bytes.includes(part)));
  for (const { path } of telling) console.log(`    found one in ${path}`);
  const folders = sandbox.jobFolders().length;
  check(
    `nor in any of ${files.length} files left, ${folders} working folders of act among them`,
    telling.length === 0,
  );
}

/** Every secret, and every line of one that is long enough to tell something. */
function tellingsOf({ hidden }: OpenWay): string[] {
  const secrets = hidden();
  const lines = secrets
    .flatMap((secret) => secret.split(/[\r\n]+/))
    .filter((line) => !NOT_TELLING.test(line));
  return [...new Set([...secrets, ...lines])].filter((part) => part.length >= MIN_TELLING_LENGTH);
}

function withoutSecrets(output: string, open: OpenWay): string {
  return tellingsOf(open).reduce((text, part) => text.replaceAll(part, '(a secret)'), output);
}

function withoutMasks(output: string): string {
  return output.replaceAll(/^.*⚙ {2}\*\*\*\n/gmu, '');
}

function check(what: string, isGood: boolean): void {
  if (isGood) passed += 1;
  else failed += 1;
  console.log(`  ${isGood ? 'ok  ' : 'FAIL'} ${what}`);
}
