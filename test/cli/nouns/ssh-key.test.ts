import { expect, test } from 'vitest';
import { deskAt } from '../../support/desk-fixture.js';
import { openVault } from '../../vault/vault-fixture.js';

test.each(['api', 'iso'] as const)(
  'ssh-key lists, shows, disables and enables keys, and reads no private key, in the dialect %s',
  async (dialect) => {
    const vault = await openVault({ dialect });
    const desk = deskAt(vault);
    const key = async (...args: string[]) => {
      const ended = await desk.run(['ssh-key', ...args, '--output', 'json']);
      return { ...ended, json: ended.stdout.length === 0 ? undefined : JSON.parse(ended.stdout.toString()) };
    };
    const shown = {
      id: '39',
      identifier: 'app-01-key',
      username: 'deploy',
      hostname: 'app-01',
      ip: '10.0.0.11',
    };
    expect((await key('list')).json.ssh_keys).toMatchObject([shown]);
    expect((await key('show', 'deploy@app-01')).json).toMatchObject(shown);
    expect((await key('disable', 'app-01-key', '--yes')).json).toEqual({ target: '39', outcome: 'disabled' });
    expect((await key('disable', '39', '--yes')).json).toEqual({ target: '39', outcome: 'unchanged' });
    expect((await key('enable', '39', '--yes')).json).toEqual({ target: '39', outcome: 'enabled' });
    const missing = await key('disable', '94', '--yes');
    expect([missing.code, missing.stderr.includes('ITEM_NOT_FOUND')]).toEqual([5, true]);
    expect(
      vault.journal.requests.filter(({ path, method }) => path.includes('/key/') && method === 'GET'),
    ).toEqual([]);
    expect(vault.everTaken()).toEqual([]);
  },
);
