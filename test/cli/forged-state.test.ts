import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LedgerData } from '../../src/core/custody/ledger-data.js';
import { seal } from '../../src/core/custody/seal.js';
import { openWayDesk } from '../support/command-ways.js';
import { startConnectProxy } from '../support/connect-proxy.js';
import { openVault } from '../vault/vault-fixture.js';

type Forgeable = { -readonly [N in keyof LedgerData]: LedgerData[N] };

describe('a state that no key seals', () => {
  /** A state of a login by identity token that holds 94, changed as who can write it may. */
  async function forged(change: (data: Forgeable) => void) {
    const open = await openWayDesk('oidc client-assertion');
    const { desk } = open;
    const args = ['export', '--format', 'json', '--state', 'state', '--credentials', '94 > A'];
    const exported = await desk.run(args);
    expect(exported.code, exported.stderr).toBe(0);
    const data: Forgeable = JSON.parse(readFileSync(desk.state, 'utf8').replace(/^[^.]*\./, ''));
    change(data);
    writeFileSync(desk.state, seal(data, undefined));
    open.vault.journal.clear();
    return open;
  }

  test('that names another vault is not obeyed, and no one gets the login', async () => {
    const other = await openVault({ dialect: 'api' });
    const { vault, desk } = await forged((data) => {
      data.connection = { ...data.connection, url: other.url, caCertificates: other.caCertificate };
    });
    const released = await desk.run(['release', '--state', 'state']);
    expect([released.code, released.stderr], released.stderr).toEqual([
      1,
      expect.stringContaining('STATE_INVALID: The saved state names a different vault than the settings'),
    ]);
    expect([other.journal.requests, vault.journal.requests]).toEqual([[], []]);
    expect(existsSync(desk.state)).toBe(true);
  });

  test('of another run is not obeyed', async () => {
    const { vault, desk } = await forged((data) => {
      data.run = 'another';
    });
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.stderr).toContain('STATE_INVALID: The saved state was written with another --run');
    expect([released.code, vault.journal.requests]).toEqual([1, []]);
  });

  test('does not say through which proxy and by which CA the login goes', async () => {
    const other = await openVault({ dialect: 'api' });
    const proxy = await startConnectProxy();
    onTestFinished(() => proxy.close());
    const { vault, desk } = await forged((data) => {
      const { caCertificate: caCertificates } = other;
      data.connection = {
        ...data.connection,
        proxy: proxy.url,
        noProxy: '',
        caCertificates,
        tlsVerify: false,
      };
    });
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, released.stderr).toBe(0);
    expect(released.stderr).not.toContain('not verified');
    expect([proxy.connects, vault.custodies()]).toEqual([[], []]);
  });
});
