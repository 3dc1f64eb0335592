import { expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.js';
import type { IdentityProvider, IdentityToken } from '../../../src/identity/provider.js';
import { IdentityTokens } from '../../../src/identity/token-cache.js';
import { DEFAULT, World } from './world.js';

interface Given {
  readonly lifetimeSeconds?: number;
  readonly isLocal?: boolean;
  readonly failures?: number;
}

function numbered(world: World, { lifetimeSeconds, isLocal = false, failures = 0 }: Given): IdentityProvider {
  let number = 0;
  return {
    name: 'github',
    isLocal,
    async fetchToken(): Promise<IdentityToken> {
      number += 1;
      if (number <= failures) throw new Error(`failure ${number}`);
      return {
        token: new Secret(`token-${number}`),
        claims: undefined,
        expiresAtMs: lifetimeSeconds === undefined ? undefined : world.clock.now + lifetimeSeconds * 1_000,
      };
    },
  };
}

function tokensOf(given: Given) {
  const world = new World();
  const tokens = new IdentityTokens(numbered(world, given), DEFAULT);
  return { world, next: async () => (await tokens.token(world.context)).token.reveal() };
}

test('a token is requested once while it lives, however many callers wait', async () => {
  const { world, next } = tokensOf({ lifetimeSeconds: 300 });
  expect(new Set(await Promise.all(Array.from({ length: 20 }, next)))).toEqual(new Set(['token-1']));
  world.clock.now += 239_000;
  expect(await next()).toBe('token-1');
  world.clock.now += 1_000;
  expect(await next()).toBe('token-2');
});

test('a token of less than two minutes is used for half of its life', async () => {
  const { world, next } = tokensOf({ lifetimeSeconds: 60 });
  await next();
  world.clock.now += 29_000;
  expect(await next()).toBe('token-1');
  world.clock.now += 1_000;
  expect(await next()).toBe('token-2');
});

test.each<[string, Given]>([
  ['does not say when it expires', {}],
  ['lies on this machine', { lifetimeSeconds: 300, isLocal: true }],
  ['seems to have expired', { lifetimeSeconds: -5 }],
])('a token that %s is requested again at the next use', async (_, given) => {
  const { next } = tokensOf(given);
  expect([await next(), await next()]).toEqual(['token-1', 'token-2']);
});

test('a failure is for those who wait for it, and not kept', async () => {
  const { next } = tokensOf({ lifetimeSeconds: 300, failures: 1 });
  const ended = await Promise.allSettled([next(), next()]);
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await next()).toBe('token-2');
});
