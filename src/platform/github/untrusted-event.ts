import { readFileSync } from 'node:fs';
import type { Environment } from './environment.js';

/** Why GitHub gives this run no secrets, when it does not; the reason completes "the client secret is empty: …". */
export function untrustedReason(environment: Environment): string | undefined {
  if (environment['GITHUB_ACTOR'] === 'dependabot[bot]') {
    return 'this run was started by Dependabot, which gets only the secrets of Dependabot';
  }
  const fork = forkOf(environment);
  return fork === undefined
    ? undefined
    : `this pull request comes from ${fork}, and GitHub gives no secrets to forks`;
}

/** The fork that a pull request comes from, as in `the fork acme/shop`; undefined for any other event. */
export function forkOf(environment: Environment): string | undefined {
  if (environment['GITHUB_EVENT_NAME'] !== 'pull_request') return undefined;
  const event = readEvent(environment['GITHUB_EVENT_PATH'] ?? '');
  const head = repository(event, 'head');
  const base = repository(event, 'base');
  if (base === undefined || head === base) return undefined;
  // The repository of a fork that was deleted since is null.
  return head === undefined ? 'a fork' : `the fork ${head}`;
}

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
    : [repository(event, 'head'), repository(event, 'base')];
  return base === undefined || head !== base;
}

function readEvent(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function repository(event: unknown, side: 'head' | 'base'): string | undefined {
  return nameAt(event, ['pull_request', side, 'repo']);
}

/** The full name of the repository at that place. */
function nameAt(event: unknown, place: readonly string[]): string | undefined {
  let node = event;
  for (const key of [...place, 'full_name']) {
    node = typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined;
  }
  return typeof node === 'string' ? node : undefined;
}
