import { expect, test } from 'vitest';
import { runWith } from './valued-job.js';

test('a name in unmasked becomes an ordinary variable, with a warning, and the rest stays secret', async () => {
  const fields = { STAGE: 'production-eu', KEY: 'a-secret-key-value' };
  const { job, main } = await runWith(fields, { unmasked: 'STAGE' });
  expect(main.result, main.told).toBe('Succeeded');
  expect([job.agent.value('STAGE'), job.agent.value('KEY')]).toEqual([fields.STAGE, fields.KEY]);
  const secrecy = main.commands
    .filter(({ event }) => event === 'setvariable')
    .map(({ properties }) => [properties.get('variable'), properties.get('issecret')]);
  expect(secrecy).toEqual([
    ['STAGE', 'false'],
    ['KEY', 'true'],
  ]);
  expect([...job.agent.masks].filter((mask) => mask.includes('production'))).toEqual([]);
  expect(main.told).toMatch(/STAGE: ready, from postgres\/STAGE, as variable/);
  expect(main.told).toContain('STAGE is named in "unmasked"');
  job.agent.read('later: production-eu a-secret-key-value');
  expect(job.agent.log.at(-1)).toBe('later: production-eu ***');
});
