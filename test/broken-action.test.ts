import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { ACTION, Job } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

const NAMES = ['post.js', 'release.js', 'undici.js'] as const;

/** What can happen to a file of the action: a checkout removes it, an upload loses it, or half of it. */
const HARM: Readonly<Record<string, (path: string) => void>> = {
  missing: (path) => rmSync(path),
  'cut off': (path) => writeFileSync(path, readFileSync(path).subarray(0, 900)),
};

async function opened() {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  const action = mkdtempSync(join(tmpdir(), 'segura-action-'));
  cpSync(join(ACTION, 'dist'), join(action, 'dist'), { recursive: true });
  onTestFinished(async () => {
    rmSync(action, { recursive: true });
    job.close();
    await vault.close();
  });
  const harm = (kind: string, name: string): void => HARM[kind]?.(join(action, 'dist', name));
  return { vault, job, action, harm, inputs: inputsFor(vault, { credentials: '94 > A' }) };
}

test.each(NAMES)('main takes nothing and names the file when %s is missing', async (name) => {
  const { vault, job, action, harm, inputs } = await opened();
  harm('missing', name);
  const main = await job.main(inputs, { action });
  expect([main.code, main.stderr, vault.journal.requests], main.log).toEqual([1, '', []]);
  expect(main.log).toContain(
    `::error title=PLATFORM_UNSUPPORTED::The action is incomplete: dist/${name} is missing.`,
  );
  expect(main.log).toContain('commit its whole folder dist/');
});

test('main takes nothing and names the file when undici.js is cut off', async () => {
  const { vault, job, action, harm, inputs } = await opened();
  harm('cut off', 'undici.js');
  const main = await job.main(inputs, { action });
  expect([main.code, main.stderr, vault.journal.requests], main.log).toEqual([1, '', []]);
  expect(main.log).toContain(
    '::error title=PLATFORM_UNSUPPORTED::dist/undici.js of the action cannot be loaded (SyntaxError).',
  );
});

test.each(
  Object.keys(HARM).flatMap((kind) => (['release.js', 'undici.js'] as const).map((name) => [name, kind])),
)('post says in one error what may be held when %s is %s by then', async (name, kind) => {
  const { vault, job, action, harm, inputs } = await opened();
  // What release-failure says is known to the code of release.js only.
  const failing = { ...inputs, 'release-failure': name === 'release.js' ? 'warn' : 'fail' };
  expect((await job.main(failing, { action })).code).toBe(0);
  harm(kind, name);
  const post = await job.post({}, { action });
  expect([post.code, post.stderr], post.log).toEqual([1, '']);
  const errors = post.stdout.split('\n').filter((line) => line.startsWith('::'));
  expect(errors.filter((line) => !line.startsWith('::add-mask') && !line.startsWith('::debug'))).toEqual([
    expect.stringMatching(/^::error title=RELEASE_FAILED::.*may still be held/),
  ]);
  expect(post.log).toMatch(
    new RegExp(`dist/${name} of the action cannot be loaded \\((ERR_MODULE_NOT_FOUND|SyntaxError)\\)`),
  );
  expect(post.log).toContain('by hand in the vault');
  expect(vault.custodies().length).toBe(1);
});

test('post reports no missing file if there is nothing to release', async () => {
  const { job, action, harm } = await opened();
  harm('missing', 'release.js');
  const post = await job.post({}, { action, state: new Map([['segura_ledger', '']]) });
  expect([post.code, post.stdout, post.stderr]).toEqual([0, '', '']);
});

describe('what only other logins than client id and secret need', () => {
  const otherLogin = ({ clients }: Vault, inputs: Record<string, string>): Record<string, string> => {
    const {
      consumerKey = '',
      consumerSecret = '',
      tokenKey = '',
      tokenSecret = '',
    } = clients.ci.oauth1 ?? {};
    return {
      ...inputs,
      'client-id': '',
      'client-secret': '',
      'consumer-key': consumerKey,
      'consumer-secret': consumerSecret,
      'token-key': tokenKey,
      'token-secret': tokenSecret,
      'release-failure': 'fail',
    };
  };

  test.each(['main-rest.js', 'release-rest.js'])('is named before any request: %s', async (name) => {
    const { vault, job, action, harm, inputs } = await opened();
    harm('missing', name);
    const main = await job.main(otherLogin(vault, inputs), { action });
    expect([main.code, main.stderr, vault.journal.requests], main.log).toEqual([1, '', []]);
    expect(main.log).toMatch(
      /::error title=PLATFORM_UNSUPPORTED::.*(cannot be read \(ENOENT\)|incomplete: dist\/release-rest\.js is missing\.)/,
    );
    expect(main.log).not.toContain('INTERNAL');
  });

  test.each(Object.keys(HARM))(
    'is named by post, with what may be held, when it is %s by then',
    async (kind) => {
      const { vault, job, action, harm, inputs } = await opened();
      const main = await job.main(otherLogin(vault, inputs), { action });
      expect(main.code, main.log).toBe(0);
      harm(kind, 'release-rest.js');
      const post = await job.post({}, { action });
      expect([post.code, post.stderr], post.log).toEqual([1, '']);
      expect(post.log).toContain('title=PLATFORM_UNSUPPORTED::A file of this program');
      expect(post.log).toContain('title=RELEASE_FAILED::Custody release was interrupted.');
      expect(post.log).not.toContain('INTERNAL');
      expect(vault.custodies().length).toBe(1);
    },
  );
});
