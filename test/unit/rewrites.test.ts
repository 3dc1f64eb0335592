import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

/** What looks for words in texts of others, or in what a user gave. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  'core/assumptions.ts': 'texts of the vault',
  'core/entries/secret-signs.ts': 'names of entries in files of users',
  'core/masking/private-key.ts': 'texts of keys',
  'core/vault/envelope.ts': 'texts of the vault',
  'core/vault/errors/certificate-error.ts': 'texts of nginx',
  'http/tls/pkcs12.ts': 'texts of OpenSSL',
  'platform/gitlab/project-variables.ts': 'texts of GitLab',
  'platform/gitlab/variable-errors.ts': 'texts of GitLab',
  'templates/library-faults.ts': 'texts of the library for templates',
};

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(sep).join('/'))
  .filter((name) => name.endsWith('.ts') && !(name in OF_OTHERS))
  .map((name) => ({
    name,
    code: readFileSync(join(SRC, name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, ''),
  }));

/** Two words of a sentence inside a regular expression. */
const PROSE =
  /(?<=[(,=:[?&|]\s*|return\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])*[a-z]{2}[,:.]?(?: |\\s\+?)[a-z]{2}(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])*\//g;
const SAID = String.raw`\b(?:message|remedy|messageText|remedyText)\b\)?`;
const TAKES_APART =
  'replace|replaceAll|match|matchAll|search|split|slice|substring|startsWith|endsWith|includes|indexOf';
const CHANGES = new RegExp(
  String.raw`${SAID}\s*(?:\?|!)?\.\s*(?:${TAKES_APART})\(|\.(?:test|exec)\(\s*(?:\w+\.)?${SAID}`,
  'g',
);

const found = (pattern: RegExp, code: string): string[] => [...code.matchAll(pattern)].map(([text]) => text);

test('no regular expression looks for the words of a message', () => {
  expect(sources.length).toBeGreaterThan(200);
  const offences = sources.flatMap(({ name, code }) => found(PROSE, code).map((text) => `${name}: ${text}`));
  expect(offences).toEqual([]);
});

test('no message or remedy is taken apart: each surface renders its texts', () => {
  const offences = sources.flatMap(({ name, code }) =>
    found(CHANGES, code).map((text) => `${name}: ${text}`),
  );
  expect(offences).toEqual([]);
});

test('no plain template contains a text with terms, which it would show as an object', () => {
  const terms =
    /\$\{(?:(?:word|subject|bare|lineOf|settings|placeText|ofOutputs)\(|option[.[]|(?:\w+\.)*(?:messageText|remedyText)\})/;
  const plainTemplates = sources.flatMap(({ name, code }) =>
    [...code.matchAll(/(say)?`((?:[^`\\]|\\.)*)`/g)]
      .filter(([, tag, text = '']) => tag === undefined && terms.test(text))
      .map(([text]) => `${name}: ${text}`),
  );
  expect(plainTemplates).toEqual([]);
});

test.each([
  "  [/^Create it in an earlier step: run: /, 'Make it first: '],",
  'return text.replace(/ have their own inputs\\.$/, x)',
  'const a = /is (?:told) that step/.exec(text)',
  "problem.remedy.replace(/^Put/, 'put')",
  "message.startsWith('Neither')",
  'if (/^Input/.test(problem.message)) return;',
  'const line = remedy.slice(1);',
])('finds %s', (code) => {
  expect([...found(PROSE, code), ...found(CHANGES, code)]).not.toEqual([]);
});
