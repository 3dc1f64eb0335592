import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const LOCKFILE = resolve(import.meta.dirname, '../package-lock.json');
const { packages } = JSON.parse(readFileSync(LOCKFILE, 'utf8')) as { packages: Record<string, Entry> };
const installed = Object.entries(packages).filter(([place]) => place.includes('node_modules/'));

test('every package of the lockfile has the integrity that the registry states', () => {
  expect(installed.length).toBeGreaterThan(250);
  const without = installed.filter(
    ([, { integrity = '', link }]) => !link && !/^sha512-[\w+/]{86}==$/.test(integrity),
  );
  expect(
    without.map(([place]) => place),
    'npm run lockfile gives them one',
  ).toEqual([]);
});

test('the lockfile names no host', () => {
  const resolved = installed.flatMap(([, entry]) => entry.resolved ?? []);
  expect(resolved).toEqual(['src/shim/http-client']);
  expect(readFileSync(LOCKFILE, 'utf8')).not.toMatch(/"(?:resolved|version)": "[a-z+]+:/);
});
