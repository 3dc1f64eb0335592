import { afterEach, expect, test, vi } from 'vitest';
import { demonstrateAction, demonstrateOidc } from './demo/action.js';
import { demonstrateDeploy } from './demo/deploy.js';
import { lacks } from './support/skips.js';
import { hasSsh } from './support/sshd.js';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What a demonstration prints, and its exit code. */
async function shown(demonstration: () => Promise<void>): Promise<{ lines: string[]; code: unknown }> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  await demonstration();
  return { lines, code: process.exitCode };
}

const COUNTS = [
  'credentials taken into custody: 2',
  'files with secrets left: 0',
  'secrets visible above: 0',
  'credentials still in custody: 0',
];

test('the demonstration of the action ends with nothing held and nothing shown', async () => {
  const { lines, code } = await shown(demonstrateAction);
  expect([lines.slice(-COUNTS.length), code]).toEqual([COUNTS, 0]);
});

test('the one without a stored secret too, and it says where its identity tokens come from', async () => {
  const { lines, code } = await shown(demonstrateOidc);
  expect([lines.slice(-COUNTS.length), code]).toEqual([COUNTS, 0]);
  expect(lines.slice(0, 2).join(' ')).toMatch(/No client secret is stored.* token service on loopback/);
  // One of main and one of post.
  expect(lines).toContain('identity tokens that the token service on loopback issued: 2');
});

test.skipIf(lacks('sshd', hasSsh))(
  'that of a deployment ends with files and the SSH agent as they were',
  async () => {
    const { lines, code } = await shown(demonstrateDeploy);
    const counts = ['credentials taken into custody: 1', ...COUNTS.slice(1)];
    expect([lines.slice(-COUNTS.length), code], lines.join('\n')).toEqual([counts, 0]);
    expect(lines).toContain('files of the job and keys in the agent: as before');
    expect(lines).toContain('  the repository is there');
  },
);
