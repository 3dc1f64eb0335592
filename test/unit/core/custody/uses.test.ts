import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
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

/** A use that holds 94, and the parts that release it. */
function holding(temp: string) {
  const platform = new FakePlatform();
  const ledger = new Ledger(platform, undefined, { ...LEDGER_DATA, use: 'a' });
  ledger.ask(['94'], clock.nowMs());
  ledger.note({ type: 'replied', credential: '94', id: '94', atMs: clock.nowMs() });
  const uses = new Uses({
    store: new UseFolder(temp),
    use: 'a',
    of: ledger.use,
    key: new Secret(CLIENT_SECRET),
    log: platform,
    clock,
    deadlineAtMs: clock.nowMs() + 60_000,
    signal: new AbortController().signal,
  });
  const line = lineTo((request) => (request.method === 'POST' ? token() : success()));
  const open = async () => ({
    pam: new Pam(line.exchange, sessionOver(line), 'auto'),
    signal: AbortSignal.timeout(5_000),
  });
  return { platform, ledger, uses, open };
}

function temporary(): string {
  const temp = mkdtempSync(join(tmpdir(), 'segura-uses-'));
  onTestFinished(() => rmSync(temp, { recursive: true, force: true }));
  return temp;
}

describe('an account that cannot be used when main releases', () => {
  const SPOILS: Record<string, (folder: string) => void> = {
    'since others may read its folder': (folder) => {
      mkdirSync(folder);
      chmodSync(folder, 0o755);
    },
    'since it is locked': (folder) => {
      mkdirSync(folder, { mode: 0o700 });
      writeFileSync(join(folder, 'lock'), String(process.pid));
    },
  };

  test.each(Object.entries(SPOILS))(
    'leaves post nothing to release if it never had a record of this step: %s',
    async (_, spoil) => {
      const temp = temporary();
      spoil(join(temp, 'segura-secrets-uses'));
      const { platform, ledger, uses, open } = holding(temp);
      const { receipts } = await releaseAll({ ledger, uses, clock, open });
      expect(receipts.map(({ result }) => result)).toEqual(['released']);
      expect(platform.warnings.join()).toContain('cannot be determined');
      expect(ledger.custody).toEqual([]);
    },
  );

  test('leaves post to release again what later steps may have left to this one', async () => {
    const temp = temporary();
    const { ledger, uses, open } = holding(temp);
    await uses.sync(ledger.custody);
    const folder = join(temp, 'segura-secrets-uses');
    expect(readdirSync(folder)).toHaveLength(1);
    writeFileSync(join(folder, 'lock'), String(process.pid));
    const { receipts } = await releaseAll({ ledger, uses, clock, open });
    expect(receipts.map(({ result }) => result)).toEqual(['released']);
    expect(ledger.custody.map(({ credential }) => credential)).toEqual(['94']);
  });
});

test('the time limit of the release in main begins when the account is locked', async () => {
  const temp = temporary();
  const { ledger, uses, open } = holding(temp);
  const unlock = await new UseFolder(temp).lock(0);
  let isLocked = true;
  setTimeout(() => {
    isLocked = false;
    if (unlock !== 'busy') unlock();
  }, 300);
  const { receipts } = await releaseAll({
    ledger,
    uses,
    clock,
    open: () => {
      expect(isLocked).toBe(false);
      return open();
    },
  });
  expect(receipts.map(({ result }) => result)).toEqual(['released']);
});
