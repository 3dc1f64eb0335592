import { expect, test } from 'vitest';
import { writeTogether } from '../../../../src/platform/process/output.js';

test('what is printed together has left when the work is done or has failed', () => {
  const during: number[] = [];
  const work = (): void => {
    during.push(process.stdout.writableCorked);
  };
  writeTogether(work);
  expect(() =>
    writeTogether(() => {
      work();
      throw new Error('no');
    }),
  ).toThrow('no');
  expect([during, process.stdout.writableCorked, process.stdout.writableLength]).toEqual([[1, 1], 0, 0]);
});
