import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTION } from '../support/runner.js';
import { EXTENSION, type readExtension, readStrings, readTask, TASK } from './schema-files.js';
import { unzip } from './zip.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'segura-vsix-'));
const { version } = JSON.parse(readFileSync(join(ACTION, 'package.json'), 'utf8')) as { version: string };

interface Package {
  readonly path: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Where it is unpacked. */
  readonly folder: string;
  readonly manifest: { readonly contributions: ReturnType<typeof readExtension>['contributions'] };
}

/** The package that `npm run package:azure -- …args` makes, unpacked into `name`. */
async function makePackage(name: string, ...args: string[]): Promise<Package> {
  const output = join(folder, `${name}-out`);
  const script = join(ACTION, 'scripts/azure.mjs');
  const { stdout, stderr } = await run(process.execPath, [script, 'package', '--output', output, ...args]);
  const path = stdout.trim();
  const unpacked = join(folder, name);
  unzip(readFileSync(path), unpacked);
  const manifest = JSON.parse(readFileSync(join(unpacked, 'extension.vsomanifest'), 'utf8')) as never;
  return { path, stdout, stderr, folder: unpacked, manifest };
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
}

const identityOf = (made: Package): string =>
  /<Identity [^>]*>/.exec(readFileSync(join(made.folder, 'extension.vsixmanifest'), 'utf8'))?.[0] ?? '';

let plain: Package;
let dev: Package;

beforeAll(async () => {
  [plain, dev] = await Promise.all([makePackage('plain'), makePackage('dev', '--dev')]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('is made without a warning, and named by its path alone', () => {
    expect(plain.stdout).toBe(
      `${join(folder, 'plain-out', `segura-secrets.segura-secrets-${version}.vsix`)}\n`,
    );
    expect(plain.stderr).toBe('');
  });

  test('holds these files and no other', () => {
    expect(filesIn(plain.folder)).toEqual(
      [
        ...['[Content_Types].xml', 'extension.vsixmanifest', 'extension.vsomanifest'],
        ...['overview.md', 'LICENSE.md', 'images/icon.png'],
        ...['task.json', 'icon.png', 'package.json', 'main.js', 'post.js', 'licenses.txt'].map(
          (name) => `${TASK}/${name}`,
        ),
        ...['en-US', 'pt-BR'].map((name) => `${TASK}/Strings/resources.resjson/${name}/resources.resjson`),
      ].toSorted(),
    );
  });

  test('carries every file of the repository as it is', () => {
    const ours = filesIn(plain.folder).filter((name) => !/^extension\.|^\[/.test(name));
    for (const name of ours) {
      expect(readFileSync(join(plain.folder, name)).equals(readFileSync(join(EXTENSION, name))), name).toBe(
        true,
      );
    }
  });

  test('holds no path of this machine, no source map and no name to be filled in', () => {
    for (const name of filesIn(plain.folder)) {
      const text = readFileSync(join(plain.folder, name), 'latin1');
      for (const path of [ACTION, EXTENSION, tmpdir(), homedir()]) {
        expect(text.includes(`${path}/`), `${name} holds ${path}`).toBe(false);
      }
      expect(text, name).not.toMatch(/sourceMappingURL=(?!\s*['"`$])/);
      if (!name.endsWith('.js') && !name.endsWith('.txt'))
        expect(text, name).not.toMatch(/\bOWNER\b|<[a-z ]+ SHA>/);
    }
  });

  test('shows a page that needs no other file', () => {
    const page = readFileSync(join(plain.folder, 'overview.md'), 'utf8');
    const links = [...page.matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !/^(?:https:|#)/.test(target))).toEqual([]);
  });

  test('is private, and one version with its task', () => {
    const manifest = readFileSync(join(plain.folder, 'extension.vsixmanifest'), 'utf8');
    expect(manifest).toContain('<GalleryFlags/>');
    expect(identityOf(plain)).toContain(`Publisher="segura-secrets" Version="${version}"`);
  });
});

describe('a bundle of the package', () => {
  /** As the agent starts it, with nothing told: no input, no connection, no state. */
  async function start(
    script: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; text: string }> {
    const temp = join(folder, `temp-${script}`);
    mkdirSync(temp, { recursive: true });
    const env = {
      PATH: process.env['PATH'],
      AGENT_TEMPDIRECTORY: temp,
      AGENT_VERSION: '4.265.1',
      SYSTEM_DEFAULTWORKINGDIRECTORY: temp,
      ...more,
    };
    const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
    const path = join(plain.folder, TASK, script);
    const result = await run(node, [path], { env, cwd: temp }).catch((error: unknown) => error);
    const { code = 0, stdout, stderr } = result as { code?: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }

  test('post does nothing when main never ran', async () => {
    const { code, text } = await start('post.js');
    expect([code, text]).toEqual([0, '']);
  });

  test('main without inputs fails with messages, and no stack', async () => {
    const { code, text } = await start('main.js');
    expect(code).toBe(0);
    expect(text).toMatch(/##vso\[task\.complete result=Failed;/);
    expect(text).toContain('Choose a service connection in seguraConnection, or set clientSecret.');
    expect(text).not.toMatch(/\n\s+at .*[:(]\d+/);
    expect(text).not.toMatch(/Can't find loc string|Resource file haven't been set|LIB_/);
  });

  test('main speaks Portuguese where the organization does', async () => {
    const { text } = await start('main.js', { SYSTEM_CULTURE: 'pt-BR' });
    expect(text).toContain('Escolha uma conexão de serviço em seguraConnection, ou defina clientSecret.');
  });
});

describe('with --dev', () => {
  test('the extension, the task, the contributions and the connection type have ids of their own', () => {
    expect(identityOf(dev)).toContain('Id="segura-secrets-dev"');
    const ids = (made: Package): string[] => {
      const [task, endpoint] = made.manifest.contributions;
      return [readTask(made.folder).id, task.id, endpoint.id, endpoint.properties.name];
    };
    expect(ids(dev)).toEqual([
      '4bdba009-5033-5489-9ea9-80da1529923a',
      'segura-secrets-task-dev',
      'segura-endpoint-dev',
      'SeguraDev',
    ]);
    expect(ids(dev).filter((id) => ids(plain).includes(id))).toEqual([]);
    expect(readTask(dev.folder).inputs[0]?.type).toBe('connectedService:SeguraDev');
  });

  test('all else is the same', () => {
    const { id: _, name, friendlyName, inputs, ...rest } = readTask(dev.folder);
    const {
      id: __,
      name: plainName,
      friendlyName: plainFriendlyName,
      inputs: plainInputs,
      ...plainRest
    } = readTask();
    expect([name, friendlyName]).toEqual([`${plainName}Dev`, `${plainFriendlyName} (dev)`]);
    expect(inputs.slice(1)).toEqual(plainInputs.slice(1));
    expect(inputs[0]?.helpMarkDown).toContain('of the type *Segura vault (dev)*:');
    expect(rest).toEqual(plainRest);
    for (const language of ['en-US', 'pt-BR'] as const) {
      const {
        'loc.friendlyName': ___,
        'loc.input.help.seguraConnection': help,
        ...strings
      } = readStrings(language, dev.folder);
      const {
        'loc.friendlyName': ____,
        'loc.input.help.seguraConnection': plainHelp,
        ...plainStrings
      } = readStrings(language);
      expect(help).toBe(plainHelp?.replace('*Segura vault*', '*Segura vault (dev)*'));
      expect(help).not.toBe(plainHelp);
      expect(strings).toEqual(plainStrings);
    }
    const changed = filesIn(plain.folder).filter(
      (file) => !readFileSync(join(plain.folder, file)).equals(readFileSync(join(dev.folder, file))),
    );
    expect(changed).toEqual(
      [
        ...['extension.vsixmanifest', 'extension.vsomanifest', 'overview.md', `${TASK}/task.json`],
        ...['en-US', 'pt-BR'].map((name) => `${TASK}/Strings/resources.resjson/${name}/resources.resjson`),
      ].toSorted(),
    );
  });

  test('the page speaks of the variant', () => {
    const page = readFileSync(join(dev.folder, 'overview.md'), 'utf8');
    expect(page.match(/SeguraSecrets\w*@/g)).toEqual(['SeguraSecretsDev@', 'SeguraSecretsDev@']);
    expect(page.match(/\*Segura vault[^*]*\*/g)).toEqual(['*Segura vault (dev)*']);
  });

  test('a connection type of your own is another one too', async () => {
    const made = await makePackage('own-dev', '--dev', '--connection-type', 'ContosoVault');
    expect(made.manifest.contributions[1].properties.name).toBe('ContosoVaultDev');
    expect(readTask(made.folder).inputs[0]?.type).toBe('connectedService:ContosoVaultDev');
  });

  test('the task id is the same for one publisher, and another for another', async () => {
    const [again, other] = await Promise.all([
      makePackage('again', '--dev'),
      makePackage('other', '--dev', '--publisher', 'contoso'),
    ]);
    expect(readTask(again.folder).id).toBe(readTask(dev.folder).id);
    expect(readTask(other.folder).id).not.toBe(readTask(dev.folder).id);
  });
});

test('a publisher, a version, a connection type and a repository of your own are taken', async () => {
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
});

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
])('an option that is wrong is told in one line: %j', async (args, line) => {
  const failure = await makePackage('wrong', ...args).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 2, stdout: '', stderr: `${line}\n` });
});

test.each([
  [['--unknown'], "'--unknown'"],
  [['--publisher'], "'--publisher <value>'"],
  [['--publisher', '--dev'], "'--publisher'"],
])('an option that is none, or lacks its value, is told in one line: %j', async (args, name) => {
  const failure = await makePackage('wrong', ...args).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 2, stdout: '' });
  const { stderr } = failure as { stderr: string };
  expect(stderr.match(/\n/g)?.length).toBe(1);
  expect(stderr).toContain(name);
});

test('an option that npm takes for itself is told, since it would be lost', async () => {
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

  test('when tfx warns', async () => {
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
