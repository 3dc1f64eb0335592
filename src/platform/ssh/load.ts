import type { SshTools } from '../../core/ports.js';
import { sshTools } from './tools.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** SSH on this machine. To be loaded only by a run that uses it. */
export function loadSsh(environment: Environment, system: NodeJS.Platform): SshTools {
  return sshTools({ environment, system, lifetimeSeconds: lifetimeOf(environment) });
}

const HOUR = 3_600;

/**
 * When a job is certainly over, in seconds. GitLab tells each job its limit. GitHub ends a job after 6 hours on its own
 * runners, and after 5 days on others. Source: GitLab "Predefined variables"; GitHub "Actions limits".
 */
function lifetimeOf(environment: Environment): number | undefined {
  const told = Number(environment['CI_JOB_TIMEOUT']);
  if (Number.isInteger(told) && told > 0 && told < 2 ** 31) return told;
  if (environment['GITHUB_ACTIONS'] !== 'true') return undefined;
  return environment['RUNNER_ENVIRONMENT'] === 'github-hosted' ? 6 * HOUR : 120 * HOUR;
}
