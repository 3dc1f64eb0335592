import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectOk, expectRefused, openRunb, runb } from './runb-desk.js';

describe('names', () => {
  test.each(['linux', 'github'])(
    'that two secrets give different values are refused for %s',
    async (tool) => {
      const { desk, file } = await openRunb({ a: { TOKEN: 'one value' }, b: { TOKEN: 'another value' } });
      writeFileSync(file, 'old');
      const ended = await runb(desk, ['-t', tool]);
      expectRefused(
        ended,
        'NAME_COLLISION: Name TOKEN would come from both a/TOKEN (runb) and b/TOKEN (runb).',
      );
      expect(ended.stderr).toContain('Rename it in the vault, or use "segura-secrets export". ');
      expect(ended.stderr).toContain('a/* > a_* and b/* > b_*');
      expect(readFileSync(file, 'utf8')).toBe('old');
    },
  );

  test('that two secrets give the same value are written once', async () => {
    const { desk, file } = await openRunb({
      a: { TOKEN: 'one value' },
      b: [{ TOKEN: 'one value' }, { X: 'y' }],
    });
    expectOk(await runb(desk));
    expect(readFileSync(file, 'utf8')).toBe("export TOKEN='one value'\nexport X='y'\n");
  });

  test('that differ in case alone are two to a shell, and one to Azure Pipelines', async () => {
    const { desk, file } = await openRunb({ a: { password: 'lower case' }, b: { PASSWORD: 'upper case' } });
    expectRefused(await runb(desk, ['-t', 'azure-devops']), 'NAME_COLLISION');
    expectOk(await runb(desk, ['-t', 'gitlab']));
    expect(readFileSync(file, 'utf8')).toBe("export password='lower case'\nexport PASSWORD='upper case'\n");
  });

  test('that stand twice in one secret with different values are refused', async () => {
    const { desk } = await openRunb({ a: [{ TOKEN: 'one value' }, { TOKEN: 'another value' }] });
    expectRefused(await runb(desk), 'FIELD_AMBIGUOUS: runb: a/TOKEN stands in maps [0] and [1]');
  });

  test.each(['LD_PRELOAD', 'PATH', 'BASH_ENV', 'path'])('such as %s are refused', async (name) => {
    const { desk } = await openRunb({ a: { FINE: 'value', [name]: '/tmp/evil' } });
    const ended = await runb(desk);
    expectRefused(ended, `NAME_RESERVED: runb would set the environment variable ${name} from a/${name}`);
    expect(ended.stderr).not.toMatch(/output|\/tmp\/evil/);
    expect(desk.files()).toEqual([]);
  });

  test('that no shell takes are made legal', async () => {
    const { desk, file } = await openRunb({ a: { 'db-password 1': 'value', '2nd': 'other' } });
    expectOk(await runb(desk));
    expect(readFileSync(file, 'utf8')).toBe("export db_password_1='value'\nexport _nd='other'\n");
  });
});
