import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { INPUT_DEFAULTS, SECRET_INPUTS } from '../../src/core/input-names.js';
import { ACTION } from '../support/runner.js';
import { lacks } from '../support/skips.js';
import { COMPONENT, componentInputs, componentJobs, INCLUDE, includeJobs, scriptsOf, TOOL } from './files.js';
import { execute } from './programs.js';
import { schemaProblems } from './schema.js';

const PROJECT = join(ACTION, 'gitlab/.gitlab-ci.yml');
const inputs = componentInputs();
const component = readFileSync(COMPONENT, 'utf8');

describe('the component and the include', () => {
  test('run the same scripts', () => {
    expect(scriptsOf(componentJobs())).toEqual(scriptsOf(includeJobs()));
    expect(
      Object.values(scriptsOf(includeJobs())).every((script) => script.startsWith('# segura-secrets: ')),
    ).toBe(true);
  });

  test('pin the version of the package and the SHA-256 of its bundle', () => {
    const { version } = JSON.parse(readFileSync(join(ACTION, 'package.json'), 'utf8')) as { version: string };
    const sha256 = createHash('sha256').update(readFileSync(TOOL)).digest('hex');
    const pinned = { SEGURA_SECRETS_VERSION: version, SEGURA_SECRETS_SHA256: sha256 };
    expect(includeJobs()['.segura-secrets']?.variables).toEqual(pinned);
    expect(componentJobs()['.segura-secrets']?.variables).toMatchObject(pinned);
  });

  test.skipIf(lacks('shellcheck')).each(['sh', 'bash', 'dash', 'busybox'])(
    'pass shellcheck as %s',
    async (dialect) => {
      const { PATH = '' } = process.env;
      for (const script of Object.values(scriptsOf(includeJobs()))) {
        const checked = ['sh', '-c', 'printf %s "$0" | shellcheck -s "$1" -', script, dialect];
        const { code, log } = await execute(checked, { PATH });
        // Versions before 0.10 do not know BusyBox.
        if (dialect === 'busybox' && log.includes('Unknown shell')) return;
        expect({ code, log }).toEqual({ code: 0, log: '' });
      }
    },
  );

  test('define jobs that pipelines never run by themselves', () => {
    const names = ['.segura-secrets', '.segura-secrets-exec'];
    expect(Object.keys(componentJobs())).toEqual(names);
    expect(Object.keys(includeJobs())).toEqual(names);
    expect(Object.keys(componentJobs({ 'job-name': '.vault' }))).toEqual(['.vault', '.vault-exec']);
  });
});

describe('an input of the component', () => {
  test.each(Object.entries(inputs))(
    '%s has a type, a description and a default that it takes',
    (_, input) => {
      expect(input.type).toBe(typeof input.default);
      expect(input.description).toMatch(/\.$/);
      if (input.options !== undefined) expect(input.options).toContain(input.default);
      // GitLab matches by RE2, which knows neither looking around nor references back.
      expect(input.regex ?? '').not.toMatch(/\(\?|\\[1-9]/);
      expect(String(input.default)).toMatch(new RegExp(input.regex ?? ''));
    },
  );

  test.each(Object.entries(inputs).filter(([name]) => name in INPUT_DEFAULTS))(
    '%s has the default of the Action',
    (name, input) => {
      expect(String(input.default)).toBe(INPUT_DEFAULTS[name as keyof typeof INPUT_DEFAULTS]);
    },
  );

  test('is there for every input of the Action that is no secret, and applies to a job here', () => {
    const missing = Object.keys(INPUT_DEFAULTS).filter((name) => !(name in inputs));
    const elsewhere = ['export-env', 'summary'];
    expect(missing.toSorted()).toEqual([...SECRET_INPUTS, ...elsewhere].toSorted());
  });

  test('is only in variables and names, where no shell reads it', () => {
    const used = [...component.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(inputs)));
    expect(Object.values(scriptsOf(componentJobs())).filter((script) => script.includes('$[['))).toEqual([]);
    const scripts = component.split('\n').filter((line) => /^ {4}- .*\$\[\[/.test(line));
    expect(scripts).toEqual([]);
  });

  test('is not a boolean if it is the whole value of a variable, which GitLab rejects', () => {
    const whole = [...component.matchAll(/^ {4}\w+: "\$\[\[ inputs\.([\w-]+) \]\]"$/gm)].map(
      ([, name = '']) => name,
    );
    expect(whole.length).toBeGreaterThan(10);
    expect(whole.filter((name) => inputs[name]?.type !== 'string')).toEqual([]);
  });

  test('reaches the tool by the name of its variable', () => {
    const variables = componentJobs()['.segura-secrets']?.variables ?? {};
    const single = Object.keys(variables).flatMap(
      (name) => /^SEGURA_INPUT_(?!SETTINGS)(.*)/.exec(name)?.[1] ?? [],
    );
    const settings = (variables['SEGURA_INPUT_SETTINGS'] ?? '')
      .split(' ')
      .map((setting) => setting.split('=')[0] ?? '');
    const known = Object.keys(INPUT_DEFAULTS).map((name) => name.toUpperCase().replaceAll('-', '_'));
    expect([...single, ...settings].filter((name) => !known.includes(name))).toEqual([]);
    const [, list = ''] = /for segura_secrets_name in ([^;]*);/.exec(scriptsOf(includeJobs()).prepare) ?? [];
    expect(new Set(list.split(/[\s\\]+/))).toEqual(new Set(single));
  });
});

describe("GitLab's schema accepts", () => {
  test.each([COMPONENT, INCLUDE, PROJECT].map((path) => [path.slice(ACTION.length + 1), path]))(
    '%s',
    (_, path) => {
      expect(schemaProblems(readFileSync(path, 'utf8'))).toEqual([]);
    },
  );

  test('the component with each input at its default', () => {
    expect(schemaProblems(JSON.stringify(componentJobs()))).toEqual([]);
  });

  test('no job with a keyword that does not exist', () => {
    expect(schemaProblems('deploy: { script: [make], befor_script: [x] }')).not.toEqual([]);
  });
});
