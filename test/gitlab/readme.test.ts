import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../support/runner.js';
import { openVault } from '../vault/vault-fixture.js';
import { includeJobs, scriptsOf } from './files.js';
import { lacksPipelines, Project } from './pipeline.js';
import { schemaProblems } from './schema.js';

const README = readFileSync(join(ACTION, 'gitlab/README.md'), 'utf8');
const EXAMPLES = [...README.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```$/gm)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
);

describe('the README', () => {
  test.each(EXAMPLES.map((example, at) => [at + 1, example]))(
    "has an example %i that GitLab's schema accepts",
    (_, example) => {
      expect(schemaProblems(example)).toEqual([]);
    },
  );

  test
    .skipIf(lacksPipelines)
    .each(
      EXAMPLES.flatMap((example, at) => (example.includes('- local:') ? [[at + 1, example] as const] : [])),
    )('has an example %i whose jobs gitlab-ci-local finds', async (_, example) => {
    const project = new Project(await openVault());
    const { code, log } = await project.run(example, ['--list-json']).finally(() => project.close());
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log).toMatch(/"name": ?"(deploy|migrate|test|test-login)[":]/);
  });

  test('quotes what the scripts say', () => {
    const [, quoted = ''] = /```text\n([\s\S]*?)```/.exec(README) ?? [];
    const lines = quoted
      .trim()
      .split('\n')
      .map((line) => line.replace('segura-secrets:', '').trim());
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(scriptsOf(includeJobs()).prepare).toContain(line);
  });

  test('links to headings that exist', () => {
    const anchors = (text: string): string[] =>
      [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
    for (const [, file = '', anchor = ''] of README.matchAll(/\]\(([^)#\s]*)#([^)]*)\)/g)) {
      const text = file === '' ? README : readFileSync(join(ACTION, 'gitlab', file), 'utf8');
      expect(anchors(text)).toContain(anchor);
    }
  });
});
