import { describe, expect, test } from 'vitest';
import { problemsOf, type SeguraError } from '../../../src/core/errors.js';
import { readLine } from '../../../src/core/requests/tokens.js';
import { formatOfPath } from '../../../src/inject/format.js';
import { inject } from '../../../src/inject/inject.js';
import { readPlace, showPlace } from '../../../src/inject/place.js';
import { editOf } from './injecting.js';

const CREATED = /(\S+\+#(?:"[^"]*"|\S+))/g;

async function problemOf(path: string, text: string, place: string): Promise<SeguraError | undefined> {
  const error = await inject(Buffer.from(text), [editOf(path, place, 'v')]).catch((error) => error);
  return problemsOf(error)[0];
}

describe('a place that can be created is offered so, and then is created', () => {
  test.each([
    ['a.yaml', 'a: {b: 1}\n', '/a/c'],
    ['a.yaml', 'a: # comment\n', '/a/c/d'],
    ['a.yaml', 'a: [1]\n', '/a/1'],
    ['a.yaml', 'a: 1\n---\nb: 2\n', '/c'],
    ['a.yaml', 'x\n---\nb: 2\n', '/c'],
    ['a.yaml', 'a: 1\n---\nb: 2\n', '[1]/c'],
    ['a.json', '{"a": {}}', '/a/b'],
    ['a.toml', '[a]\nb = 1\n', '/a/c'],
    ['a.ini', '[a]\nb = 1\n', '/c/d'],
    ['a.properties', 'a=1\n', 'other.key'],
    ['.env', 'A=1\n', 'OTHER_NAME'],
    ['a.xml', '<a><b/></a>', '/a/b/@c'],
    ['a.xml', '<a><b/></a>', '/a/b/longer'],
  ])('%s, %j: %s', async (path, text, place) => {
    const problem = await problemOf(path, text, place);
    expect(problem?.code).toBe('PLACE_NOT_FOUND');
    const [offered = ''] = problem?.remedy.match(CREATED) ?? [];
    const format = formatOfPath(path);
    if (format === undefined) throw new Error(path);
    const context = { source: 'a/B', where: 'Line 1', formats: new Map([[path, format]]) };
    const read = readPlace(readLine(offered, 'Line 1'), context);
    expect(read.create).toBe(true);
    const made = await inject(Buffer.from(text), [{ ...editOf(path, place, 'v'), place: read }]);
    expect(made.toString()).not.toBe(text);
  });
});

describe('a place that cannot be created is not offered so', () => {
  test.each([
    ['a.yaml', 'a: text\n', '/a/b'],
    ['a.yaml', 'a: [1]\n', '/a/7'],
    ['a.yaml', 'a: !custom\n', '/a/b'],
    ['a.json', '[1]', '/0/x'],
    ['a.ini', '[a]\nb = 1\n', '/a/=b'],
    ['.env', 'A=1\n', 'not-a name'],
    ['a.xml', '<a><b/></a>', '//comment()'],
    ['a.xml', '<a><b/></a>', "id('x')"],
    ['a.xml', '<a><b/></a>', '/a/c[0]'],
    ['a.xml', '<a><b/></a>', '/a/z/text()'],
    ['a.xml', '<a>text</a>', '/a/anything-else'],
    ['a.xml', '<a><b/><b/></a>', '/a/b/anything-else'],
  ])('%s, %j: %s', async (path, text, place) => {
    const problem = await problemOf(path, text, place);
    expect(problem?.code).toBe('PLACE_NOT_FOUND');
    expect(problem?.remedy).not.toContain('+#');
    expect(problem?.remedy).toMatch(/^(?:Name|Write) .+/);
    const created = showPlace({ path, text: place, create: true, kind: 'text' });
    const followed = await inject(Buffer.from(text), [editOf(path, place, 'v', { create: true })]).catch(
      (error) => error,
    );
    expect(problemsOf(followed).length, created).toBeGreaterThan(0);
  });
});

test('in a file of several documents, the nearest place says in which one it is', async () => {
  const text = 'a: {password: 1}\n---\nb: {password: 2}\n';
  const problem = await problemOf('a.yaml', text, '[1]/b/pasword');
  expect(problem?.remedy).toContain('a.yaml#[1]/b/password');
  expect((await problemOf('a.yaml', text, '/b/pasword'))?.remedy).toContain('a.yaml#[1]/b/password');
});
