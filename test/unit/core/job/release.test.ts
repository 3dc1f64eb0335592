import { describe, expect, test } from 'vitest';
import type { CustodyEntry, LedgerData } from '../../../../src/core/custody/ledger-data.js';
import { seal } from '../../../../src/core/custody/seal.js';
import { release } from '../../../../src/core/job/release.js';
import { Secret } from '../../../../src/core/secret.js';
import { type AuthSettings, NO_PARAMETERS } from '../../../../src/core/vault/auth/auth-settings.js';
import {
  type Answering,
  CLIENT_SECRET,
  codesOf,
  FakeClock,
  FakePlatform,
  FakeTransport,
  LEDGER_DATA,
  NO_IDENTITY,
  RUN,
  success,
  token,
} from '../../fakes.js';

const AUTH: AuthSettings = {
  method: 'client-secret',
  clientId: '',
  clientSecret: new Secret(CLIENT_SECRET),
  parameters: NO_PARAMETERS,
};
const HELD: CustodyEntry = { credential: '94', state: 'held', id: '94', prefix: 'api', sinceMs: 0 };
const DATA: LedgerData = { version: 1, ...LEDGER_DATA, custody: [HELD], files: [] };

async function released(sealed: string, answer: Answering = () => success()) {
  const platform = new FakePlatform();
  const clock = new FakeClock();
  clock.now = 192_000;
  const transport = new FakeTransport((request, number) =>
    request.method === 'POST' ? token() : answer(request, number),
  );
  const result = await release({
    state: { sealed, own: { auth: AUTH }, run: RUN },
    releaseFailure: 'fail',
    platform,
    clock,
    readFile: () => {
      throw new Error('ENOENT');
    },
    reach: { connect: async () => transport, secretsOf: () => [] },
    identity: NO_IDENTITY,
  });
  return { ...result, platform, transport };
}

const sealed = (data: Partial<LedgerData> = {}): string =>
  seal({ ...DATA, ...data }, new Secret(CLIENT_SECRET));

describe('post', () => {
  test('prints a receipt a line', async () => {
    const { platform, problems } = await released(sealed());
    expect(platform.infos).toContain('released custody of 94 after 3 m 12 s');
    expect(problems).toEqual([]);
  });

  test('connects to no one when nothing is held', async () => {
    const { transport, problems } = await released(sealed({ custody: [] }));
    expect([transport.requests, problems]).toEqual([[], []]);
  });

  test.each([
    '',
    'x.{}',
    sealed().replace('vault.example.com', 'evil.example.com'),
    seal(DATA, new Secret('another secret')),
  ])('contacts no one and removes nothing on a state that main did not write: %.20s', async (state) => {
    const { transport, problems, platform, severity } = await released(state);
    expect([transport.requests, codesOf(problems), severity]).toEqual([[], ['STATE_INVALID'], 'fail']);
    expect(platform.events.filter((event) => event.startsWith('remove'))).toEqual([]);
  });

  test('uses the severity of the ledger, not of what later steps say', async () => {
    const { severity, problems } = await released(sealed(), () => ({ status: 403, headers: {}, text: '' }));
    expect([severity, codesOf(problems)]).toEqual(['warn', ['RELEASE_FAILED']]);
  });

  test('removes files even when custody cannot be released', async () => {
    const files = [{ path: '/tmp/pw', device: '1', inode: '2', folder: false }];
    const { platform } = await released(sealed({ files }), () => new Error('hunter2'));
    expect(platform.events).toContain('remove /tmp/pw');
  });

  test('warns about a missing CA set, and continues with the part in the state', async () => {
    const entry = { path: '/tmp/ca', device: '1', inode: '9', folder: false };
    const { transport, problems, platform } = await released(sealed({ caFile: { entry, sha256: 'x' } }));
    expect([transport.lines.at(-1), problems]).toEqual(['DELETE /api/pam/credential/custody/94', []]);
    expect(platform.warnings.join()).toContain(
      'The CA certificates that were saved in /tmp/ca are missing or have changed',
    );
  });
});
