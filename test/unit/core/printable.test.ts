import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../../../src/core/printable.js';

const hostile = fc.string({
  unit: fc.constantFrom(':', '#', '[', '%0A', '\n', '\r', '\u2028', '\u0085', '\u001b', '\u202e', 'a', 'é'),
  maxLength: 300,
});

test('no name makes a second line, a control character or a command', () => {
  void fc.assert(
    fc.property(hostile, (name) => {
      const shown = printable(name);
      expect(shown).not.toMatch(/::|##|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(shown.length).toBeLessThanOrEqual(200);
    }),
  );
});

test.each(['postgres', 'db/prod user', 'root@web-01', 'ção'])('%s is shown as it is', (name) => {
  expect(printable(name)).toBe(name);
});
