import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where .ci/run keeps the versions of Node that it tests with. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'segura-secrets-ci');

/** Every Node that is here: the one under test first, then this one, then those that .ci/run installed. */
function* nodes(): Generator<string> {
  if (process.env['SEGURA_TEST_NODE'] !== undefined) yield process.env['SEGURA_TEST_NODE'];
  yield process.execPath;
  if (!existsSync(CACHE)) return;
  for (const version of readdirSync(CACHE).filter((name) => name.startsWith('node-'))) {
    const modules = join(CACHE, version, 'node_modules');
    const packages = existsSync(modules) ? readdirSync(modules) : [];
    for (const name of packages) {
      const node = join(modules, name, 'bin/node');
      if (existsSync(node)) yield node;
    }
  }
}

/** The first of them for which the expression is true; undefined when it is for none. */
export function nodeWhere(expression: string): string | undefined {
  for (const node of nodes())
    if (spawnSync(node, ['-p', `Boolean(${expression})`], { encoding: 'utf8' }).stdout?.trim() === 'true')
      return node;
  return undefined;
}
