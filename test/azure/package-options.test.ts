import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ACTION } from '../support/runner.js';
import { folder, identityOf, lacksTfx, makePackage, removePackages, run, version } from './packaging.js';
import { readTask, TASK } from './schema-files.js';

afterAll(removePackages);

test.skipIf(lacksTfx)(
  'accepts a publisher, a version, a connection type and a repository of your own',
  async () => {
    const made = await makePackage(
      'own',
      ...['--publisher', 'contoso', '--patch', '7', '--connection-type', 'ContosoVault'],
      ...['--repository', 'https://git.example.com/contoso/segura-secrets'],
    );
    const own = version.replace(/\d+$/, '7');
    expect(made.path).toBe(join(folder, 'own-out', `contoso.segura-secrets-${own}.vsix`));
    expect(identityOf(made)).toContain(`Publisher="contoso" Version="${own}"`);
    expect(readTask(made.folder).version.Patch).toBe(7);
    expect(readTask(made.folder).id).toBe(readTask().id);
    expect(readTask(made.folder).inputs[0]?.type).toBe('connectedService:ContosoVault');
    expect(made.manifest.contributions[1].properties.name).toBe('ContosoVault');
    expect(readFileSync(join(made.folder, 'extension.vsixmanifest'), 'utf8')).toContain(
      'https://git.example.com/contoso/segura-secrets/issues',
    );
  },
);

test.each([
  [['--patch', 'x'], '--patch has to be a number, not "x".'],
  [
    ['--publisher=-contoso'],
    '--publisher has to be letters, digits and hyphens, no hyphen first, not "-contoso".',
  ],
  [
    ['--publisher', 'con toso'],
    '--publisher has to be letters, digits and hyphens, no hyphen first, not "con toso".',
  ],
  [
    ['--publisher', '../x'],
    '--publisher has to be letters, digits and hyphens, no hyphen first, not "../x".',
  ],
  [
    ['--connection-type', 'Contoso:Vault'],
    '--connection-type has to be letters and digits, not "Contoso:Vault".',
  ],
  [
    ['--repository', 'http://git.example.com'],
    '--repository has to be an https URL, not "http://git.example.com".',
  ],
  [['--repository', 'https://'], '--repository has to be an https URL, not "https://".'],
  [['--output='], '--output has to be a folder, not "".'],
  [['more'], 'Unexpected word "more".'],
])('reports a wrong option in one line: %j', async (args, line) => {
  const failure = await makePackage('wrong', ...args).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 2, stdout: '', stderr: `${line}\n` });
});

test.each([
  [['--unknown'], "'--unknown'"],
  [['--publisher'], "'--publisher <value>'"],
  [['--publisher', '--dev'], "'--publisher'"],
])('reports an unknown option, or one without its value, in one line: %j', async (args, name) => {
  const failure = await makePackage('wrong', ...args).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 2, stdout: '' });
  const { stderr } = failure as { stderr: string };
  expect(stderr.match(/\n/g)?.length).toBe(1);
  expect(stderr).toContain(name);
});

test('reports an option that npm would take for itself', async () => {
  const failure: unknown = await run('npm', ['run', 'package:azure', '--publisher', 'contoso'], {
    cwd: ACTION,
    shell: process.platform === 'win32',
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 2 });
  expect((failure as { stderr: string }).stderr).toContain(
    'npm took --publisher for itself. Write: npm run package:azure -- --publisher\n',
  );
});

describe('no package is made', () => {
  /** A checkout with what packaging needs, for faults that ours must not get. */
  async function failing(fault: (copy: string) => void): Promise<{ stderr: string; made: string[] }> {
    const copy = mkdtempSync(join(folder, 'copy-'));
    for (const name of ['azure-task', 'scripts', 'package.json']) {
      cpSync(join(ACTION, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ACTION, 'node_modules'), join(copy, 'node_modules'), 'junction');
    fault(join(copy, 'azure-task'));
    const output = join(copy, 'out');
    const result: unknown = await run(process.execPath, [
      join(copy, 'scripts/azure.mjs'),
      ...['package', '--output', output],
    ]).catch((error: unknown) => error);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    return {
      stderr: (result as { stderr: string }).stderr,
      made: existsSync(output) ? readdirSync(output) : [],
    };
  }

  test.skipIf(lacksTfx)('when tfx warns', async () => {
    const { stderr, made } = await failing((copy) => {
      const path = join(copy, TASK, 'task.json');
      const task = { ...readTask(copy), friendlyName: 'x'.repeat(41) };
      writeFileSync(path, JSON.stringify(task));
    });
    expect(stderr).toContain('friendlyName is a required string <= 40 chars');
    expect(made).toEqual([]);
  });

  test('when a file lies in the folder that no package should hold', async () => {
    const { stderr, made } = await failing((copy) => writeFileSync(join(copy, TASK, '.taskkey'), ''));
    expect(stderr).toBe(`azure-task/ holds ${TASK}/.taskkey, which no package should.\n`);
    expect(made).toEqual([]);
  });

  test('when the bundles are missing', async () => {
    const { stderr, made } = await failing((copy) => rmSync(join(copy, TASK, 'post.js')));
    expect(stderr).toBe(`azure-task/ lacks ${TASK}/post.js: npm run build makes the bundles.\n`);
    expect(made).toEqual([]);
  });
});
