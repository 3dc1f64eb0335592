import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { untrustedReason } from '../../../../src/platform/github/untrusted-event.js';

const folder = mkdtempSync(join(tmpdir(), 'event-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function reason(event: unknown, environment: Record<string, string> = {}): string | undefined {
  const path = join(folder, 'event.json');
  writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event));
  return untrustedReason({
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: path,
    GITHUB_ACTOR: 'eve',
    ...environment,
  });
}

const pull = (head: unknown, base = 'acme/app') => ({
  pull_request: { head: { repo: head }, base: { repo: { full_name: base } } },
});

test('a pull request from a fork is named', () => {
  expect(reason(pull({ full_name: 'eve/app' }))).toContain('eve/app');
});

test('a pull request whose fork was deleted is one from a fork', () => {
  expect(reason(pull(null))).toMatch(/fork/);
});

test('a run that Dependabot started is named', () => {
  expect(reason(pull({ full_name: 'acme/app' }), { GITHUB_ACTOR: 'dependabot[bot]' })).toContain(
    'Dependabot',
  );
});

test.each<[string, unknown, Record<string, string>]>([
  ['a pull request of the repository itself', pull({ full_name: 'acme/app' }), {}],
  ['a push', pull({ full_name: 'eve/app' }), { GITHUB_EVENT_NAME: 'push' }],
  [
    'pull_request_target, which gets secrets',
    pull({ full_name: 'eve/app' }),
    { GITHUB_EVENT_NAME: 'pull_request_target' },
  ],
  ['an event that cannot be read', '{"pull', {}],
  ['an event that is not a pull request', [1], {}],
  ['no event at all', {}, { GITHUB_EVENT_PATH: '/no/such/file' }],
])('%s is no fork', (_, event, environment) => {
  expect(reason(event, environment)).toBeUndefined();
});
