import { beforeAll, expect, test } from 'vitest';
import type { LedgerData } from '../../../../src/core/custody/ledger-data.js';
import { seal } from '../../../../src/core/custody/seal.js';
import type { Inputs } from '../../../../src/core/job/inputs.js';
import { release } from '../../../../src/core/job/release.js';
import { undo } from '../../../../src/core/job/undo.js';
import { Secret } from '../../../../src/core/secret.js';
import { type HttpReply, type HttpRequest, TransportFailure } from '../../../../src/core/transport.js';
import { NO_PARAMETERS } from '../../../../src/core/vault/auth/auth-settings.js';
import { clientSecretAuth } from '../../../../src/core/vault/auth/client-secret.js';
import { Client, type Reach } from '../../../../src/core/vault/client.js';
import { lateErrors } from '../../../../src/core/vault/errors/late-errors.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  codesOf,
  FakePlatform,
  LEDGER_DATA,
  ledgerOn,
  NO_IDENTITY,
  quietLog,
  RUN,
  token,
} from '../../fakes.js';
import { VirtualClock } from '../../virtual-clock.js';

// Loaded before the clock runs: a module comes from the disk, in real time.
beforeAll(async () => {
  await lateErrors();
});

/** A vault that logs in, and then answers nothing, as `hanging`, or HTTP 503 to everything, as `busy`. */
function reach(kind: 'hanging' | 'busy'): Reach & { readonly lines: string[] } {
  const lines: string[] = [];
  const send = async ({ method, path }: HttpRequest, signal: AbortSignal): Promise<HttpReply> => {
    if (path.includes('token')) return token();
    lines.push(`${method} ${path}`);
    if (kind === 'busy') return { status: 503, headers: {}, text: '' };
    return await new Promise((_, fail) => {
      const stop = (): void => fail(new TransportFailure('aborted', false, 'no reply'));
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  };
  return { lines, connect: async () => ({ send, close: async () => undefined }), secretsOf: () => [] };
}

const KINDS = ['hanging', 'busy'] as const;

test.each(KINDS)('post tries for 54 s while the vault is %s', async (kind) => {
  const clock = new VirtualClock();
  const custody = ['94', '95'].map((credential) => ({
    ...{ credential, state: 'held' as const, id: credential, prefix: 'api' as const },
    sinceMs: clock.now,
  }));
  const data: LedgerData = { version: 1, ...LEDGER_DATA, custody, files: [] };
  const vault = reach(kind);
  const clientSecret = new Secret(CLIENT_SECRET);
  const work = release({
    state: {
      sealed: seal(data, clientSecret),
      own: {
        auth: { method: 'client-secret', clientId: CLIENT_ID, clientSecret, parameters: NO_PARAMETERS },
      },
      run: RUN,
    },
    releaseFailure: 'fail',
    platform: new FakePlatform(),
    clock,
    readFile: () => '',
    reach: vault,
    identity: NO_IDENTITY,
  });
  const ms = await clock.msOf(work);
  expect(codesOf((await work).problems)).toEqual(['RELEASE_FAILED', 'RELEASE_FAILED']);
  expect(ms).toBeLessThanOrEqual(54_000);
  // It does not give up long before.
  expect(ms).toBeGreaterThan(44_000);
  expect(new Set(vault.lines)).toEqual(
    new Set(['DELETE /api/pam/credential/custody/94', 'DELETE /api/pam/credential/custody/95']),
  );
});

test.each([
  ['a failure', 'hanging', false, 15_000],
  ['a failure', 'busy', false, 15_000],
  ['a cancellation', 'hanging', true, 4_000],
  ['a cancellation', 'busy', true, 4_000],
] as const)(
  'after %s, main releases while the vault is %s for its limit, and leaves the rest to post',
  async (_, kind, isCancelled, limitMs) => {
    const clock = new VirtualClock();
    const platform = new FakePlatform();
    const stop = new AbortController();
    const ledger = ledgerOn(platform);
    const vault = reach(kind);
    const connection = LEDGER_DATA.connection;
    const client = await Client.open({
      connection,
      reach: vault,
      auth: clientSecretAuth(CLIENT_ID, new Secret(CLIENT_SECRET)),
      endpoints: { dsm: 'auto', pam: 'auto' },
      limits: { timeoutMs: 30_000, retries: 4, deadlineAtMs: clock.now + 120_000, signal: stop.signal },
      clock,
      log: quietLog,
      hide: () => undefined,
    });
    ledger.ask(['94'], clock.now);
    ledger.note({ type: 'replied', credential: '94', id: '94', prefix: 'api', atMs: clock.now });
    if (isCancelled) stop.abort();
    const parts = { platform, clock, signal: stop.signal, connection, reach: vault, identity: NO_IDENTITY };
    const ms = await clock.msOf(
      undo({ ...parts, inputs: {} as Inputs }, { client, ledger, uses: undefined }),
    );
    expect(ms).toBeLessThanOrEqual(limitMs);
    expect(ms).toBeGreaterThan(limitMs / 2);
    expect(vault.lines.length).toBeGreaterThan(0);
    expect(platform.infos.join()).toContain('custody of 94 is left to be released');
    expect(ledger.custody.map(({ credential }) => credential)).toEqual(['94']);
  },
);
