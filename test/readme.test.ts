import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../src/core/version.js';
import { readableLog, summaryRows } from './demo/paper.js';
import { REQUESTS } from './demo/requests.js';
import { Job, type StepResult } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

const README = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');
const MAX_BYTES = 14_336;
const QUICK_START_LINES = 30;

test('README is at most 14 KB', () => {
  expect(Buffer.byteLength(README)).toBeLessThanOrEqual(MAX_BYTES);
});

test('README has the whole quick start within its first 30 lines', () => {
  const beginning = README.split('\n').slice(0, QUICK_START_LINES).join('\n');
  const [, workflow = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(beginning) ?? [];
  expect(workflow).toMatch(/^jobs:[\s\S]*uses: OWNER\/segura-secrets@[\s\S]*steps\.segura\.outputs\./m);
});

test('README names the version of the sources as its status', () => {
  expect(/^\*\*Status:\*\* version (\S+),/m.exec(README)?.[1]).toBe(VERSION);
});

test('README names the two commands and the Node that they need', () => {
  expect(README).toContain('Node 20.19 or newer');
  expect(README).toMatch(/^npm ci && npm run demo +# /m);
  expect(README).toMatch(/^npm ci && npm test +# /m);
});

describe('the quote of the demo in README', () => {
  const section = README.split('## What comes out\n')[1]?.split('\n## ')[0] ?? '';
  const [main = '', post = ''] = [...section.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(
    ([, text]) => text,
  );
  let vault: Vault;
  const job = new Job();
  let results: { main: StepResult; post: StepResult };

  beforeAll(async () => {
    vault = await startVault({ dialect: 'api' });
    const inputs = {
      url: vault.url,
      'client-id': vault.clients.ci.clientId,
      'client-secret': vault.clients.ci.clientSecret,
      'ca-certificate': vault.caCertificate,
      ...REQUESTS,
    };
    results = { main: await job.main(inputs), post: await job.post(inputs) };
  });
  afterAll(async () => {
    job.close();
    await vault.close();
  });

  /** Seconds depend on the machine. */
  const timeless = (lines: readonly string[]): string[] =>
    lines.map((line) => line.replace(/after \d+ s$/, 'after 0 s'));

  test('is the log of the step', () => {
    expect(main.split('\n')).toEqual(readableLog(results.main.log));
  });

  test('is the receipts of post', () => {
    const receipts = readableLog(results.post.log).filter((line) => line.startsWith('released'));
    expect(timeless(post.split('\n')).toSorted()).toEqual(timeless(receipts).toSorted());
  });

  test('is the job summary', () => {
    expect(summaryRows(section)).toEqual(summaryRows(results.main.summary));
  });
});
