import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { largeValues, NASTY, vaultWith } from './support/nasty.js';
import { Job } from './support/runner.js';

const NAMES = Object.keys(NASTY) as (keyof typeof NASTY)[];

describe('the bytes of a value', () => {
  test('arrive as outputs, variables, files and private files, and inject nothing', async () => {
    const vault = await vaultWith(NASTY);
    const job = new Job();
    const lines = NAMES.flatMap((name) => [
      `postgres/${name} > ${name}, file:${name.toLowerCase()}.txt, path:${name}_PATH`,
    ]);
    const main = await job.main(inputsFor(vault, { secrets: lines.join('\n'), 'export-env': 'true' }));
    expect(main.code, main.log + main.stderr).toBe(0);
    const expected = new Map(NAMES.map((name) => [name, NASTY[name]] as const));
    for (const [name, value] of expected) {
      expect(main.outputs.get(name), name).toBe(value);
      expect(main.env.get(name), name).toBe(value);
      for (const path of [
        join(job.workspace, `${name.toLowerCase()}.txt`),
        main.outputs.get(`${name}_PATH`) ?? '',
      ]) {
        expect(readFileSync(path).equals(Buffer.from(value)), path).toBe(true);
        expect(job.modeOf(path), path).toBe(0o600);
      }
    }
    const allowed = NAMES.flatMap((name) => [name, `${name}_PATH`]).sort();
    expect([...main.outputs.keys()].sort()).toEqual(allowed);
    expect([...main.env.keys()].sort()).toEqual(allowed);
    const commands = main.stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(commands.filter((line) => !/^::(add-mask|debug|warning)::/.test(line))).toEqual([]);
    expect(main.log).not.toContain('LD_PRELOAD');

    const post = await job.post(inputsFor(vault, {}));
    expect(post.code, post.log).toBe(0);
    // Long enough to be no part of an overwritten state, which is "x" to the end of its line.
    const values = NAMES.map((name) => Buffer.from(NASTY[name].slice(0, 24)));
    expect(job.leftBehind().filter(({ bytes }) => values.some((value) => bytes.includes(value)))).toEqual([]);
    job.close();
    await vault.close();
  });

  test('of 100 KB keep their hash, within seconds and with every line masked', async () => {
    const vault = await vaultWith({ LARGE: NASTY.LARGE });
    const job = new Job();
    const main = await job.main(inputsFor(vault, { secrets: 'postgres/LARGE > LARGE' }));
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(hash(main.outputs.get('LARGE') ?? '')).toBe(hash(NASTY.LARGE));
    expect(main.masks).toContain(NASTY.LARGE);
    job.close();
    await vault.close();
  });
});

describe('a value that the platform cannot carry', () => {
  test('is rejected, the error offers a file, and nothing is written', async () => {
    const vault = await vaultWith({
      HUGE: 'x'.repeat(530_000),
      LONG: 'y'.repeat(125_000),
      NUL: 'a\0b',
      SMALL: 'small-value',
    });
    const job = new Job();
    const inputs = inputsFor(vault, {
      secrets:
        'postgres/HUGE > HUGE\npostgres/LONG > env:LONG\npostgres/NUL > NUL\npostgres/SMALL > SMALL, file:small',
      credentials: '94 > PW',
    });
    const main = await job.main(inputs);
    expect(main.code).toBe(1);
    expect(main.log.match(/^::error title=VALUE_TOO_LARGE/gm)?.length).toBe(2);
    expect(main.log).toContain('postgres/HUGE > file:PATH');
    expect(main.log).toContain('title=VALUE_BROKEN');
    expect([main.outputs.size, main.env.size]).toEqual([0, 0]);
    expect(vault.everTaken()).toEqual(['94']);
    expect(vault.custodies()).toEqual([]);
    job.close();
    await vault.close();
  });
});

describe('variables together', () => {
  /** The environment of main also has what a later step starts with. */
  const earlier = { EARLIER: 'x'.repeat(100_000) };
  test.each([
    [14, 0],
    [15, 1],
  ])('are rejected if post could not start with them: %d of 100 kB', async (count, code) => {
    const values = largeValues(count);
    const vault = await vaultWith(values);
    const job = new Job();
    const secrets = Object.keys(values).map((name) => `postgres/${name} > env:${name}`);
    const inputs = inputsFor(vault, { secrets: secrets.join('\n'), credentials: '94 > PW' });
    const main = await job.main(inputs, { env: earlier });
    expect([main.code, main.env.size], main.log).toEqual([code, code === 0 ? count : 0]);
    expect(main.log.includes('With these values, the environment would be larger')).toBe(code === 1);
    const post = await job.post(inputs, { env: earlier });
    expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
    job.close();
    await vault.close();
  });
});

describe('a file', () => {
  test('that exists, or whose folder does not, is rejected before any request', async () => {
    const vault = await vaultWith({ A: 'value-of-a' });
    const job = new Job();
    writeFileSync(join(job.workspace, 'taken'), 'mine');
    symlinkSync('/nowhere/at/all', join(job.workspace, 'dangling'));
    const secrets = 'postgres/A > file:taken\npostgres/A > file:dangling\npostgres/A > file:no/such/folder';
    const main = await job.main(inputsFor(vault, { secrets }));
    expect(main.code).toBe(1);
    expect(main.log.match(/^::error title=FILE_REFUSED/gm)?.length).toBe(3);
    expect(vault.journal.requests).toEqual([]);
    expect(readFileSync(join(job.workspace, 'taken'), 'utf8')).toBe('mine');
    job.close();
    await vault.close();
  });

  test('that replaced ours is not touched by post', async () => {
    const vault = await vaultWith({ A: 'value-of-a' });
    const job = new Job();
    mkdirSync(join(job.workspace, 'sub'));
    const inputs = inputsFor(vault, { secrets: 'postgres/A > file:sub/a, path:P' });
    const main = await job.main(inputs);
    expect(main.code, main.log).toBe(0);
    expect(main.log).toContain('inside the workspace');
    const path = join(job.workspace, 'sub/a');
    const other = join(job.workspace, 'other');
    writeFileSync(other, 'not ours');
    const { renameSync } = await import('node:fs');
    renameSync(other, path);
    const post = await job.post(inputs);
    expect(post.log).toContain('is not the file that was written');
    expect(readFileSync(path, 'utf8')).toBe('not ours');
    expect(() => readFileSync(main.outputs.get('P') ?? '')).toThrow(/ENOENT/);
    job.close();
    await vault.close();
  });
});
