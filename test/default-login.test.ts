import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { ACTION, Job } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

const NODE = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
/** Of the Node under test. */
const isNode24OrNewer =
  Number(execFileSync(NODE, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) >= 24;

let vault: Vault;
beforeAll(async () => {
  vault = await startVault({ dialect: 'api' });
});
afterAll(() => vault.close());

describe('the action with the default login', () => {
  test('loads no file that only other settings need', async () => {
    const action = mkdtempSync(join(tmpdir(), 'segura-action-'));
    const job = new Job(action);
    onTestFinished(() => {
      job.close();
      rmSync(action, { recursive: true });
    });
    for (const name of ['package.json', 'main.js', 'post.js', 'release.js', 'undici.js'])
      copyFileSync(join(ACTION, 'dist', name), join(action, name));
    // They have to be there, and loading one would fail.
    for (const name of ['main-rest.js', 'release-rest.js', 'undici-rest.js'])
      writeFileSync(join(action, name), '');
    const main = await job.main(
      inputsFor(vault, {
        application: 'billing',
        system: 'payments',
        environment: 'production',
        secrets: 'postgres/PASSWORD > DB',
        credentials: '94 > SSH',
      }),
    );
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(main.outputs.get('SSH')).toBe(vault.password(94));
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(vault.custodies()).toEqual([]);
  });

  test('loads no module of Node that it does not need, and none that V8 has to compile anew', async () => {
    const job = new Job();
    onTestFinished(() => job.close());
    const file = join(job.folder, 'builtins');
    const main = await job.main(inputsFor(vault, { secrets: 'postgres/PASSWORD > DB' }), {
      nodeFlags: ['--require', join(ACTION, 'test/support/builtins.cjs')],
      env: { SEGURA_TEST_BUILTINS: file },
    });
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    const loaded: { all: string[]; late: string[]; isFlagSet: boolean } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    // Node 20 and 22 load their line editor, and what goes with it, for any ES module.
    const needless = isNode24OrNewer
      ? /^NativeModule (assert|https|internal\/fs\/promises|internal\/readline\/\w+)$/
      : /^NativeModule (assert|https)$/;
    expect(loaded.all.filter((name) => needless.test(name))).toEqual([]);
    // What Node has compiled is of no use with other flags.
    expect(loaded.isFlagSet).toBe(true);
    expect(loaded.late).toEqual([]);
  });
});

describe('each module', () => {
  // V8 of Node 20 reads an arrow function twice, parentheses or not.
  test.each(['main.js', 'main-rest.js', 'release.js', 'undici.js', 'cli/segura-secrets.mjs'])(
    'of %s is a function that V8 compiles at once',
    (name) => {
      const code = readFileSync(join(ACTION, 'dist', name), 'utf8');
      const compiledTwice = /(?<=[{,])\d+:\(?(?:\w+|\([\w,]*\))=>\{/g;
      expect(code.match(compiledTwice) ?? []).toEqual([]);
    },
  );
});
