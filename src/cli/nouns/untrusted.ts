import { untrustedReason } from '../../platform/github/untrusted-event.js';
import type { ProcessContext } from '../process.js';

/**
 * Whether this job runs for someone who may not write to the repository, as each CI system says it: a fork, or Dependabot.
 *
 * Source: GitHub, "Events that trigger workflows"; GitLab, "Predefined CI/CD variables"; Azure Pipelines, "Predefined
 * variables".
 */
export function isUntrustedJob(environment: ProcessContext['environment']): boolean {
  if (untrustedReason(environment) !== undefined) return true;
  if (/^true$/i.test(environment['SYSTEM_PULLREQUEST_ISFORK'] ?? '')) return true;
  const [source, target] = ['CI_MERGE_REQUEST_SOURCE_PROJECT_ID', 'CI_MERGE_REQUEST_PROJECT_ID'].map(
    (name) => environment[name] ?? '',
  );
  return source !== '' && source !== target;
}
