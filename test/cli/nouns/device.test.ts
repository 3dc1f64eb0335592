import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

let vault: Vault;
let desk: Desk;

const device = (...args: string[]): Promise<Ended> => desk.run(['device', ...args]);
const jsonOf = (ended: Ended) => JSON.parse(ended.stdout.toString());
const stored = (hostname: string) => vault.data.devices.find((each) => each.hostname === hostname);

async function open(dialect: 'api' | 'iso'): Promise<void> {
  vault = await openVault({ dialect });
  desk = deskAt(vault);
}

beforeEach(() => open('api'));

test.each(['api', 'iso'] as const)(
  'device list and show read the devices, in the dialect %s',
  async (dialect) => {
    await open(dialect);
    const listed = await device('list');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout.toString()).toMatch(
      /^ID +HOSTNAME +IP +TYPE +VENDOR +MODEL +SITE +TAGS\n1 +app-01 +10\.0\.0\.11 /,
    );
    const [byNumber, byName] = [
      await device('show', '2', '--output', 'json'),
      await device('show', 'web-01', '--output', 'json'),
    ];
    expect(jsonOf(byName)).toMatchObject({ id: '2', hostname: 'web-01', ip: '10.0.0.12', vendor: 'Linux' });
    expect(jsonOf(byNumber)).toEqual(jsonOf(byName));
  },
);

describe('device put', () => {
  test('registers a device, and says what is missing before it sends anything', async () => {
    const lacking = await device('put', 'web-02', '--ip', '10.0.0.99', '--yes');
    expect(lacking.code).toBe(1);
    expect(lacking.stderr).toContain(
      'device put web-02 --ip 10.0.0.99 --type TEXT --vendor TEXT --model TEXT --site TEXT',
    );
    const parts = [
      '--type',
      'Server',
      '--vendor',
      'Linux',
      '--model',
      'Debian',
      '--site',
      'Default',
      '--tags',
      'a, b',
    ];
    const made = await device('put', 'web-02', '--ip', '10.0.0.99', ...parts, '--yes');
    expect(made.code, made.stderr).toBe(0);
    expect(stored('web-02')).toMatchObject({ ip: '10.0.0.99', model: 'Debian', tags: 'a, b', active: true });
  });

  test('updates what is given and keeps the rest', async () => {
    Object.assign(stored('web-01') ?? {}, { connectivities: 'SSH:22', tags: 'web' });
    const ended = await device('put', 'web-01', '--model', 'Debian', '--yes', '--output', 'json');
    expect(jsonOf(ended)).toEqual({ hostname: 'web-01', outcome: 'updated', fields: ['model'] });
    expect(stored('web-01')).toMatchObject({ model: 'Debian', connectivities: 'SSH:22', tags: 'web', id: 2 });
    expect(ended.stderr).toMatch(/audit: device\.put web-01 by client \w+: done, request id none/);
    const again = await device('put', 'web-01', '--model', 'Debian');
    expect(again.stdout.toString()).toContain('unchanged');
  });

  test('finds out by reading what became of a change whose answer was lost', async () => {
    vault.faults.add({ match: { method: 'POST', path: '/api/pam/device' }, fault: { kind: 'resetAfter' } });
    const ended = await device('put', 'web-01', '--site', 'Other', '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('All the same');
  });

  test('names a domain that the vault does not know', async () => {
    const ended = await device('put', 'web-01', '--domain', 'nowhere.example', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('not registered in the vault (code 1029)');
  });
});

describe('device disable and enable', () => {
  test('say what else happens, and change nothing twice', async () => {
    const asked = await device('disable', 'web-01');
    expect(asked.stderr).toContain('also disables all its credentials (2 that this authorization may use)');
    expect(stored('web-01')?.active).toBe(true);
    expect((await device('disable', 'web-01', '--yes')).code).toBe(0);
    expect(stored('web-01')?.active).toBe(false);
    expect((await device('enable', '2', '--yes')).code).toBe(0);
    expect(jsonOf(await device('enable', '2', '--yes', '--output', 'json'))).toEqual({
      target: '2',
      outcome: 'unchanged',
    });
  });

  test('fail with a name that is not there', async () => {
    const ended = await device('disable', 'web-09', '--yes');
    expect([ended.code, ended.stdout.length]).toEqual([5, 0]);
    expect(ended.stderr).toContain('ITEM_NOT_FOUND');
  });
});
