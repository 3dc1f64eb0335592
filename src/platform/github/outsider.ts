import type { Environment } from './environment.js';
import { nameAt, readEvent } from './untrusted-event.js';

/**
 * Whether this run may carry values of someone who may not write to the repository: Dependabot, or a fork by whatever event,
 * also one that gets secrets. An event that cannot be read may be one.
 *
 * Source: GitHub, "Events that trigger workflows", pull_request_target and workflow_run.
 */
export function isOfOutsider(environment: Environment): boolean {
  if (environment['GITHUB_ACTOR'] === 'dependabot[bot]') return true;
  const name = environment['GITHUB_EVENT_NAME'] ?? '';
  const isRun = name === 'workflow_run';
  if (!isRun && !name.startsWith('pull_request')) return false;
  const event = readEvent(environment['GITHUB_EVENT_PATH'] ?? '');
  const [head, base] = isRun
    ? [nameAt(event, ['workflow_run', 'head_repository']), nameAt(event, ['workflow_run', 'repository'])]
    : [nameAt(event, ['pull_request', 'head', 'repo']), nameAt(event, ['pull_request', 'base', 'repo'])];
  return base === undefined || head !== base;
}
