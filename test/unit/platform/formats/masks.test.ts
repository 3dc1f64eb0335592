import { expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';

const ASSIGNMENT = { name: 'DB', value: 'a-value-that-is-secret', source: 'postgres/PASSWORD' };

// `export` makes the masks for this format only.
test.each(Object.entries(EXPORT_FORMATS))('only the text of azure has masks in it: %s', (name, format) => {
  const text = format.render([ASSIGNMENT], ['a-text-to-mask']);
  expect(text.includes('a-text-to-mask')).toBe(name === 'azure');
});
