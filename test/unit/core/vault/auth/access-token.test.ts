import { expect, test } from 'vitest';
import { Secret } from '../../../../../src/core/secret.js';
import { plain } from '../../../../../src/core/text.js';
import { accessTokenAuth } from '../../../../../src/core/vault/auth/access-token.js';
import { Session } from '../../../../../src/core/vault/session.js';
import { FakeClock, lineTo, token } from '../../../fakes.js';
import { jwt } from '../../../identity/world.js';

async function bearerOf(session: Session): Promise<string> {
  const authorize = await session.authorize();
  const { authorization = '' } = { ...authorize({ method: 'GET', path: '/', headers: {} }) };
  return authorization.replace('Bearer ', '');
}

function sessionWith(text: (nowSeconds: number) => string) {
  const line = lineTo(() => token());
  const clock = new FakeClock();
  const lines: string[] = [];
  const say = (message: Parameters<typeof plain>[0]): void => void lines.push(plain(message));
  const log = { info: say, warning: say };
  const auth = accessTokenAuth(new Secret(text(clock.now / 1_000)), { clock, log });
  const session = new Session({ exchange: line.exchange, clock, auth, onToken: () => undefined });
  return { auth, clock, lines, line, session };
}

test('a ready token is used as it is, without a login and without an end', async () => {
  const { auth, clock, line, lines, session } = sessionWith(() => 'opaque-0123');
  expect(auth.secrets.map(({ secret }) => secret.reveal())).toEqual(['opaque-0123']);
  expect(await bearerOf(session)).toBe('opaque-0123');
  clock.now += 1e10;
  expect(await bearerOf(session)).toBe('opaque-0123');
  expect([line.transport.requests, lines]).toEqual([[], []]);
});

test('the expiry of a JWT is reported once, and the token is used until then', async () => {
  const { auth, clock, lines, session } = sessionWith((now) => jwt({ exp: now + 300 }));
  const first = await bearerOf(session);
  expect(auth.secrets.map(({ secret }) => secret.reveal())).toEqual([first, ...first.split('.')]);
  for (const ms of [200_000, 60_000, 30_000, 9_000]) {
    clock.now += ms;
    expect(await bearerOf(session)).toBe(first);
  }
  expect(lines).toEqual(['The token in "access-token" expires at 2023-11-14 22:18:20 UTC.']);
});

test('a token that has expired by this clock is still used, and both times are reported once', async () => {
  const { lines, session } = sessionWith((now) => jwt({ exp: now - 1 }));
  const first = await bearerOf(session);
  expect(first).toContain('.');
  expect(await bearerOf(session)).toBe(first);
  expect(lines).toEqual([
    'The token in "access-token" expired at 2023-11-14 22:13:19 UTC; the clock of this machine says 2023-11-14 22:13:20 UTC. It is still sent: the vault decides.',
  ]);
});
