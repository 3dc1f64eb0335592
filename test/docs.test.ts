import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readArguments } from '../src/cli/options/arguments.js';
import * as assumptions from '../src/core/assumptions.js';
import { ERROR_CODES } from '../src/core/error-codes.js';
import type { SeguraError } from '../src/core/errors.js';
import { INPUT_DEFAULTS } from '../src/core/input-names.js';
import { maskForms } from '../src/core/masking/encodings.js';
import { staticClaims } from '../src/core/requests/claim.js';
import { findCollisions } from '../src/core/requests/collisions.js';
import { parseRequests } from '../src/core/requests/parse.js';
import { VERSION } from '../src/core/version.js';
import { readDocuments } from './gitlab/files.js';
import { schemaProblems } from './gitlab/schema.js';
import { redact } from './unit/core/redaction/reference.js';
import * as vaultAssumptions from './vault/assumptions.js';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const DOCS = ['.', 'docs', 'docs/adr', '.github', 'test/vault', 'gitlab', 'azure-task'].flatMap((folder) =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder))
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(folder, name))
    : [],
);
const INPUTS = read('docs/INPUTS.md');
const ERRORS = read('docs/ERRORS.md');
const ACTION = parse(read('action.yml')) as {
  inputs: Record<string, { description: string; default?: string }>;
};
const TASK = JSON.parse(read('azure-task/SeguraSecrets/SeguraSecretsV1/task.json')) as {
  inputs: { name: string; helpMarkDown: string; defaultValue?: string }[];
};
const PACKAGE = JSON.parse(read('package.json')) as {
  version: string;
  engines: { node: string };
  scripts: Record<string, string>;
};

/** Rows of the table between two markers of a document, without its head. */
function rows(name: string, text: string): string[][] {
  const between = text.split(`<!-- ${name}: npm run docs -->`)[1]?.split(`<!-- end of ${name} -->`)[0] ?? '';
  const lines = between.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}

/** A row of a table of inputs. */
function inputRow(name: string, value: string | undefined, meaning: string): string[] {
  return [`\`${name}\``, value ? `\`${value}\`` : 'empty', meaning.trim()];
}

describe('the generated tables', () => {
  test('of inputs is action.yml', () => {
    const expected = Object.entries(ACTION.inputs).map(([name, input]) =>
      inputRow(name, input.default, input.description),
    );
    expect(rows('inputs', INPUTS)).toEqual(expected);
  });

  test('of inputs of the Azure DevOps task is task.json', () => {
    const expected = TASK.inputs.map((input) => inputRow(input.name, input.defaultValue, input.helpMarkDown));
    expect(rows('inputs', read('azure-task/README.md'))).toEqual(expected);
  });

  test('of errors is the list of the sources', () => {
    const expected = Object.entries(ERROR_CODES).map(([code, meaning]) => [
      `[\`${code}\`](#${code.toLowerCase()})`,
      meaning,
    ]);
    expect(rows('errors', ERRORS)).toEqual(expected);
  });
});

test('every place that names unmasked and opaque says that they take full names, and what looks encrypted', () => {
  const template = parse(read('gitlab/templates/segura-secrets/template.yml').split('\n---\n')[0] ?? '');
  const ofTask = (name: string): string => TASK.inputs.find((each) => each.name === name)?.helpMarkDown ?? '';
  const described = (name: 'unmasked' | 'opaque'): string[] => [
    ACTION.inputs[name]?.description ?? '',
    ofTask(name),
    template.spec.inputs[name].description,
    read('docs/COMMAND-LINE.md').match(new RegExp(`--${name} NAMES[^]*?\\n {6}--`))?.[0] ?? '',
  ];
  for (const text of [...described('unmasked'), ...described('opaque')])
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/full name.*no `?\*/);
  for (const text of described('opaque'))
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/base64 of (exactly )?128, 256, 384 or 512 bytes/);
});

test('action.yml has every input of the sources, with its default, and no other', () => {
  const defaults = Object.fromEntries(
    Object.entries(ACTION.inputs).map(([name, input]) => [name, input.default ?? '']),
  );
  expect(defaults).toEqual(INPUT_DEFAULTS);
});

/** The YAML blocks of a document. */
function examples(path: string): string[] {
  return [...read(path).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
}

/** A config file may hold a list of lines. What a caller gives is not known here. */
function linesOf(value: unknown): string {
  return Array.isArray(value)
    ? value.join('\n')
    : String(value ?? '').replace(/^\$\{\{ inputs\.\w+ \}\}$/, '');
}

/** The words behind `segura-secrets` of every line in the shell and YAML blocks of a document, and in its code of one line. */
function commandsIn(path: string): string[][] {
  const blocks = [...read(path).matchAll(/^```(?:sh|bash|groovy|yml|yaml)\n([\s\S]*?)^```$/gm)].map(
    ([, text = '']) => text,
  );
  const spans = [...read(path).matchAll(/`(segura-secrets [^`]+)`/g)].map(([, text = '']) => text);
  const lines = [...blocks, ...spans].join('\n').replaceAll('\\|', '|').split('\n');
  return lines.flatMap((line) => {
    const [, command] =
      /(?:^|[\s;(&|"'/])segura-secrets(?:\.mjs)? ((?!\/)[a-z]+(?: [^|;&)]*)?)/.exec(line) ?? [];
    if (command === undefined || !/^(exec|export|release|check|runb|help|version)\b/.test(command)) return [];
    const words = command.replaceAll('…', '').match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
    return [words.map((word) => word.replaceAll(/['"]/g, ''))];
  });
}

interface Given {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs there are: those of the action, or of the Azure DevOps task. */
  readonly known: readonly string[];
}

/** Inputs of the component for GitLab. */
const [SPEC] = readDocuments(read('gitlab/templates/segura-secrets/template.yml'));
const COMPONENT = Object.keys((SPEC as { spec: { inputs: object } }).spec.inputs);
/** Inputs of the reusable workflow that ORGANIZATION shows. */
const WORKFLOW = examples('docs/ORGANIZATION.md')
  .map((text) => parse(text) as { on?: { workflow_call?: { inputs: object } } })
  .flatMap(({ on }) => Object.keys(on?.workflow_call?.inputs ?? {}));

/** Every set of inputs in an example: those of its steps, or the example itself where it shows only inputs. */
function inputsIn(node: unknown): Given[] {
  if (Array.isArray(node)) return node.flatMap(inputsIn);
  if (typeof node !== 'object' || node === null) return [];
  const map = node as Record<string, unknown>;
  const known = Object.keys(INPUT_DEFAULTS);
  if ('jobs' in map) return inputsIn(Object.values(map['jobs'] as object));
  if ('steps' in map) return inputsIn(map['steps']);
  if (['run', 'script', 'bash', 'pwsh'].some((name) => name in map)) return [];
  if (map['task'] === 'SeguraSecrets@1') {
    return [{ inputs: map['inputs'] as Given['inputs'], known: TASK.inputs.map(({ name }) => name) }];
  }
  if ('include' in map) {
    const components = map['include'] as { inputs: Given['inputs'] }[];
    return components.map(({ inputs }) => ({ inputs, known: COMPONENT }));
  }
  if (!('uses' in map)) return [{ inputs: map, known }];
  if (/\/with-secrets\.yml@<commit SHA>$/.test(String(map['uses']))) {
    return [{ inputs: map['with'] as Given['inputs'], known: WORKFLOW }];
  }
  const isOurs = String(map['uses']).startsWith('OWNER/segura-secrets@');
  return isOurs ? [{ inputs: map['with'] as Given['inputs'], known }] : [];
}

/** The steps of an example that use the action. */
function stepsIn(node: unknown): Record<string, unknown>[] {
  if (Array.isArray(node)) return node.flatMap(stepsIn);
  if (typeof node !== 'object' || node === null) return [];
  const map = node as Record<string, unknown>;
  if (String(map['uses']).startsWith('OWNER/segura-secrets@')) return [map];
  return Object.values(map).flatMap(stepsIn);
}

describe.each(DOCS)('%s', (path) => {
  // Those of GitLab are held to GitLab's own schema, in test/gitlab.
  const blocks = path.startsWith('gitlab') ? [] : examples(path);

  test('has examples that ask for what the action knows', () => {
    for (const text of blocks) {
      const given = inputsIn(parse(text));
      expect(given.length, text).toBeGreaterThan(0);
      for (const { inputs, known } of given) {
        expect(
          Object.keys(inputs).filter((name) => !known.includes(name)),
          text,
        ).toEqual([]);
        const problems: SeguraError[] = [];
        const requests = [
          ...parseRequests('dsm', linesOf(inputs['secrets']), problems),
          ...parseRequests('pam', linesOf(inputs['credentials']), problems),
        ];
        problems.push(...findCollisions(staticClaims(requests, true)));
        expect(
          problems.map(({ message }) => message),
          text,
        ).toEqual([]);
        const isAsking = linesOf(inputs['secrets']) + linesOf(inputs['credentials']) !== '';
        expect(requests.length > 0, text).toBe(isAsking);
      }
    }
  });

  test("has pipelines that GitLab's schema accepts", () => {
    const pipelines = blocks.filter((text) => /^include:/m.test(text));
    expect(pipelines.flatMap(schemaProblems)).toEqual([]);
  });

  test('has commands that the command line understands', () => {
    for (const words of commandsIn(path)) expect(() => readArguments(words), words.join(' ')).not.toThrow();
  });

  test('pins the action by SHA wherever it is used', () => {
    const uses = blocks.join('\n').match(/uses: OWNER\/segura-secrets@.*/g) ?? [];
    expect(uses.filter((line) => !line.endsWith(`@<commit SHA> # v${VERSION}`))).toEqual([]);
  });

  test('gives an id to each step whose outputs a reader needs', () => {
    const lacking = blocks
      .flatMap((text) => stepsIn(parse(text)))
      .filter((step) => {
        if ('id' in step) return false;
        const given = step['with'] as Record<string, unknown>;
        if (given['export-env'] === true || 'templates' in given) return false;
        const requests = [
          ...parseRequests('dsm', linesOf(given['secrets']), []),
          ...parseRequests('pam', linesOf(given['credentials']), []),
        ];
        return staticClaims(requests, false).some(({ output }) => output);
      });
    expect(lacking).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const named = [...read(path).matchAll(/npm run ([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(PACKAGE.scripts, name))).toEqual([]);
  });
});

test('the documents pin each other action by the SHA of one release', () => {
  const pins = new Map<string, Set<string>>();
  for (const path of DOCS)
    for (const [, action = '', pin = ''] of read(path).matchAll(/uses: ([a-z][\w-]*\/[\w./-]+)@(.*)$/gm))
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
  expect([...pins.keys()]).toContain('actions/checkout');
  for (const [action, found] of pins) {
    expect([...found], action).toHaveLength(1);
    expect([...found][0], action).toMatch(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  }
});

test('the version is the same in package.json, in the sources and in the changelog', () => {
  expect(PACKAGE.version).toBe(VERSION);
  expect(/^## (\d+\.\d+\.\d+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(VERSION);
});

test('the oldest Node is the same in package.json, .nvmrc, the dev container and both CI matrices', () => {
  const oldest = read('.nvmrc').trim();
  expect(PACKAGE.engines.node).toBe(`>=${oldest}`);
  const container = JSON.parse(read('.devcontainer/devcontainer.json')) as {
    features: Record<string, { version?: string }>;
  };
  expect(container.features['ghcr.io/devcontainers/features/node:1']?.version).toBe(oldest);
  expect(/^readonly NODES=\((\S+)/m.exec(read('.ci/run'))?.[1]).toBe(oldest);
  expect(/^ +node: \["([^"]+)"/m.exec(read('.github/workflows/ci.yml'))?.[1]).toBe(oldest);
});

test('ERRORS has an entry for every code, and for no other', () => {
  const entries = [...ERRORS.matchAll(/^#+ ([A-Z_]+)$/gm)].map(([, code]) => code);
  expect(entries.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
});

test('every document that skips forks and Dependabot does it as the sources say', () => {
  const condition = /"Skip the step there: (if: .+)",$/m.exec(read('src/core/job/read-input.ts'))?.[1];
  expect(condition).toMatch(/^if: \(.+ && .+$/);
  const shown = DOCS.flatMap((path) =>
    (read(path).match(/^ *if: .*github\.actor.*$/gm) ?? []).map((line) => ({ path, line: line.trim() })),
  );
  expect(shown).toContainEqual({ path: 'docs/ERRORS.md', line: condition });
  expect(shown.filter(({ line }) => line !== condition)).toEqual([]);
});

test('ARCHITECTURE names every assumption, and no other', () => {
  const section = read('docs/ARCHITECTURE.md').split('## Assumptions')[1]?.split('\n## ')[0] ?? '';
  const cells = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = cells.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(named.toSorted()).toEqual(
    [...Object.keys(assumptions), ...Object.keys(vaultAssumptions)].toSorted(),
  );
});

describe('a form that SECURITY says stays readable', () => {
  const value = 'Tr0ub4dor!3-correct-horse';
  const bytes = Buffer.from(value);
  const base64 = bytes.toString('base64');
  const swapped = Buffer.from(value, 'utf16le').swap16();
  const readable: Record<string, string> = {
    'upper case': value.toUpperCase(),
    'lower case': value.toLowerCase(),
    reversed: [...value].reverse().join(''),
    spaced: [...value].join(' '),
    'percent-encoded in every character': bytes.toString('hex').replaceAll(/../g, '%$&'),
    'hex in pairs': bytes.toString('hex').replaceAll(/(..)(?=.)/g, '$1 '),
    'a part': value.slice(0, -1),
    'base64 of base64': Buffer.from(base64).toString('base64'),
    'hex of base64': Buffer.from(base64).toString('hex'),
    'base64 of a compressed text': gzipSync(value).toString('base64'),
    'a hash': createHash('sha256').update(value).digest('hex'),
    'decimal bytes': bytes.join(' '),
    octal: [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
    'base64 of UTF-16BE': swapped.toString('base64'),
    'base64 of a longer text in UTF-16LE': Buffer.from(`net use x ${value} y`, 'utf16le').toString('base64'),
  };

  test.each(Object.entries(readable))('%s', (_, form) => {
    expect(maskForms(value, 4).filter((mask) => form.includes(mask))).toEqual([]);
  });

  test('other choices of what is safe in HTML, and soft line ends of quoted-printable and YAML', () => {
    const secret = `p<4"é=+!${'secret words '.repeat(8)}&x`;
    const json = JSON.stringify(secret).slice(1, -1);
    const soft: Record<string, string> = {
      'JSON_HEX_TAG alone': json.replace('<', '\\u003C'),
      EscapeHtml: json.replace('<', '\\u003c').replace('\\"', '\\u0022').replace('&', '\\u0026'),
      'serialize-javascript': json.replace('<', '\\u003C'),
      'names of HTML 5': secret.replace('&', '&amp;').replace('!', '&excl;').replace('<', '&lt;'),
      'lower-case hex': secret.replace('&', '&amp;').replace('<', '&lt;').replace('é', '&#xe9;'),
      HtmlEncoder: secret.replace('&', '&amp;').replace('<', '&lt;').replace('+', '&#x2B;'),
      'quoted-printable in lines': secret
        .replace('=', '=3D')
        .replace('é', '=C3=A9')
        .replace(/.{72}/, '$&=\n'),
      'YAML in lines': json.replace('é', '\\xE9').replace(/.{72} /, '$&\\\n  \\ '),
      'an encoded word': `=?utf-8?q?${secret.replace('=', '=3D').replace('é', '=C3=A9').replaceAll(' ', '_')}?=`,
    };
    const masks = maskForms(secret, 4, { hidesManyAlike: true });
    for (const [form, text] of Object.entries(soft)) {
      expect(redact(masks, [Buffer.from(text)]).toString(), form).toContain('secret');
    }
  });

  test('references to tabs, and escapes of what other functions leave', () => {
    const secret = 'two words\tand a secret \u00e9\u4e2d';
    const readable: Record<string, string> = {
      'XML attribute': secret.replace('\t', '&#9;'),
      quotetabs: secret
        .replaceAll(' ', '=20')
        .replace('\t', '=09')
        .replace('\u00e9\u4e2d', '=C3=A9=E4=B8=AD'),
      namereplace: secret.replace('\u00e9', '\\N{LATIN SMALL LETTER E WITH ACUTE}'),
      'escape()': escape(secret),
    };
    const masks = maskForms(secret, 4, { hidesManyAlike: true });
    for (const [form, text] of Object.entries(readable)) {
      expect(redact(masks, [Buffer.from(text)]).toString(), form).toContain('secret');
    }
  });

  test('lines of unusual length, in part; exec finds them', () => {
    const long = 'Kq8vT2mZx7Lw4Rb9Yc6?~>Nd1Pf3Hg5Js0AeUiOoXyQtWrEz'.repeat(4);
    const lines = (text: string, length: number): string[] =>
      text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
    const hex = Buffer.from(long).toString('hex');
    const wrapped = {
      'base64 of 72': lines(Buffer.from(long).toString('base64'), 72),
      'URL-safe of 64': lines(Buffer.from(long).toString('base64url'), 64),
      'UTF-16LE of 64': lines(Buffer.from(long, 'utf16le').toString('base64'), 64),
      'hex of 64': lines(hex, 64),
      'upper-case hex of 60': lines(hex.toUpperCase(), 60),
    };
    const masks = maskForms(long, 4);
    const left = (line: string): string =>
      masks.reduce((pieces, mask) => pieces.flatMap((piece) => piece.split(mask)), [line]).join('');
    for (const [form, some] of Object.entries(wrapped)) {
      expect(some.filter((line) => left(line).length >= 4).length, form).toBeGreaterThan(1);
      expect(redact(masks, [Buffer.from(some.join('\n'))]).toString(), form).toBe('***');
    }
  });

  test('short values, and short forms of them', () => {
    expect(maskForms('abc', 4)).toEqual([]);
    expect(maskForms('abcd', 4)).not.toContain('YWJjZA');
    expect(maskForms('{"pin":"1234567"}', 4)).not.toContain('1234567');
  });
});
