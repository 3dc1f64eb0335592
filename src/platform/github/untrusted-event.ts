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

/** The event of this run; undefined where it cannot be read. */
export function readEvent(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function repository(event: unknown, side: 'head' | 'base'): string | undefined {
  return nameAt(event, ['pull_request', side, 'repo']);
}

/** The full name of the repository at that place of an event. */
export function nameAt(event: unknown, place: readonly string[]): string | undefined {
  let node = event;
  for (const key of [...place, 'full_name']) {
    node = typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined;
  }
  return typeof node === 'string' ? node : undefined;
}
