import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { hexOfAll, variablesOf } from './shells.js';
import { assigned, forHardValues, HARD_VALUES } from './values.js';

const { dotenv } = EXPORT_FORMATS;
const carried = (values: readonly string[]): string[] =>
  values.filter((value) => dotenv.refusals(assigned([value])).length === 0);

type Parse = (text: string) => NodeJS.Dict<string>;
const NPM_DOTENV = 'dotenv';

/** The npm package, where some tool has brought it along. */
const npmDotenv = ((): Parse | undefined => {
  try {
    return (createRequire(import.meta.url)(NPM_DOTENV) as { parse: Parse }).parse;
  } catch {
    return undefined;
  }
})();

const named = (values: readonly string[]): Record<string, string> =>
  Object.fromEntries(assigned(values).map(({ name, value }) => [name, value]));

test('most hard values are carried', () => {
  expect(carried(HARD_VALUES).length).toBeGreaterThan(HARD_VALUES.length * 0.9);
});

test('brings back every value it takes by util.parseEnv', () => {
  forHardValues((all) => {
    const values = carried(all);
    expect(parseEnv(dotenv.render(assigned(values), []))).toEqual(named(values));
  }, 200);
});

test.runIf(npmDotenv)('brings back every value it takes by the npm package', () => {
  forHardValues((all) => {
    const values = carried(all);
    expect(npmDotenv?.(dotenv.render(assigned(values), []))).toEqual(named(values));
  }, 200);
});

test.skipIf(process.platform === 'win32')('brings back every byte by node --env-file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'formats-'));
  try {
    const values = carried(HARD_VALUES);
    writeFileSync(join(folder, 'text'), dotenv.render(assigned(values), []));
    const print = 'require("child_process").spawnSync("env", ["-0"], { stdio: "inherit" })';
    const { stdout } = spawnSync(process.execPath, ['--env-file=text', '-e', print], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
    });
    expect(variablesOf(stdout)).toEqual(hexOfAll(values));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each<[string, string]>([
  ['plain', "N='plain'"],
  ['', "N=''"],
  ["it's", 'N="it\'s"'],
  [`it's "so"`, `N=\`it's "so"\``],
  ["it's \\new", "N=`it's \\new`"],
  ['C:\\dir\\', 'N=C:\\dir\\'],
  ['a\nb\n', "N='a\nb\n'"],
  ['$HOME # no comment', "N='$HOME # no comment'"],
  [`a'b"c\`d`, `N=a'b"c\`d`],
])('%j is written %j', (value, line) => {
  expect(dotenv.render([{ name: 'N', value, source: 'a/b' }], [])).toBe(`${line}\n`);
});

test.each(['a\rb', 'a\r\nb', 'a\0b', `'"\`\n`, `'a"b\`c`, `a'"\` # b`, 'ends in \\\n\\', 'é\\'])(
  '%j is refused, with JSON as the remedy',
  (value) => {
    const [problem] = dotenv.refusals(assigned([value]));
    expect(problem?.code).toBe('VALUE_BROKEN');
    expect(problem?.remedy).toContain('--format json');
  },
);
