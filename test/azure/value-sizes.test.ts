import { describe, expect, test } from 'vitest';
import { largeValues } from '../support/nasty.js';
import { runWith } from './valued-job.js';

describe('a value', () => {
  test.each([
    ['false', 16],
    ['true', 8],
  ])(
    'is rejected if it is too large to start a later task with the others (outputs: %s)',
    async (outputs, count) => {
      const values = largeValues(count);
      const { vault, job, inputs, main } = await runWith(values, { outputs, credentials: '96 > DEPLOY' });
      expect([main.result, job.agent.variables.size, vault.custodies()]).toEqual(['Failed', 0, []]);
      expect(main.told).toContain('VALUE_TOO_LARGE: With these values, the environment would be larger');
      const post = await job.post(inputs);
      expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    },
  );

  test.each([
    ['false', 14],
    ['true', 7],
  ])('is accepted up to a size that lets post start (outputs: %s)', async (outputs, count) => {
    const values = largeValues(count);
    const secrets = Object.keys(values)
      .map((name) => `postgres/${name} > ${name}`)
      .join('\n');
    const { vault, job, inputs, main } = await runWith(values, {
      outputs,
      secrets,
      credentials: '96 > env:DEPLOY',
    });
    expect(main.result, main.told).toBe('Succeeded');
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
  });

  test('is rejected if it is too large for the environment of a later task, and the error offers a file', async () => {
    const { job, main } = await runWith({ HUGE: 'x'.repeat(125_000) });
    expect([main.result, job.agent.variables.size]).toEqual(['Failed', 0]);
    expect(main.told).toContain('VALUE_TOO_LARGE');
    expect(main.told).toContain('path:HUGE');
  });
});
