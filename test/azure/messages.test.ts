import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TASK } from '../support/azure-job.js';

const SRC = join(import.meta.dirname, '../../src');

/** The texts of the task's own source. */
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /(^|[/\\])azure[/\\][a-z-]+\.ts$/.test(name))
  .map((name) => readFileSync(join(SRC, name), 'utf8'))
  .join('\n');
const { messages } = JSON.parse(readFileSync(join(TASK, 'task.json'), 'utf8')) as {
  messages: Record<string, string>;
};

test('the code uses every message that exists, and every message that it uses exists', () => {
  const asked = [...sources.matchAll(/(?:localize|tl\.loc)\(([^)]*)/g)].flatMap(([, text = '']) =>
    [...text.matchAll(/'([A-Z][a-z]\w*)'/g)].map(([, key = '']) => key),
  );
  expect(asked.length).toBeGreaterThan(20);
  expect([...new Set(asked)].sort()).toEqual(Object.keys(messages).sort());
});
