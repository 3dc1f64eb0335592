import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { vaultWith } from '../support/nasty.js';

test('a task makes files from templates, with names that have dots and values that no variable holds', async () => {
  const LINES = 'first "line"\nsecond line of it\n';
  const vault = await vaultWith({ LINES, USER: 'svc_billing' });
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const path = (name: string): string => join(job.workspace, name);
  writeFileSync(path('a.yaml.liquid'), 'lines: {{ db.lines }}\nuser: [[ db.user ]]\n');
  writeFileSync(path('b.json.liquid'), '{"a": [[ db.lines ]], "b": [[ "94" | credential ]]}');
  writeFileSync(path('b.json'), '{"old": true}');
  const main = await job.main(
    azureInputsFor(vault, {
      secrets: 'postgres/LINES > db.lines\npostgres/USER > db.user',
      templates: 'b.json.liquid > b.json',
      templateDelimiters: '[[ ]]',
      multiline: 'file',
    }),
  );
  expect([main.result, main.stderr], main.log).toEqual(['Succeeded', '']);
  expect(JSON.parse(readFileSync(path('b.json'), 'utf8'))).toEqual({ a: LINES, b: vault.password(94) });
  expect(main.told).not.toContain(vault.password(94));
  const post = await job.post({});
  expect([post.result, post.stderr], post.log).toEqual(['Succeeded', '']);
  expect(readFileSync(path('b.json'), 'utf8')).toBe('{"old": true}');
  expect(existsSync(path('a.yaml'))).toBe(false);
  expect(vault.custodies()).toEqual([]);

  const wrong = await job.main(
    azureInputsFor(vault, { secrets: 'postgres/USER > db.user', templates: 'a.yaml.liquid > a.yaml' }),
  );
  expect(wrong.result).toBe('Failed');
  expect(wrong.told).toContain(
    'Line 1, column 11 of a.yaml.liquid uses the name db.lines, which no request gives.',
  );
  // The other brackets are text, which is a list of lists here.
  expect(wrong.told).not.toContain('db.user, which');
});
