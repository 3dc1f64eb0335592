import { demonstrateAction, demonstrateOidc } from './action.js';
import { demonstrateAzure } from './azure.js';
import { demonstrateDeploy } from './deploy.js';
import { demonstrateGitLab } from './gitlab.js';

const DEMONSTRATIONS = new Map([
  ['', demonstrateAction],
  ['--oidc', demonstrateOidc],
  ['--gitlab', demonstrateGitLab],
  ['--azure', demonstrateAzure],
  ['--deploy', demonstrateDeploy],
]);

const words = process.argv.slice(2);
const chosen = DEMONSTRATIONS.get(words.join(' '));
if (chosen === undefined) refuse(words);
else await chosen();

function refuse(unknown: readonly string[]): void {
  console.error(`Unknown demo "${unknown.join(' ')}". Run one of these:
  npm run demo              the GitHub Action
  npm run demo -- --oidc    the GitHub Action without a stored secret
  npm run demo -- --gitlab  the GitLab component
  npm run demo -- --azure   the Azure DevOps task
  npm run demo -- --deploy  the GitHub Action with an SSH key, a value in a file, and a template`);
  process.exitCode = 2;
}
