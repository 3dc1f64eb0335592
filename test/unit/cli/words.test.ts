import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandName } from '../../../src/cli/options/commands.js';
import { remedyOf } from '../../../src/cli/remedy.js';
import { commandWords } from '../../../src/cli/words.js';
import { SeguraError } from '../../../src/core/errors.js';
import { INPUT_DEFAULTS } from '../../../src/core/input-names.js';
import { readyLine } from '../../../src/core/job/publish.js';
import { withWait } from '../../../src/core/job/wait-remedy.js';
import { LIBRARY_WORDS } from '../../../src/core/library/words.js';
import { staticClaims } from '../../../src/core/requests/claim.js';
import { findCollisions } from '../../../src/core/requests/collisions.js';
import { parseRequests } from '../../../src/core/requests/parse.js';
import { Secret } from '../../../src/core/secret.js';
import {
  bare,
  lineOf,
  option,
  render,
  say,
  settings,
  subject,
  type Text,
  type Word,
} from '../../../src/core/text.js';

const SRC = resolve(import.meta.dirname, '../../../src');
/** What a command line never says: it runs commands, has options, and is on a machine. */
const FOREIGN =
  /\bsteps?\b|\b[Ii]nputs?\b(?! (?:string|text))|\bworkflow\b|\bsomebody\b|until the job ends|\brunner\b/;
/** An input as action.yml has it, where a text names one. */
const INPUT = new RegExp(`"(?:${Object.keys(INPUT_DEFAULTS).join('|')})"|\\b(?:set|write) [a-z-]+: `);
/** Texts of the core that never reach a command line. */
const ELSEWHERE = [
  'github.event_name',
  'an output can be',
  'those of a job can be',
  // Of the uses of one job, which a command line does not count.
  'another step',
  'of a later step',
  'this post',
  'What this step took into custody may still be held, and files',
  'Unless another post',
];
/** Where words of each surface stand, and no text. */
const TABLES = ['error-codes.ts', 'text.ts', 'library/words.ts', 'input-names.ts'];

/** Every string and template of the sources that the command line shares with the action, terms left out. */
function texts(): string[] {
  const files = ['core', 'http'].flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !TABLES.includes(name))
      .map((name) => join(SRC, folder, name)),
  );
  const shared = [
    'disk/places',
    'disk/secret-file',
    'disk/job-files',
    'disk/state-file',
    'process/size-limits',
    'gitlab/variable-errors',
  ].map((name) => join(SRC, `platform/${name}.ts`));
  // What is in the folders below is about one CI system or cloud each, and has its words.
  const identity = readdirSync(join(SRC, 'identity'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(SRC, 'identity', name));
  return [...files, ...shared, ...identity].flatMap((file) => {
    const code = readFileSync(file, 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      .replaceAll(/\bword\(\s*'[^']*',?\s*\)/g, 'word()');
    return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\\n]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g)].map(
      ([, single, template, double]) =>
        (single ?? template ?? double ?? '').replaceAll(/\\(.)/g, '$1').replaceAll(/\$\{[^}]*\}/g, '1'),
    );
  });
}

/** Every word that a surface may spell in its own way. */
function allWords(): Word[] {
  const [, union = ''] =
    /export type Word =([\s\S]*?);/.exec(readFileSync(join(SRC, 'core/text.ts'), 'utf8')) ?? [];
  return [...union.matchAll(/'([^']+)'/g)].map(([, word]) => word as Word);
}

const shown = (text: Text, command: CommandName = 'exec'): string => render(text, commandWords(command));

describe('no text of the core keeps a word of a step of a job', () => {
  const prose = texts().filter((text) => / /.test(text));

  test('outside of terms', () => {
    expect(prose.length).toBeGreaterThan(300);
    const left = prose.filter((text) => FOREIGN.test(text) && !ELSEWHERE.some((part) => text.includes(part)));
    expect(left).toEqual([]);
  });

  test('nor the name of an input', () => {
    expect(prose.filter((text) => INPUT.test(text))).toEqual([]);
  });

  test.each(['exec', 'export', 'check', 'release', 'runb'] as const)('in a term that %s shows', (command) => {
    const words = allWords();
    expect(words.length).toBeGreaterThan(20);
    expect(words.filter((word) => FOREIGN.test(word)).length).toBeGreaterThan(10);
    expect(
      words.map((word) => commandWords(command).word(word)).filter((text) => FOREIGN.test(text)),
    ).toEqual([]);
  });

  test('in a term that a library shows', () => {
    expect(
      allWords()
        .map((word) => LIBRARY_WORDS.word(word))
        .filter((text) => FOREIGN.test(text)),
    ).toEqual([]);
  });
});

test.each<[Text, string]>([
  [say`${subject('url')} is empty.`, '--url is empty.'],
  [say`${subject('clientSecret')} is empty.`, 'The client secret is empty.'],
  [say`Check ${option.clientId} and ${option.clientSecret}.`, 'Check --client-id and the client secret.'],
  [say`${lineOf(1, 'secrets')} has an empty field.`, 'Line 1 of --secrets has an empty field.'],
  [say`${bare('tlsVerify')} is false: x`, '--tls-verify is false: x'],
  [say`With ${bare('application')} check`, 'With --application check'],
  [settings('whole', { key: 'deadline', value: '360' }), 'Write --deadline 360'],
  [settings('whole', { key: 'unmasked', value: '-a' }), 'Write --unmasked=-a'],
  [
    settings('whole', { key: 'url', value: "https://v.example/it's", isBare: true }),
    "Write --url 'https://v.example/it'\\''s'",
  ],
  [
    say`${settings('whole', { key: 'retries', value: '4' })} (a whole number)`,
    'Write --retries 4 (a whole number)',
  ],
  [
    say`For it write ${settings('inside', { key: 'opaque', value: 'file:"a b",X' })}`,
    `For it write --opaque 'file:"a b",X'`,
  ],
  [say`at ${settings('value', { key: 'pamEndpoint', value: 'coe' })}.`, 'at --pam-endpoint coe.'],
  [
    say`or ${settings('set', { key: 'pamEndpoint', value: 'auto', isBare: true })}.`,
    'or write --pam-endpoint auto.',
  ],
])('%j is %s', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test('names of the user stay as they are, though they look like those of inputs', () => {
  const { messageText, remedyText } = new SeguraError(
    'SECRET_NOT_FOUND',
    say`${lineOf(1, 'secrets')}: the vault has no secret "environment" for this authorization.`,
    'Did you mean "url"/x > NAME?',
  );
  expect(shown(messageText)).toBe(
    'Line 1 of --secrets: the vault has no secret "environment" for this authorization.',
  );
  expect(shown(remedyText)).toBe('Did you mean "url"/x > NAME?');
  expect(shown(say`${subject('url')} is "deadline", which is not a valid URL.`)).toBe(
    '--url is "deadline", which is not a valid URL.',
  );
});

test('a name that is reserved gets another, and neither a kind nor an output', () => {
  const problems: SeguraError[] = [];
  const [problem] = findCollisions(staticClaims(parseRequests('dsm', 'a/x > env:PATH', problems), true));
  expect(problem?.remedy).toBe(
    'Use another name: a/x > env:MY_PATH, or make it an output: a/x > output:PATH',
  );
  expect(shown(problem?.remedyText ?? '')).toBe('Use another name: a/x > MY_PATH');
});

test('the settings to wait by are options, and the jobs those of any system', () => {
  const rest =
    'let the jobs that share it run one after another (in GitLab: resource_group), or let its policy allow simultaneous viewing.';
  const remedy = (waitMs: number, deadlineMs: number): string =>
    shown(
      withWait(new SeguraError('CUSTODY_HELD', 'm', 'r'), { custody: { waitMs }, limits: { deadlineMs } })
        .remedyText,
    );
  expect(remedy(0, 120_000)).toBe(`Write --custody-wait 60 to wait for it, ${rest}`);
  expect(remedy(60_000, 120_000)).toBe(
    `Write --custody-wait 120 --deadline 180 to wait longer for it, ${rest}`,
  );
});

test('custody lasts as long as the command that took it says', () => {
  const origin = { kind: 'pam', credential: '94', field: 'password' } as const;
  const value = { field: 'password', origin, value: new Secret('p'), source: '94/password' };
  const found = { ...value, version: undefined, expires: undefined, user: undefined };
  const target = { kind: 'name', name: 'A', content: 'value', env: true, output: false } as const;
  const line = readyLine({ found, target, custody: true }, true);
  expect(shown(line, 'exec')).toBe('A: ready, from 94/password, as variable; custody until the command ends');
  const path = { ...target, content: 'path', output: true } as const;
  expect(shown(readyLine({ found, target: path, custody: false }, true))).toBe(
    'A: ready, from 94/password, as private file, path as variable',
  );
  expect(shown(line, 'export')).toMatch(/custody until segura-secrets release$/);
});

describe('a remedy that only the command line has', () => {
  test('says how to set the client secret, and why it may be missing', () => {
    const problem = new SeguraError('INPUT_MISSING', 'm', 'r', { about: 'clientSecret' });
    const first = 'Set SENHASEGURA_CLIENT_SECRET in the environment, or give --client-secret-file FILE.';
    expect(remedyOf(problem, {})).toBe(first);
    expect(remedyOf(problem, { GITLAB_CI: 'true' })).toContain('This ref is not protected');
  });

  test('says what to ask for', () => {
    const problem = new SeguraError('INPUT_MISSING', 'm', 'r', { about: 'secrets' });
    expect(remedyOf(problem, {})).toContain("--secrets '*' requests everything.");
  });

  test('says how custody is released later', () => {
    expect(remedyOf(new SeguraError('RELEASE_FAILED', 'm', 'r'), {})).toContain('run segura-secrets release');
  });

  test('exists for no other problem', () => {
    expect(remedyOf(new SeguraError('INPUT_MISSING', 'm', 'r', { about: 'url' }), {})).toBe('r');
  });
});

test('a value at a place of a file is not called a variable', () => {
  const place = { kind: 'inject', name: 'a.yaml#/b', content: 'value', env: false, output: false } as const;
  expect(commandWords('exec').place(place, '')).toBe('value in a file');
});
