import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.js';

const VALUE = 'hunter2-hunter2';
const secret = new Secret(VALUE);

test.each<[string, () => string]>([
  ['a template', () => `${secret}`],
  ['an addition', () => `x${secret}`],
  ['String()', () => String(secret)],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['util.inspect', () => inspect(secret)],
  ['util.inspect of what holds it', () => inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
  [
    'util.inspect without custom inspection',
    () => inspect(secret, { customInspect: false, showHidden: true }),
  ],
  ['console.log', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['an error', () => inspect(new Error(`bad ${secret}`, { cause: secret }))],
  ['its keys', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String)])],
  ['a copy', () => inspect([{ ...secret }, structuredClone({ ...secret })])],
  ['join', () => [secret].join()],
])('a secret in %s does not show', (_, show) => {
  expect(show()).not.toContain('hunter2');
});

test('reveal gives the value', () => {
  expect(secret.reveal()).toBe(VALUE);
});
