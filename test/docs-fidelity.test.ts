import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as assumptions from '../src/core/assumptions.js';
import * as vaultAssumptions from './vault/assumptions.js';

test('docs/FIDELITY.md lists each assumption that is left, once', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/FIDELITY.md'), 'utf8');
  const list = text.slice(text.indexOf('## Assumptions that are left'));
  const names = [...list.matchAll(/^- `(\w+)`$/gm)].map(([, name]) => name);
  const all = [...Object.keys(assumptions), ...Object.keys(vaultAssumptions)];
  expect(names.toSorted()).toEqual(all.toSorted());
});
