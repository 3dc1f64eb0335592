import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AzureJob, TASK } from '../support/azure-job.js';

/** What begins the modules of a bundle that stay text until they are required. */
const TEXTS = ',seguraTexts={';

/** A job whose task lacks those modules, with the share of each bundle that stands before them. */
function bare() {
  const task = new AzureJob();
  const folder = join(task.folder, 'task');
  onTestFinished(() => rmSync(task.folder, { recursive: true }));
  cpSync(TASK, folder, { recursive: true });
  const shareOf = (name: string): number => {
    const whole = readFileSync(join(TASK, name), 'utf8');
    const at = whole.indexOf(TEXTS);
    const line = whole.slice(at, whole.indexOf('\n', at));
    const without = line.replaceAll(/:"(?:[^"\\]|\\.)*"/g, ':"missing("');
    writeFileSync(
      join(folder, name),
      whole.replace(line, () => without),
    );
    return at / whole.length;
  };
  return { job: new AzureJob(folder, task), shares: ['main.js', 'post.js'].map(shareOf) };
}

test('post with nothing to do, and main that lacks an input, compile only what they use', async () => {
  const { job, shares } = bare();
  const post = await job.post({});
  expect([post.code, post.result, post.told], post.log).toEqual([0, 'Succeeded', '']);
  const main = await job.main({});
  expect([main.code, main.result, main.told.match(/INPUT_MISSING/g)?.length], main.log).toEqual([
    0,
    'Failed',
    4,
  ]);
  const [ofMain = 1, ofPost = 1] = shares;
  expect([ofMain < 0.55, ofPost < 0.2], String(shares)).toEqual([true, true]);
  // The others are missing indeed.
  const wanted = { url: 'https://127.0.0.1:9', clientId: 'i', clientSecret: 'not a secret', secrets: '*' };
  expect((await job.main(wanted)).told).toContain('SyntaxError');
});
