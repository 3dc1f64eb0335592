import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

interface Source {
  readonly name: string;
  readonly text: string;
  /** As they are written, or below `src` when they are relative. */
  readonly imports: readonly string[];
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|js)$/.test(name) && !name.endsWith('.d.ts'))
  .map((name) => {
    const text = readFileSync(join(SRC, name), 'utf8');
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const found = [...code.matchAll(/(?:from\s+|import\s+|import\()\s*['"]([^'"]+)['"]/g)].map(
      ([, target = '']) => target,
    );
    const place = (target: string): string =>
      target.startsWith('.') ? relative(SRC, resolve(SRC, dirname(name), target)) : target;
    return { name: name.split(sep).join('/'), text, imports: found.map(place) };
  });

const folderOf = (path: string): string => path.split(/[\\/]/)[0] ?? '';
const inFolder = (folder: string): Source[] => sources.filter(({ name }) => folderOf(name) === folder);
const isNode = (target: string): boolean => target.startsWith('node:');
const isAzure = (target: string): boolean => target.startsWith('azure-pipelines-task-lib/');

function offences(of: readonly Source[], isAllowed: (target: string) => boolean): string[] {
  return of.flatMap(({ name, imports }) =>
    imports.filter((target) => !isAllowed(target)).map((target) => `${name}: ${target}`),
  );
}

describe('imports point one way', () => {
  test('core needs nothing but itself, Node and p-limit', () => {
    expect(inFolder('core').length).toBeGreaterThan(20);
    expect(
      offences(
        inFolder('core'),
        (target) => folderOf(target) === 'core' || isNode(target) || target === 'p-limit',
      ),
    ).toEqual([]);
  });

  test('http needs nothing but core, Node and undici', () => {
    const isAllowed = (target: string): boolean =>
      ['core', 'http'].includes(folderOf(target)) || isNode(target) || /^undici(\/|$)/.test(target);
    expect(offences(inFolder('http'), isAllowed)).toEqual([]);
  });

  test('identity needs only core/*.ts and core/tokens, and types of the vault for the wanted token', () => {
    const inIdentity = inFolder('identity');
    expect(inIdentity.length).toBeGreaterThan(10);
    const isAllowed = (target: string): boolean =>
      folderOf(target) === 'identity' || /^core[\\/](tokens[\\/])?[^\\/]+$/.test(target);
    const ofWanted = ['identity/source.ts', 'identity/provider.ts'];
    expect(
      offences(
        inIdentity.filter(({ name }) => !ofWanted.includes(name)),
        isAllowed,
      ),
    ).toEqual([]);
    const wanted = inIdentity.filter(({ name }) => ofWanted.includes(name));
    expect(wanted.map(({ text }) => text.match(/^import (?!type ).*core\/vault.*$/gm))).toEqual([null, null]);
  });

  test('inject needs nothing but core, the readers of env files and of YAML tags, Node and its parsers, each loaded when it is needed', () => {
    const injecting = inFolder('inject');
    expect(injecting.length).toBeGreaterThan(10);
    const parsers = ['yaml', 'jsonc-parser', 'toml-eslint-parser', '@xmldom/xmldom', 'xpath'];
    const isAllowed = (target: string): boolean =>
      ['core', 'inject'].includes(folderOf(target)) ||
      /^platform[\\/]formats[\\/](?:dotenv-readers|yaml-tag)\./.test(target) ||
      target === 'node:crypto' ||
      parsers.includes(target);
    expect(offences(injecting, isAllowed)).toEqual([]);
    const atOnce = injecting.flatMap(({ name, text }) =>
      [...text.matchAll(/^import (?!type )[^;]*?from '([^'.]+)'/gm)].map(
        ([, target]) => `${name}: ${target}`,
      ),
    );
    expect(atOnce.filter((each) => !each.endsWith(': node:crypto'))).toEqual([]);
    const loaders = sources.filter(({ text }) =>
      /import\(\/\* webpackMode: "eager" \*\/ '[^']*formats\//.test(text),
    );
    expect(loaders.map(({ name }) => name)).toEqual(['inject/inject.ts']);
  });

  test('templates need nothing but core, inject, the writers of shell and env files, the readers of YAML tags, Node and libraries that are loaded when needed', () => {
    const LIQUID = 'liquidjs/dist/liquid.browser.mjs';
    const templating = inFolder('templates');
    expect(templating.length).toBeGreaterThan(10);
    const isAllowed = (target: string): boolean =>
      ['core', 'inject', 'templates'].includes(folderOf(target)) ||
      /^platform[\\/]formats[\\/](?:dotenv-readers|shell|yaml-tag)\./.test(target) ||
      ['node:crypto', 'node:util', 'liquidjs', LIQUID, 'yaml'].includes(target);
    expect(offences(templating, isAllowed)).toEqual([]);
    const atOnce = templating.flatMap(({ name, text }) =>
      [...text.matchAll(/^import (?!type )[^;]*?from '([^'.]+)'/gm)].map(
        ([, target]) => `${name}: ${target}`,
      ),
    );
    expect(atOnce.filter((each) => !/: node:(?:crypto|util)$/.test(each))).toEqual([]);
    const users = sources.filter(({ imports }) => imports.some((target) => /^liquidjs/.test(target)));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter(({ name }) => !name.startsWith('templates/'))).toEqual([]);
    // That build of it has no file system; of the other one, types are used.
    const atRun = users.flatMap(({ text }) => text.match(/(?<=await )import\([^)]*liquidjs[^)]*\)/g) ?? []);
    expect(atRun).toEqual([`import(/* webpackMode: "eager" */ '${LIQUID}')`]);
  });

  test('platform needs nothing but core, Node, the Actions toolkit and the Azure library', () => {
    const isAllowed = (target: string): boolean =>
      ['core', 'platform'].includes(folderOf(target)) ||
      isNode(target) ||
      target.startsWith('@actions/') ||
      isAzure(target);
    expect(offences(inFolder('platform'), isAllowed)).toEqual([]);
  });

  test('the command line needs nothing but the other layers, Node, yaml and cross-spawn', () => {
    expect(inFolder('cli').length).toBeGreaterThan(10);
    const isAllowed = (target: string): boolean =>
      ['core', 'http', 'platform', 'cli'].includes(folderOf(target)) ||
      isNode(target) ||
      ['yaml', 'cross-spawn'].includes(target);
    expect(offences(inFolder('cli'), isAllowed)).toEqual([]);
  });

  test('only the entry needs the command line', () => {
    const others = sources.filter(({ name }) => !['cli', 'entry'].includes(folderOf(name)));
    expect(offences(others, (target) => folderOf(target) !== 'cli')).toEqual([]);
  });

  test('redaction needs nothing of the vault', () => {
    const redaction = sources.filter(({ name }) => name.startsWith('core/redaction/'));
    expect(redaction.length).toBeGreaterThan(3);
    expect(offences(redaction, (target) => target.startsWith('core/redaction/') || isNode(target))).toEqual(
      [],
    );
  });

  test('only two files know the Actions toolkit', () => {
    const users = sources.filter(({ imports }) => imports.some((target) => target.startsWith('@actions/')));
    expect(users.map(({ name }) => name).sort()).toEqual([
      'platform/disk/windows-acl.ts',
      'platform/github/github.ts',
    ]);
  });

  test('only the files of its platform know the Azure library', () => {
    const users = sources.filter(({ imports }) => imports.some(isAzure)).map(({ name }) => name);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((name) => !/^platform\/azure\//.test(name))).toEqual([]);
  });

  test('what silences the Azure library is the first import of each entry that loads it', () => {
    const entries = inFolder('entry').filter(({ imports }) =>
      imports.some((target) => /^(platform[\\/]azure|entry[\\/]azure[\\/]task)/.test(target)),
    );
    expect(entries.length).toBe(3);
    for (const { name, imports } of entries)
      expect(imports[0], name).toBe(join('entry', 'azure', 'before-library.js'));
  });

  test('what keeps Node from its own streams is the first import of the command line', () => {
    const [entry] = sources.filter(({ name }) => name === 'entry/cli/main.ts');
    expect(entry?.imports[0]).toBe(join('entry', 'cli', 'outputs.js'));
  });

  test('what only another way to log in needs is imported by import() or as a type', () => {
    const isDefault = (path: string): boolean =>
      /auth\/(auth-of|auth-settings|authorize|client-auth|client-secret|identity-source|token-endpoint|token-reply)\./.test(
        path,
      );
    const isOther = (path: string): boolean =>
      /^(core\/vault\/auth|identity)\/|^http\/tls\/client-certificate\./.test(path) && !isDefault(path);
    const loadsAtOnce = sources
      .filter(({ name }) => !isOther(name))
      .flatMap(({ name, text }) =>
        [...text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)'/gm)]
          .map(([, target = '']) => relative(SRC, resolve(SRC, dirname(name), target)).replaceAll(sep, '/'))
          .filter(isOther)
          .map((target) => `${name}: ${target}`),
      );
    expect(loadsAtOnce).toEqual([]);
  });

  test('nothing needs the entry', () => {
    expect(
      offences(
        sources.filter(({ name }) => folderOf(name) !== 'entry'),
        (target) => folderOf(target) !== 'entry',
      ),
    ).toEqual([]);
  });

  test('tests are needed nowhere', () => {
    expect(
      offences(sources, (target) => !target.startsWith('..') && !/^(vitest|fast-check)$/.test(target)),
    ).toEqual([]);
  });
});

test('only the entry reads the environment', () => {
  const readers = sources.filter(
    ({ name, text }) => folderOf(name) !== 'entry' && /process\s*\.\s*env|process\[/.test(text),
  );
  expect(readers.map(({ name }) => name)).toEqual([]);
});

test('the core asks its Clock for the time, and for every wait', () => {
  const pattern =
    /Date\s*\.\s*now|performance\s*\.|\bset(?:Timeout|Interval)\b|AbortSignal\s*\.\s*timeout|new Date\(\)|node:timers/;
  const offenders = inFolder('core').filter(({ text }) =>
    pattern.test(text.replaceAll(/\/\*[\s\S]*?\*\//g, '')),
  );
  expect(offenders.map(({ name }) => name)).toEqual([]);
});

test('no signal is one of AbortSignal.any, which on Node 20 is collected before its time and then never fires', () => {
  const root = resolve(SRC, '..');
  const files = ['src', 'test', 'bench', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const code = files.filter((name) => /\.(ts|js|mjs|cjs)$/.test(name));
  expect(code.length).toBeGreaterThan(200);
  const pattern = /AbortSignal\s*\.\s*any\s*\(/;
  expect(code.filter((name) => pattern.test(readFileSync(join(root, name), 'utf8')))).toEqual([]);
});
