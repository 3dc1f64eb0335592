import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { entryOf, sealedState } from './support/forged-state.js';
import { Job, type StepResult } from './support/runner.js';
import { isWindows } from './support/skips.js';

const PRIVATE = 'bytes that only their owner may read';

/** A file of the job that an attacker can read, and one whose bytes are wanted in its place. */
interface Bait {
  readonly target: string;
  /** In a folder that is named as ours are. */
  readonly copy: string;
  readonly secret: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function entry({ target, copy }: Bait) {
  return {
    path: target,
    sha256: sha256('public'),
    oldSha256: sha256(PRIVATE),
    copy: entryOf(copy, false),
    mode: 0o644,
    mtimeMs: 1_700_000_000_000,
  };
}

async function postOf(
  change: (bait: Bait) => object,
): Promise<{ post: StepResult; text: string; bait: Bait }> {
  // Not by onTestFinished: of tests that run at the same time it may name another one.
  const job = new Job();
  try {
    const folder = join(job.temp, 'segura-secrets-abcDEF');
    mkdirSync(folder);
    const bait = {
      target: join(job.workspace, 'public.txt'),
      copy: join(folder, 'old-1'),
      secret: join(job.folder, 'secret'),
    };
    writeFileSync(bait.target, 'public');
    writeFileSync(bait.secret, PRIVATE, { mode: 0o600 });
    writeFileSync(bait.copy, PRIVATE, { mode: 0o600 });
    const injected = [change(bait)].flat();
    const post = await job.post({}, { state: new Map([['segura_ledger', sealedState({ injected })]]) });
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    const text = existsSync(bait.target) ? readFileSync(bait.target, 'utf8') : '';
    expect(readFileSync(bait.secret, 'utf8')).toBe(PRIVATE);
    return { post, text, bait };
  } finally {
    job.close();
  }
}

test('a state as main writes it restores the file, so the forged ones differ only in what is named', async () => {
  const { text, post } = await postOf(entry);
  expect(text, post.log).toBe(PRIVATE);
});

test.concurrent.each<[string, (bait: Bait) => object]>([
  ['a copy outside of our folders', (bait) => ({ ...entry(bait), copy: entryOf(bait.secret, false) })],
  [
    'a copy by way of another folder',
    (bait) => ({
      ...entry(bait),
      copy: { ...entryOf(bait.copy, false), path: `${dirname(bait.copy)}/../x/old-1` },
    }),
  ],
  [
    'a copy that is a folder',
    (bait) => ({ ...entry(bait), copy: { ...entryOf(bait.copy, false), folder: true } }),
  ],
  ['a checksum that is none', (bait) => ({ ...entry(bait), oldSha256: '' })],
  ['a mode that is none', (bait) => ({ ...entry(bait), mode: 0o10_000 })],
  ['a time that is none', (bait) => ({ ...entry(bait), mtimeMs: -1 })],
  ['no path', (bait) => ({ ...entry(bait), path: '' })],
  ['something else than a list', (bait) => [[entry(bait)]]],
])('a forged state with %s is STATE_INVALID at once, and writes nothing', async (_, change) => {
  const { post, text } = await postOf(change);
  expect(post.log.match(/title=\w+/g), post.log).toEqual(['title=STATE_INVALID']);
  expect(text).toBe('public');
});

test.skipIf(isWindows()).each<[string, (bait: Bait) => object]>([
  [
    'a copy that is a second name of another file',
    (bait) => {
      const copy = join(dirname(bait.copy), 'old-2');
      linkSync(bait.secret, copy);
      return { ...entry(bait), copy: entryOf(copy, false) };
    },
  ],
  [
    'a copy that is a link to another file',
    (bait) => {
      const copy = join(dirname(bait.copy), 'old-2');
      symlinkSync(bait.secret, copy);
      return { ...entry(bait), copy: { ...entryOf(bait.secret, false), path: copy } };
    },
  ],
  ['a copy of other bytes', (bait) => ({ ...entry(bait), oldSha256: sha256('other') })],
  [
    'a copy that is another file by now',
    (bait) => ({ ...entry(bait), copy: { ...entryOf(bait.copy, false), inode: '1' } }),
  ],
  ['other bytes in the file', (bait) => ({ ...entry(bait), sha256: sha256('other') })],
  [
    'a path that is not that of the file',
    (bait) => ({ ...entry(bait), path: `${dirname(bait.target)}/./public.txt` }),
  ],
])('a forged state with %s writes nothing', async (_, change) => {
  const { post, text } = await postOf(change);
  expect(post.log).toContain('::warning::');
  expect(text, post.log).toBe('public');
});

test.skipIf(isWindows())('a file that is a link by now is not written through', async () => {
  let behind = '';
  const { post } = await postOf((bait) => {
    behind = join(dirname(bait.target), 'behind');
    writeFileSync(behind, 'public');
    const link = join(dirname(bait.target), 'link');
    symlinkSync('behind', link);
    return { ...entry(bait), path: link };
  });
  expect(post.log).toContain('link was changed after values were put into it');
});
