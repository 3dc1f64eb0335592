import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { IDENTITY_EXCHANGES } from '../../src/core/assumptions.js';
import { INPUT_DEFAULTS } from '../../src/core/input-names.js';
import { AUTH_METHODS, IDENTITY_PROVIDERS } from '../../src/core/vault/auth/auth-settings.js';
import { DSM_ENDPOINTS, PAM_ENDPOINTS } from '../../src/core/vault/endpoints.js';
import { ACTION } from '../support/runner.js';
import { EXTENSION_SCHEMA } from './schema-extension.js';
import { EXTENSION, readExtension, readTask, TASK } from './schema-files.js';
import { TASK_SCHEMA } from './schema-task.js';

const ajv = new Ajv({ allErrors: true, strict: false });
const validators = { task: ajv.compile(TASK_SCHEMA), extension: ajv.compile(EXTENSION_SCHEMA) };
const task = readTask();
const extension = readExtension();
const [taskContribution, endpoint] = extension.contributions;

function problems(kind: keyof typeof validators, content: unknown): string[] {
  validators[kind](content);
  return (validators[kind].errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message ?? ''}`,
  );
}

type Path = readonly (string | number)[];

/** A copy of `content` with another value at `path`, or none when it is undefined. */
function changed(content: object, path: Path, value: unknown): unknown {
  const copy = structuredClone(content) as Record<string | number, unknown>;
  const holder = path.slice(0, -1).reduce((at, step) => at[step] as Record<string | number, unknown>, copy);
  holder[path.at(-1) ?? ''] = value;
  return JSON.parse(JSON.stringify(copy));
}

test('task.json matches the schema of tasks', () => {
  expect(problems('task', task)).toEqual([]);
});

test('vss-extension.json matches the schema of extensions', () => {
  expect(problems('extension', extension)).toEqual([]);
});

describe('the schemas see', () => {
  const choice = task.inputs.findIndex(({ options }) => options !== undefined);
  const scheme = ['contributions', 1, 'properties', 'authenticationSchemes', 0] as const;

  test.each<[string, Path, unknown]>([
    ['an input with an underscore', ['inputs', 0, 'name'], 'segura_connection'],
    ['a friendly name over 40 characters', ['friendlyName'], 'x'.repeat(41)],
    ['a version of texts', ['version', 'Major'], '1'],
    ['a handler of an old Node', ['execution', 'Node16'], { target: 'main.js' }],
    ['a missing post-job handler', ['postjobexecution', 'Node20_1'], undefined],
    ['a choice without options', ['inputs', choice, 'options'], undefined],
    ['a rule that is no rule', ['inputs', 1, 'visibleRule'], 'seguraConnection'],
    ['a key that no task has', ['secrets'], []],
  ])('%s in task.json', (_, path, value) => {
    expect(problems('task', changed(task, path, value))).not.toEqual([]);
  });

  test.each<[string, Path, unknown]>([
    ['a scheme outside the closed set', [...scheme, 'type'], 'ms.vss-endpoint.endpoint-auth-scheme-mine'],
    ['a hidden URL', ['contributions', 1, 'properties', 'url', 'isVisible'], undefined],
    ['a password that shows', [...scheme, 'inputDescriptors', 1, 'inputMode'], 'textbox'],
    ['a password that is not confidential', [...scheme, 'inputDescriptors', 1, 'isConfidential'], false],
  ])('%s in vss-extension.json', (_, path, value) => {
    expect(problems('extension', changed(extension, path, value))).not.toEqual([]);
  });
});

describe('the inputs', () => {
  const defaults = Object.fromEntries(
    task.inputs.map(({ name, defaultValue }) => [name, defaultValue ?? '']),
  );

  test("are the Action's with their defaults, and three that only Azure DevOps has", () => {
    const { 'export-env': _, summary: __, ...shared } = INPUT_DEFAULTS;
    const camelCase = Object.entries(shared).map(([name, value]) => [
      name.replaceAll(/-(.)/g, (___, letter: string) => letter.toUpperCase()),
      value,
    ]);
    expect(defaults).toEqual({
      ...Object.fromEntries(camelCase),
      seguraConnection: '',
      multiline: 'error',
      outputs: 'false',
    });
  });

  test('offer the choices of the sources', () => {
    const choices = Object.fromEntries(
      task.inputs.flatMap(({ name, options }) => (options ? [[name, Object.keys(options)]] : [])),
    );
    expect(choices).toEqual({
      authMethod: [...AUTH_METHODS],
      oidcProvider: [...IDENTITY_PROVIDERS],
      oidcExchange: Object.keys(IDENTITY_EXCHANGES),
      multiline: ['error', 'base64', 'file'],
      releaseFailure: ['warn', 'fail'],
      dsmEndpoint: [...DSM_ENDPOINTS],
      pamEndpoint: [...PAM_ENDPOINTS],
    });
  });

  test('belong to existing groups, and no group is empty', () => {
    const used = new Set(task.inputs.flatMap(({ groupName }) => groupName ?? []));
    expect([...used].toSorted()).toEqual(task.groups.map(({ name }) => name).toSorted());
  });

  test('depend on inputs that exist', () => {
    const names = task.inputs.map(({ name }) => name);
    const named = task.inputs.flatMap(({ visibleRule = '' }) => visibleRule.match(/\w+(?= !?=)/g) ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('ask for a service connection of the type that the extension brings', () => {
    expect(task.inputs[0]?.type).toBe(`connectedService:${endpoint.properties.name}`);
  });
});

describe('the service connection', () => {
  const { inputDescriptors, authenticationSchemes } = endpoint.properties;

  test('keeps every confidential field in an authentication scheme, and none among its data', () => {
    const confidential = authenticationSchemes.flatMap(({ inputDescriptors: fields }) =>
      fields.filter(({ isConfidential }) => isConfidential).map(({ id }) => id),
    );
    expect(confidential).toEqual(['password']);
    expect(inputDescriptors.filter(({ isConfidential }) => isConfidential)).toEqual([]);
    expect(
      inputDescriptors.map(({ id }) => id).filter((id) => /secret|password|token|key/i.test(id)),
    ).toEqual([]);
  });

  test('has the fields that the task reads', () => {
    expect(authenticationSchemes.map(({ type }) => type)).toEqual([
      'ms.vss-endpoint.endpoint-auth-scheme-basic',
    ]);
    expect(authenticationSchemes[0]?.inputDescriptors.map(({ id }) => id)).toEqual(['username', 'password']);
    expect(inputDescriptors.map(({ id }) => id)).toEqual(['caCertificate']);
  });
});

test('the task may use no logging command but those of the restricted mode', () => {
  expect(task.restrictions).toEqual({ commands: { mode: 'restricted' } });
});

test('main and post run on Node 20 and 24, from the agent that first has Node 20 on', () => {
  const handlers = { Node20_1: { target: 'main.js' }, Node24: { target: 'main.js' } };
  expect(task.execution).toEqual(handlers);
  expect(Object.values(task.postjobexecution).map(({ target }) => target)).toEqual(['post.js', 'post.js']);
  expect(task.minimumAgentVersion).toBe('3.232.1');
});

test('the folder of the task is the one that the extension names, with one folder for the major version', () => {
  const { name } = taskContribution.properties;
  expect(`${name}/${name}V${task.version.Major}`).toBe(TASK);
  expect(existsSync(join(EXTENSION, TASK, 'task.json'))).toBe(true);
});

test('the versions of the extension and of the task are that of package.json', () => {
  const { version } = JSON.parse(readFileSync(join(ACTION, 'package.json'), 'utf8')) as { version: string };
  const { Major, Minor, Patch } = task.version;
  expect([extension.version, `${Major}.${Minor}.${Patch}`]).toEqual([version, version]);
});

test('the icons are PNG files of the sizes that Azure DevOps requires', () => {
  const sizeOf = (path: string): number[] => {
    const bytes = readFileSync(join(EXTENSION, path));
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  };
  expect(sizeOf(`${TASK}/icon.png`)).toEqual([32, 32]);
  const [width = 0, height = 0] = sizeOf(extension.icons.default);
  expect(width).toBeGreaterThanOrEqual(128);
  expect(height).toBe(width);
});
