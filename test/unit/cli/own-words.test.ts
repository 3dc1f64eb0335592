import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { inOwnWords, lineInOwnWords } from '../../../src/cli/own-words.js';
import { remedyOf } from '../../../src/cli/wording.js';
import { SeguraError } from '../../../src/core/errors.js';

const SRC = resolve(import.meta.dirname, '../../../src');
/** What a command line never says: it runs commands, has options, and is on a machine. */
const FOREIGN =
  /\bsteps?\b|\b[Ii]nputs?\b(?! (?:string|text))|\bworkflow\b|\bsomebody\b|until the job ends|\brunner\b/;
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
/** Told as a part of a line, and judged there. */
const PARTS = ['until the job ends'];

/** Every string and template of the sources that the command line shares with the action, as they are written. */
function texts(): string[] {
  const files = ['core', 'http'].flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('error-codes'))
      .map((name) => join(SRC, folder, name)),
  );
  const shared = [
    'disk/places',
    'disk/secret-file',
    'disk/job-files',
    'disk/state-file',
    'process/size-limits',
  ].map((name) => join(SRC, `platform/${name}.ts`));
  return [...files, ...shared].flatMap((file) => {
    const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\\n]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g)].map(
      ([, single, template, double]) => (single ?? template ?? double ?? '').replaceAll(/\\(.)/g, '$1'),
    );
  });
}

test('no text of the core keeps a word of a step of a job', () => {
  const prose = texts().filter((text) => / /.test(text) && FOREIGN.test(text));
  expect(prose.length).toBeGreaterThan(10);
  const left = prose
    .filter((text) => !ELSEWHERE.some((part) => text.includes(part)) && !PARTS.includes(text))
    .map((text) => {
      const named = text.replaceAll(/\$\{[^}]*\}/g, '1').replace('Input "1"', 'Input "url"');
      return lineInOwnWords(
        inOwnWords(named.replace('of "1"', 'of "secrets"'), { code: 'INPUT_INVALID' }),
        'exec',
      );
    })
    .filter((text) => FOREIGN.test(text));
  expect(left).toEqual([]);
});

test('names of the user stay as they are, though they look like those of inputs', () => {
  const { message, remedy } = new SeguraError(
    'SECRET_NOT_FOUND',
    'Line 1 of "secrets": the vault shows this authorization no secret "environment".',
    'Did you mean "url"/x > NAME?',
  );
  const problem = { code: 'SECRET_NOT_FOUND' } as const;
  expect(inOwnWords(message, problem)).toBe(
    'Line 1 of --secrets: the vault shows this authorization no secret "environment".',
  );
  expect(inOwnWords(remedy, problem)).toBe(remedy);
  expect(inOwnWords('Input "url" is "deadline", which is no web address.', { code: 'INPUT_INVALID' })).toBe(
    '--url is "deadline", which is no web address.',
  );
});

test('the settings to wait by are options, and the jobs those of any system', () => {
  const problem = { code: 'CUSTODY_HELD' } as const;
  const rest = 'let the jobs that share it run one after another (in GitLab: resource_group), or wait.';
  const jobs = 'put the jobs that share it in one `concurrency:` group, or wait.';
  expect(inOwnWords(`Set custody-wait: "60" to wait for it, ${jobs}`, problem)).toBe(
    `Write --custody-wait 60 to wait for it, ${rest}`,
  );
  expect(
    inOwnWords(`Set custody-wait: "60" and deadline: "120" to wait longer for it, ${jobs}`, problem),
  ).toBe(`Write --custody-wait 60 --deadline 120 to wait longer for it, ${rest}`);
  expect(inOwnWords(jobs.replace('put', 'Put'), problem)).toBe(rest.replace('let', 'Let'));
});

test('custody lasts as long as the command that took it says', () => {
  const line = 'A: ready, from 94/password, as environment; custody until the job ends';
  expect(lineInOwnWords(line, 'exec')).toMatch(/custody until the command ends$/);
  expect(lineInOwnWords(line, 'export')).toMatch(/custody until segura-secrets release$/);
});

test('a remedy that sets an input is one that sets an option', () => {
  const problem = new SeguraError('INPUT_INVALID', 'm', 'deadline: "360"');
  expect(remedyOf(problem, {})).toBe('Write --deadline 360');
});
