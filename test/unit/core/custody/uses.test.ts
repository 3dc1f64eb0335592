import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Ledger } from '../../../../src/core/custody/ledger.js';
import { releaseAll } from '../../../../src/core/custody/release-all.js';
import { Uses } from '../../../../src/core/custody/uses.js';
import { Secret } from '../../../../src/core/secret.js';
import { Pam } from '../../../../src/core/vault/pam.js';
import { UseFolder } from '../../../../src/platform/disk/use-folder.js';
import { systemClock as clock } from '../../../../src/platform/process/clock.js';
import {
  CLIENT_SECRET,
  FakePlatform,
  LEDGER_DATA,
  lineTo,
  sessionOver,
  success,
  token,
} from '../../fakes.js';

test('the time limit of the release in main begins when the account is locked', async () => {
  const temp = mkdtempSync(join(tmpdir(), 'segura-uses-'));
  onTestFinished(() => rmSync(temp, { recursive: true, force: true }));
  const platform = new FakePlatform();
  const clientSecret = new Secret(CLIENT_SECRET);
  const ledger = new Ledger(platform, undefined, { ...LEDGER_DATA, use: 'a' });
  ledger.ask(['94'], clock.nowMs());
  ledger.note({ type: 'replied', credential: '94', id: '94', atMs: clock.nowMs() });
  const uses = new Uses({
    store: new UseFolder(temp),
    use: 'a',
    of: ledger.use,
    key: clientSecret,
    log: platform,
    clock,
    deadlineAtMs: clock.nowMs() + 60_000,
    signal: new AbortController().signal,
  });
  const line = lineTo((request) => (request.method === 'POST' ? token() : success()));
  const unlock = await new UseFolder(temp).lock(0);
  let isLocked = true;
  setTimeout(() => {
    isLocked = false;
    if (unlock !== 'busy') unlock();
  }, 300);
  const open = async () => {
    expect(isLocked).toBe(false);
    return {
      pam: new Pam(line.exchange, sessionOver(line), 'auto'),
      signal: AbortSignal.timeout(5_000),
    };
  };
  const { receipts } = await releaseAll({ ledger, uses, clock, open });
  expect(receipts.map(({ result }) => result)).toEqual(['released']);
});
