import { describe, expect, test } from 'vitest';
import type { Binding } from '../../../../src/core/bindings/bind.js';
import { SeguraError } from '../../../../src/core/errors.js';
import { asHeld, publish, readyLine, rowsOf } from '../../../../src/core/job/publish.js';
import { removeFiles } from '../../../../src/core/job/remove-files.js';
import { checkStateSize } from '../../../../src/core/job/state/state-size.js';
import type { Place } from '../../../../src/core/ports.js';
import { Secret } from '../../../../src/core/secret.js';
import { plain } from '../../../../src/core/text.js';
import { codesOf, FakePlatform, ledgerOn, problemsIn, problemsOfPromise } from '../../fakes.js';

const VALUE = 'line 1\r\nline 2 ção\n';
const binding = (target: Place, custody = false): Binding => ({
  found: {
    field: 'x',
    origin: { kind: 'dsm', identity: 'a', map: undefined, field: 'x' },
    value: new Secret(VALUE),
    source: 'a/x',
    version: '3',
    expires: '2027-01-01 00:00:00',
    user: undefined,
  },
  custody,
  target,
});
const named = (name: string, content: 'value' | 'path' = 'value'): Binding =>
  binding({ kind: 'name', name, content, env: true, output: true });
const file = (name: string): Binding =>
  binding({ kind: 'file', name, content: 'value', env: false, output: false });

test('a warning names a file inside the workspace, with a fix that the request does not use yet', async () => {
  const platform = new FakePlatform();
  await publish([file('/workspace/f')], platform, ledgerOn(platform));
  platform.files.createFolder = () => ({ path: '/workspace/tmp', device: '1', inode: '2', folder: true });
  await publish([named('P', 'path')], platform, ledgerOn(platform));
  expect(platform.warnings[0]).toContain('or use path:NAME');
  expect(platform.warnings[1]).toContain('or move the temporary folder out of it');
  expect(platform.warnings).toHaveLength(2);
});

describe('what is written', () => {
  test('is written whole, files before outputs, each file in a ledger that has left while it is empty', async () => {
    const platform = new FakePlatform();
    await publish([named('A'), file('/tmp/f'), named('P', 'path')], platform, ledgerOn(platform));
    expect(platform.events).toEqual([
      'create /tmp/f',
      'save',
      'flush',
      'fill /tmp/f',
      'save',
      'create /tmp/private/P',
      'save',
      'flush',
      'fill /tmp/private/P',
      'write A',
      'write P',
    ]);
    expect(platform.contents.get('/tmp/f')).toBe(VALUE);
    expect(platform.writes.map(({ name, value }) => [name, value])).toEqual([
      ['A', VALUE],
      ['P', '/tmp/private/P'],
    ]);
  });

  test('is the path of one file if the platform cannot hold a value, however often it is requested', async () => {
    const platform = new FakePlatform();
    const bindings = asHeld([named('KEY'), named('key'), named('P', 'path')], {
      needsFile: (value) => value === VALUE,
    });
    await publish(bindings, platform, ledgerOn(platform));
    const created = platform.events.filter((event) => event.startsWith('create'));
    expect(created).toEqual(['create /tmp/private/KEY', 'create /tmp/private/P']);
    expect(platform.contents.get('/tmp/private/KEY')).toBe(VALUE);
    expect(platform.writes.map(({ name, value, file: kind }) => [name, value, kind])).toEqual([
      ['KEY', '/tmp/private/KEY', 'needed'],
      ['key', '/tmp/private/KEY', 'needed'],
      ['P', '/tmp/private/P', 'asked'],
    ]);
    expect(rowsOf(bindings, true)[0]?.destination).toBe(
      'private file, path as output and environment variable',
    );
  });

  test('is empty if the platform cannot carry one of the values', async () => {
    const platform = new FakePlatform();
    platform.refused = [new SeguraError('VALUE_TOO_LARGE', 'x', 'y')];
    const problems = await problemsOfPromise(
      publish([named('A'), file('/tmp/f')], platform, ledgerOn(platform)),
    );
    expect([codesOf(problems), platform.events]).toEqual([['VALUE_TOO_LARGE'], []]);
  });

  test('into the workspace causes a warning', async () => {
    const platform = new FakePlatform();
    await publish([file('/workspace/pw'), file('/tmp/pw')], platform, ledgerOn(platform));
    expect(platform.warnings).toEqual([expect.stringContaining('/workspace/pw')]);
  });

  test('to files is removed after an error, the files before their folder', async () => {
    const platform = new FakePlatform();
    const ledger = ledgerOn(platform);
    await publish([file('/tmp/f'), named('P', 'path')], platform, ledger);
    removeFiles(ledger, platform);
    const removed = platform.events.filter((event) => event.startsWith('remove'));
    expect(removed).toEqual(['remove /tmp/private/P', 'remove /tmp/private', 'remove /tmp/f']);
    expect([ledger.files, platform.contents.size]).toEqual([[], 0]);
  });
});

describe('the report of a binding', () => {
  test('is name, source, place, version, expiry and custody, no value and no length', () => {
    const bound = binding({ kind: 'name', name: 'A', content: 'value', env: true, output: true }, true);
    const [row] = rowsOf([bound], true);
    expect(row).toEqual({
      name: 'A',
      source: 'a/x',
      destination: 'output and environment variable',
      version: '3',
      expires: '2027-01-01 00:00:00',
      custody: 'until the job ends',
    });
    expect(plain(readyLine(bound, true))).toBe(
      'A: ready, from a/x, as output and environment variable; version 3; expires 2027-01-01 00:00:00; custody until the job ends',
    );
  });
});

const NO_FILES = { written: [], changed: [] };

test('more credentials, files, or files that are changed, than the state can carry are rejected', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `root@web-${index}`);
  const ledger = ledgerOn(new FakePlatform());
  expect(
    codesOf(problemsIn(() => checkStateSize(ledger, names, NO_FILES, { maxStateLength: 100_000 }))),
  ).toEqual(['VALUE_TOO_LARGE']);
  expect(
    codesOf(
      problemsIn(() =>
        checkStateSize(ledger, [], { ...NO_FILES, written: names }, { maxStateLength: 100_000 }),
      ),
    ),
  ).toEqual(['VALUE_TOO_LARGE']);
  const changed = { ...NO_FILES, changed: names };
  expect(codesOf(problemsIn(() => checkStateSize(ledger, [], changed, { maxStateLength: 100_000 })))).toEqual(
    ['VALUE_TOO_LARGE'],
  );
  expect(
    problemsIn(() => checkStateSize(ledger, names.slice(0, 50), NO_FILES, { maxStateLength: 32_000 })),
  ).toEqual([]);
});
