import { beforeEach, describe, expect, test } from 'vitest';
import { Masking } from '../../../../src/core/masking/masker.js';
import type { FoundField } from '../../../../src/core/requests/found-field.js';
import { Secret } from '../../../../src/core/secret.js';
import { FakePlatform } from '../../fakes.js';

let platform = new FakePlatform();
beforeEach(() => {
  platform = new FakePlatform();
});

const found = (field: string, value: string, user?: string): FoundField => ({
  field,
  origin: { kind: 'dsm', identity: 'a', map: undefined, field },
  value: new Secret(value),
  source: `a/${field}`,
  version: undefined,
  expires: undefined,
  user,
});

describe('a value that was found', () => {
  test('is masked with its forms, each form once however often it is found', () => {
    const masking = new Masking(platform, 4, false);
    masking.maskField(found('PW', 'hunter2-hunter2'));
    const count = platform.masks.length;
    masking.maskField(found('PW', 'hunter2-hunter2'));
    expect(platform.masks).toContain('hunter2-hunter2');
    expect(platform.masks).toHaveLength(count);
    expect(platform.warnings).toEqual([]);
  });

  test('is masked in a few writes, none of them of more than 500 masks, where the platform can do that', () => {
    const counts: number[] = [];
    const together = (work: () => void): void => {
      const before = platform.masks.length;
      work();
      counts.push(platform.masks.length - before);
    };
    const masking = new Masking(Object.assign(platform, { together }), 4, false);
    masking.maskCredential(new Secret('client-secret-of-the-run'));
    expect(counts).toEqual([platform.masks.length]);
    masking.maskField(found('PW', Array.from({ length: 90 }, (_, at) => `a line, number ${at}`).join('\n')));
    expect(counts.reduce((sum, count) => sum + count)).toBe(platform.masks.length);
    expect(platform.masks.length).toBeGreaterThan(700);
    expect(counts.length).toBeLessThan(10);
    expect(Math.max(...counts)).toBeLessThanOrEqual(500);
  });

  test('is masked with the user name it travels with', () => {
    new Masking(platform, 4, false).maskField(found('PW', 'hunter2-hunter2', 'alice'));
    expect(platform.masks).toContain(Buffer.from('alice:hunter2-hunter2').toString('base64'));
  });

  test('that is JSON with more than 500 different texts is named in one warning, and no other', () => {
    const texts = (count: number): string =>
      JSON.stringify(Array.from({ length: count }, (_, at) => `leaf-secret/${at}`));
    const masking = new Masking(platform, 4, false);
    masking.maskField(found('SOME', texts(500)));
    masking.maskField(found('SAME', JSON.stringify(Array(600).fill('leaf-secret/0'))));
    masking.maskField(found('LINES', 'a line of some length\n'.repeat(600)));
    expect(platform.warnings).toEqual([]);
    masking.maskField(found('MANY', texts(501)));
    masking.maskField(found('MANY', texts(501)));
    expect(platform.warnings).toEqual([
      'The value of a/MANY is JSON with more than 500 texts of 8 characters or more. The texts after these 500 are masked only as they are: encodings of them can show in logs. Split the JSON into several secrets.',
    ]);
  });

  test('that is too short is named in one warning, without its text', () => {
    const masking = new Masking(platform, 4, false);
    masking.maskField(found('PIN', 'q7z'));
    masking.maskField(found('PIN', 'q7z'));
    expect(platform.masks).toEqual([]);
    expect(platform.warnings).toHaveLength(1);
    expect(platform.warnings[0]).toMatch(/a\/PIN/);
    expect(platform.warnings[0]).not.toContain('q7z');
  });

  test('that is empty or white space is not masked', () => {
    const masking = new Masking(platform, 4, false);
    masking.maskField(found('E', ''));
    masking.maskField(found('W', '     '));
    expect(platform.masks).toEqual([]);
    expect(platform.warnings).toHaveLength(1);
  });
});

describe('metadata', () => {
  test('is left readable, without a warning', () => {
    new Masking(platform, 4, false).maskField(found('Username', 'administrator'));
    new Masking(platform, 4, false).maskField(found('port', '22'));
    expect([...platform.masks, ...platform.warnings]).toEqual([]);
  });

  test('is masked on request', () => {
    new Masking(platform, 4, true).maskField(found('username', 'administrator'));
    expect(platform.masks).toContain('administrator');
  });
});

describe('a credential of the run itself', () => {
  test('is masked whatever length the inputs ask for, and with its client id', () => {
    new Masking(platform, 400, false).maskCredential(new Secret('pw12'), 'client');
    expect(platform.masks).toContain('pw12');
    expect(platform.masks).toContain(Buffer.from('client:pw12').toString('base64').replace(/=+$/, ''));
  });

  test('is named in a warning for every login, if it is too short to be masked', () => {
    new Masking(platform, 4, false).maskCredential(new Secret('abc'));
    expect(platform.masks).not.toContain('abc');
    expect(platform.warnings).toEqual([
      'A secret of the login or of the proxy is shorter than 4 characters and is not masked.',
    ]);
  });

  test('is masked as the token request writes it', () => {
    const secret = 'a b+c/d&e=f%~*';
    new Masking(platform, 4, false).maskCredential(new Secret(secret), 'client');
    const body = new URLSearchParams({ client_secret: secret }).toString().slice('client_secret='.length);
    expect(platform.masks).toContain(body);
  });
});
