import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const DOCS = resolve(import.meta.dirname, '../docs');
const RECORDS = readdirSync(join(DOCS, 'adr'))
  .filter((name) => name !== 'README.md')
  .sort();
const read = (name: string): string => readFileSync(join(DOCS, name), 'utf8');

test('decision records are numbered without a gap', () => {
  const numbers = RECORDS.map((name) => Number(/^(\d{4})-[a-z\d-]+\.md$/.exec(name)?.[1]));
  expect(numbers).toEqual(RECORDS.map((_, index) => index + 1));
});

test.each(RECORDS)('%s has a title with its number, a status, a date and three parts', (name) => {
  const lines = read(join('adr', name)).split('\n');
  expect(lines[0]).toMatch(new RegExp(`^# ${name.slice(0, 4)}\\. \\S`));
  expect(lines[2]).toMatch(/^- Status: (proposed|accepted|superseded by \[\d{4}\]\(\d{4}-[a-z\d-]+\.md\))$/);
  expect(lines[3]).toMatch(/^- Date: \d{4}-\d\d-\d\d$/);
  expect(lines.filter((line) => line.startsWith('## '))).toEqual([
    '## Context',
    '## Decision',
    '## Consequences',
  ]);
});

test('ARCHITECTURE lists every decision record with its title', () => {
  const listed = [...read('ARCHITECTURE.md').matchAll(/^- \[(\d{4})\]\((adr\/[^)]+)\) (.+)$/gm)];
  const titles = RECORDS.map((name) => read(join('adr', name)).split('\n')[0]?.slice('# 0000. '.length));
  expect(listed.map(([, , path]) => path)).toEqual(RECORDS.map((name) => `adr/${name}`));
  expect(listed.map(([, , , title]) => title)).toEqual(titles);
});
