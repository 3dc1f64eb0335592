import { describe, expect, test } from 'vitest';
import { readStrings, readTask } from './schema-files.js';

const task = readTask();
const english = readStrings('en-US');
const portuguese = readStrings('pt-BR');
const pairs = Object.entries(english).map(([key, text]) => [key, text, portuguese[key] ?? ''] as const);

/** What a text is filled with, in its order: `util.format` goes by places. */
function directives(text: string): string[] {
  return text.match(/%[sdijoO]/g) ?? [];
}

test('every text of task.json has its key, and the English one is that of task.json', () => {
  const expected = {
    'loc.friendlyName': task.friendlyName,
    'loc.helpMarkDown': task.helpMarkDown,
    'loc.description': task.description,
    'loc.instanceNameFormat': task.instanceNameFormat,
    ...Object.fromEntries(
      task.groups.map((each) => [`loc.group.displayName.${each.name}`, each.displayName]),
    ),
    ...Object.fromEntries(task.inputs.map((each) => [`loc.input.label.${each.name}`, each.label])),
    ...Object.fromEntries(task.inputs.map((each) => [`loc.input.help.${each.name}`, each.helpMarkDown])),
    ...Object.fromEntries(Object.entries(task.messages).map(([key, text]) => [`loc.messages.${key}`, text])),
  };
  expect(english).toEqual(expected);
});

test('both languages have the same keys', () => {
  expect(Object.keys(portuguese)).toEqual(Object.keys(english));
});

describe('the Portuguese text', () => {
  /** Words of the vault's own pages, which it leaves in English. */
  const same = ['loc.input.label.clientId', 'loc.input.label.clientSecret'];

  test.each(pairs)('of %s has the directives of the English one, and is another text', (key, text, other) => {
    expect(directives(other)).toEqual(directives(text));
    expect(other.trim()).toBe(other);
    expect(other).not.toBe('');
    expect(other === text).toBe(same.includes(key));
  });

  test.each([
    [/\bvaults?\b/i, /cofre/i],
    [/\bcustody\b/i, /cust[oó]dia/i],
    [/\bcredentials?\b/i, /credencia/i],
    [/(?<!client )\bsecrets?\b(?!`)/i, /segred|secret[ao]/i],
    [/\bjob\b/i, /trabalho/i],
    [/\bagent\b/i, /agente/i],
  ])('has one word for %s', (inEnglish, inPortuguese) => {
    const plain = (text: string): string => text.replaceAll(/`[^`]*`/g, '');
    const speaking = pairs.filter(([, text]) => inEnglish.test(plain(text)));
    expect(speaking.filter(([, , other]) => !inPortuguese.test(other)).map(([key]) => key)).toEqual([]);
  });

  test('names the inputs and choices that the English one names', () => {
    const known = new Set([
      ...task.inputs.map(({ name }) => name),
      ...task.inputs.flatMap(({ options = {} }) => Object.keys(options)),
    ]);
    const namedIn = (text: string): string[] =>
      [...text.matchAll(/`(\w+)`/g)]
        .map(([, word = '']) => word)
        .filter((word) => known.has(word))
        .toSorted();
    for (const [key, text, other] of pairs) expect(namedIn(other), key).toEqual(namedIn(text));
  });
});
