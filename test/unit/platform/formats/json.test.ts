import { expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { lacks } from '../../../support/skips.js';
import { hexOfAll, run } from './shells.js';
import { assigned, forHardValues } from './values.js';

const { json } = EXPORT_FORMATS;

test('brings back every value, in order, and a NUL character too', () => {
  forHardValues((all) => {
    const values = [...all, '\0', '\ud800'];
    const text = json.render(assigned(values), []);
    expect(Object.entries(JSON.parse(text) as object)).toEqual(
      values.map((value, index) => [`V${index}`, value]),
    );
    expect(json.check(assigned(values))).toEqual([]);
  }, 100);
});

test.skipIf(lacks('jq'))('brings back every byte through jq', () => {
  forHardValues((values) => {
    const input = Buffer.from(json.render(assigned(values), []));
    const { stdout } = run('jq', ['-j', '.[] | (., "\\u0000")'], { input });
    expect(stdout.toString('latin1').split('\0').slice(0, -1)).toEqual(
      hexOfAll(values).map((hex) => Buffer.from(hex, 'hex').toString('latin1')),
    );
  });
});

test('is plain to read, and an empty object for nothing', () => {
  const assignments = [
    { name: 'B', value: 'x', source: 'a/b' },
    { name: '__proto__', value: 'y', source: 'a/b' },
  ];
  expect(json.render(assignments, [])).toBe('{\n  "B": "x",\n  "__proto__": "y"\n}\n');
  expect(json.render([], [])).toBe('{}\n');
});
