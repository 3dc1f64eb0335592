import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ACTION } from '../test/support/runner.js';
import { type Line, told } from './figures.js';

const FILES = ['main.js', 'post.js', 'release.js', 'undici.js'];
/** What other settings than the default login need of them. */
const RESTS = ['main-rest.js', 'release-rest.js', 'undici-rest.js'];
const MAX_BYTES = 650_000;

/** What main and post load together with the default login, each file counted once. */
export function measureBytes(): Line[] {
  const sizeOf = (name: string): number => statSync(join(ACTION, 'dist', name)).size;
  const sizes = FILES.map(sizeOf);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const goal = `less than ${MAX_BYTES}`;
  return [
    ...FILES.map((name, at) => told(name, String(sizes[at]))),
    { what: 'together', value: String(all), goal, met: all < MAX_BYTES, exact: true },
    ...RESTS.map((name) => told(name, String(sizeOf(name)))),
  ];
}
