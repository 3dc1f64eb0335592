import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultsOf } from '../support/azure-leaks.js';
import { NASTY } from '../support/nasty.js';
import { filesWith } from '../support/secret-files.js';
import { runWith } from './valued-job.js';

const LINES = {
  NEWLINES: NASTY.NEWLINES,
  CRLF: NASTY.CRLF,
  CR: 'only\rcarriage\rreturns',
  ORDERS: `a line\n${NASTY.COMMAND}`,
  INJECTION: NASTY.INJECTION,
  DELIMITER: NASTY.DELIMITER,
  TINY: 'a\nb',
};

describe('a value with line ends', () => {
  test('fails the step by default before anything is set, and each error names the fix', async () => {
    const values = { ...LINES, PLAIN: 'a-plain-value' };
    const { vault, job, main, secrets } = await runWith(values, { credentials: '94 > DEPLOY' });
    expect([main.code, main.result]).toEqual([0, 'Failed']);
    for (const name of Object.keys(LINES)) {
      expect(main.told).toContain(
        `VALUE_BROKEN: The value of postgres/${name} for ${name} has several lines`,
      );
      expect(main.told).toContain(`postgres/${name} > path:${name}`);
    }
    expect(main.told).toContain('multiline: base64');
    expect(job.agent.variables.size).toBe(0);
    expect(vault.custodies()).toEqual([]);
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('becomes its base64 in the base64 mode, hidden before it is set', async () => {
    const values = { ...LINES, PLAIN: 'a-plain-value' };
    const { job, main, secrets } = await runWith(values, { multiline: 'base64', outputs: 'true' });
    expect(main.result, main.told).toBe('Succeeded');
    for (const [name, value] of Object.entries(LINES)) {
      const variable = job.agent.value(name) ?? '';
      expect(Buffer.from(variable, 'base64').toString(), name).toBe(value);
      expect([job.agent.isSecret(name), job.agent.masks.has(variable)]).toEqual([true, true]);
      expect(job.agent.value(`segura.${name}`)).toBe(variable);
      expect(main.told).toContain(`${name} is set to base64 of the value`);
    }
    expect(job.agent.value('PLAIN')).toBe('a-plain-value');
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('goes to a private file in the file mode, which post removes', async () => {
    const values = { ...LINES, PLAIN: 'a-plain-value' };
    const { job, inputs, main, secrets } = await runWith(values, { multiline: 'file' });
    expect(main.result, main.told).toBe('Succeeded');
    for (const [name, value] of Object.entries(LINES)) {
      const path = job.agent.value(name) ?? '';
      expect(path.startsWith(job.temp), name).toBe(true);
      expect(readFileSync(path).equals(Buffer.from(value)), name).toBe(true);
      expect([job.modeOf(path), job.agent.isSecret(name)]).toEqual([0o600, false]);
      expect(main.told).toContain(`${name}: ready, from postgres/${name}, as private file, path as variable`);
      expect(main.told).toContain(`${name} is set to the path of a private file`);
    }
    expect(job.agent.value('PLAIN')).toBe('a-plain-value');
    expect(main.told).toContain('PLAIN: ready, from postgres/PLAIN, as secret variable');
    expect(faultsOf(job, main, secrets)).toEqual([]);
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(filesWith(Object.values(LINES), job.files())).toEqual([]);
    expect(faultsOf(job, post, secrets)).toEqual([]);
  });

  test.each(['file', 'base64'])('is set once for each requested place (%s)', async (multiline) => {
    const { job, main, secrets } = await runWith(LINES, {
      multiline,
      outputs: 'true',
      secrets: 'postgres/CRLF > KEY, output:KEY\npostgres/CRLF > env:key, output:OTHER',
    });
    expect(main.result, main.told).toBe('Succeeded');
    const set = main.commands.filter(({ event }) => event === 'setvariable');
    expect(set.map(({ properties }) => [properties.get('variable'), properties.get('isoutput')])).toEqual([
      ['KEY', 'false'],
      ['KEY', 'true'],
      ['OTHER', 'true'],
    ]);
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('leaves no file behind when another value is rejected', async () => {
    const values = { KEY: NASTY.NEWLINES, SECRET_WORD: 'another-value' };
    const { job, main } = await runWith(values, {
      multiline: 'file',
      secrets: 'postgres/KEY > KEY\npostgres/* > ALL_*\npostgres/* > *',
    });
    expect([main.result, job.agent.variables.size], main.told).toEqual(['Failed', 0]);
    expect(main.told).toContain('NAME_RESERVED');
    expect(filesWith([NASTY.NEWLINES], job.files())).toEqual([]);
  });
});
