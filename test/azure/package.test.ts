import { mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTION } from '../support/runner.js';
import {
  filesIn,
  folder,
  identityOf,
  lacksTfx,
  makePackage,
  type Package,
  removePackages,
  run,
  version,
} from './packaging.js';
import { EXTENSION, readStrings, readTask, TASK } from './schema-files.js';

afterAll(removePackages);

let plain: Package;
let dev: Package;

beforeAll(async () => {
  [plain, dev] = await Promise.all([makePackage('plain'), makePackage('dev', '--dev')]);
});

describe.skipIf(lacksTfx)('the package', () => {
  test('is built without a warning, and only its path is printed', () => {
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

  test('is private, and has the version of its task', () => {
    const manifest = readFileSync(join(plain.folder, 'extension.vsixmanifest'), 'utf8');
    expect(manifest).toContain('<GalleryFlags/>');
    expect(identityOf(plain)).toContain(`Publisher="segura-secrets" Version="${version}"`);
  });
});

describe.skipIf(lacksTfx)('a bundle of the package', () => {
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

  test('main speaks Portuguese if the organization does', async () => {
    const { text } = await start('main.js', { SYSTEM_CULTURE: 'pt-BR' });
    expect(text).toContain('Escolha uma conexão de serviço em seguraConnection ou defina clientSecret.');
  });
});

describe.skipIf(lacksTfx)('with --dev', () => {
  test('the extension, the task, the contributions and the connection type have their own ids', () => {
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

  test('the task id is the same for one publisher, and differs for another', async () => {
    const [again, other] = await Promise.all([
      makePackage('again', '--dev'),
      makePackage('other', '--dev', '--publisher', 'contoso'),
    ]);
    expect(readTask(again.folder).id).toBe(readTask(dev.folder).id);
    expect(readTask(other.folder).id).not.toBe(readTask(dev.folder).id);
  });
});
