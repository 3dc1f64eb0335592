import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Desk, type Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import { NASTY } from '../../support/nasty.js';
import { lacksScript, onTerminal } from '../../support/terminal.js';
import type { Vault } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

let vault: Vault;
let desk: Desk;

const mysafe = (...args: string[]): Promise<Ended> => desk.run(['mysafe', ...args]);
const jsonOf = ({ stdout, stderr }: Ended) => {
  expect(stdout.length, stderr).toBeGreaterThan(0);
  return JSON.parse(stdout.toString());
};
const stored = (id: number) => vault.data.safe.find((item) => item.id === id);
const writes = () =>
  vault.journal.requests.filter(({ method, path }) => method !== 'GET' && /mysafe/.test(path));

async function open(dialect: 'api' | 'iso'): Promise<void> {
  vault = await openVault({ dialect, isoPamKept: false });
  desk = new Desk(vault, vault.client('mysafe'));
  onTestFinished(() => desk.close());
}

function file(name: string, text: string): string {
  writeFileSync(join(desk.folder, name), text);
  return `@${name}`;
}

beforeEach(() => open('api'));

test.each(['api', 'iso'] as const)(
  'mysafe list and show print no value, in the dialect %s',
  async (dialect) => {
    await open(dialect);
    const listed = await mysafe('list');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout.toString()).toMatch(
      /^KIND +NUMBER +NAME +USERNAME +URL +TAGS +MAY WRITE\npassword +5 +gmail/,
    );
    const some = jsonOf(await mysafe('list', '--kind', 'api', '--tag', 'ci', '--output', 'json'));
    expect(some.items).toMatchObject([{ kind: 'api', identifier: '4', name: 'GCP', may_write: true }]);
    const shown = await mysafe('show', 'password:registry');
    expect(shown.stdout.toString()).toMatch(/^username +publisher$/m);
    expect(shown.stdout.toString()).toMatch(/^field password +\(not shown\)$/m);
    const json = await mysafe('show', 'api:gcp-deploy', '--output', 'json');
    expect(jsonOf(json)).toMatchObject({
      identifier: '3',
      client_id: 'gcp-deployer',
      fields: ['client_secret', 'notes'],
    });
    for (const { stdout } of [listed, shown, json])
      for (const value of vault.secretValues()) expect(stdout.toString()).not.toContain(value);
    const refused = await mysafe('show', 'note:9', '--reveal');
    expect([refused.code, refused.stdout.length]).toEqual([2, 0]);
    const revealed = await mysafe('show', 'note:9', '--reveal', '--yes', '--output', 'json');
    expect(jsonOf(revealed).values).toEqual({ note: stored(9)?.fields['note'] });
  },
);

describe('mysafe put', () => {
  test.each(['api', 'iso'] as const)(
    'creates each kind byte for byte, and updates only what is given, in the dialect %s',
    async (dialect) => {
      await open(dialect);
      const secret = file('secret', NASTY.INJECTION);
      const made = await mysafe(
        'put',
        'password:ci bot',
        '--username',
        'bot',
        '--tags',
        'ci',
        '--field',
        `password=${secret}`,
        '--yes',
        '--output',
        'json',
        '--audit-file',
        'audit.log',
      );
      expect(jsonOf(made)).toEqual({
        ...{ kind: 'password', identifier: '10', outcome: 'created' },
        fields: ['name', 'password', 'username', 'tags'],
      });
      expect(stored(10)?.fields).toEqual({
        name: 'ci bot',
        username: 'bot',
        tags: 'ci',
        password: NASTY.INJECTION,
      });
      expect(made.stderr).toMatch(/audit: mysafe\.put password:10 by client \w+: done, request id none/);
      const record = JSON.parse(readFileSync(join(desk.folder, 'audit.log'), 'utf8'));
      expect(record).toMatchObject({ change: 'mysafe.put', target: 'password:10', outcome: 'done' });
      const updated = await mysafe(
        'put',
        'password:ci bot',
        '--field',
        `password=${file('next', 'other')}`,
        '--yes',
      );
      expect(updated.stdout.toString()).toMatch(/^password +10 +updated +password$/m);
      expect(stored(10)?.fields).toEqual({ name: 'ci bot', username: 'bot', tags: 'ci', password: 'other' });
      const again = await mysafe('put', 'password:10', '--field', 'password=@next', '--username', 'bot');
      expect(again.stdout.toString()).toMatch(/^password +10 +unchanged/m);
      const note = await mysafe(
        'put',
        'note:todo',
        '--field',
        `note=${file('note', NASTY.UNICODE)}`,
        '--yes',
      );
      expect([note.code, stored(11)?.fields], note.stderr).toEqual([
        0,
        { name: 'todo', note: NASTY.UNICODE },
      ]);
      const api = await mysafe(
        ...[
          'put',
          'api:deploy-key',
          '--title',
          'Deploy',
          '--field',
          `url=${file('url', 'https://x')}`,
          '--yes',
        ],
        ...['--field', `client_id=${file('id', 'i')}`, '--field', 'client_secret=env:CLIENT_SECRET'],
      );
      expect([api.code, api.stderr.includes('CLIENT_SECRET')]).toEqual([1, true]);
      const given = await desk.run(
        [
          ...['mysafe', 'put', 'api:deploy-key', '--title', 'Deploy', '--field', 'url=@url', '--yes'],
          ...['--field', 'client_id=@id', '--field', 'client_secret=env:CLIENT_SECRET'],
        ],
        { env: { CLIENT_SECRET: NASTY.QUOTES } },
      );
      expect([given.code, stored(12)?.fields], given.stderr).toEqual([
        0,
        {
          name: 'Deploy',
          identifier_code: 'deploy-key',
          url: 'https://x',
          client_id: 'i',
          client_secret: NASTY.QUOTES,
        },
      ]);
      expect(given.stdout.toString() + given.stderr).not.toContain(NASTY.QUOTES);
      const changed = await mysafe('put', 'api:deploy-key', '--tags', 'new', '--yes');
      expect([changed.code, stored(12)?.fields['tags']], changed.stderr).toEqual([0, 'new']);
    },
  );

  test('says what would be sent, and sends nothing, with --dry-run and without --yes', async () => {
    const dry = await mysafe(
      'put',
      'password:registry',
      '--field',
      `password=${file('p', 'next')}`,
      '--dry-run',
    );
    expect(dry.stdout.toString()).toMatch(/^PUT +\/api\/mysafe\/password\/update\/6 +password$/m);
    const asked = await mysafe('put', 'password:registry', '--field', 'password=@p');
    expect([asked.code, asked.stderr.includes('NOT_CONFIRMED')]).toEqual([1, true]);
    expect(writes()).toEqual([]);
  });

  test('says what is missing or unknown before it sends anything', async () => {
    const lacking = await mysafe('put', 'api:new', '--field', `client_secret=${file('s', 'x')}`, '--yes');
    expect(lacking.stderr).toContain('a new one needs more: url, client_id');
    expect(lacking.stderr).toContain('--field url=@FILE --field client_id=@FILE');
    const unknown = await mysafe('put', 'api:gcp-deploy', '--field', 'client_secert=@s', '--yes');
    expect(unknown.stderr).toContain('Did you mean client_secret?');
    const number = await mysafe('put', 'note:99', '--field', 'note=@s', '--yes');
    expect([number.code, number.stderr.includes('ITEM_NOT_FOUND')]).toEqual([5, true]);
    const argument = await mysafe('put', 'note:todo', '--field', 'note=hunter2', '--yes');
    expect([argument.code, argument.stderr.includes('hunter2')]).toEqual([2, false]);
    expect((await mysafe('put', 'registry', '--username', 'x')).stderr).toContain('password:NAME');
    expect(writes()).toEqual([]);
  });

  test('says that a note is too long, and that a field is not taken', async () => {
    const long = await mysafe('put', 'note:long', '--field', `note=${file('n', 'x'.repeat(901))}`, '--yes');
    expect(long.stderr).toContain('VALUE_TOO_LARGE: The note has 901 characters, and the vault takes 900');
    const taken = await mysafe(
      'put',
      'api:gcp-deploy',
      '--field',
      `identifier_code=${file('c', '12534')}`,
      '--yes',
    );
    expect(taken.stderr).toContain('another API secret has this identifier');
    expect(stored(3)?.fields['identifier_code']).toBe('gcp-deploy');
  });

  test.each([
    ['an update', 'PUT', 'password:registry', /update/],
    ['a creation', 'POST', 'password:new', /mysafe/],
  ] as const)(
    'finds out by reading what became of %s whose answer was lost',
    async (_, method, item, path) => {
      const field = ['--username', 'u', '--field', `password=${file('p', 'next')}`, '--yes'];
      vault.faults.add({ match: { method, path }, fault: { kind: 'resetAfter' } });
      const ended = await mysafe('put', item, ...field);
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stderr).toContain('All the same, reading it back shows');
      vault.faults.add({ match: { method, path }, fault: { kind: 'reset' } });
      const other = item === 'password:new' ? 'password:newer' : item;
      const lost = await mysafe('put', other, '--username', 'v', ...field.slice(2));
      expect([lost.code, lost.stdout.length], lost.stderr).toEqual([3, 0]);
      expect(lost.stderr).toContain('is unchanged so far');
      expect(writes().length).toBe(2);
    },
  );

  test.skipIf(lacksScript())(
    'sends nothing if another client changed the same field while the question was open, or one that is kept',
    async () => {
      file('p', 'next');
      for (const changed of ['password', 'notes']) {
        const read = () =>
          vault.journal.requests.filter(({ path }) => path === '/api/mysafe/password/6').length;
        const before = read();
        const timer = setInterval(() => {
          const item = stored(6);
          if (item === undefined || read() === before) return;
          clearInterval(timer);
          item.fields[changed] = `of another client ${changed}`;
        }, 5);
        const script = 'segura_secrets mysafe put password:6 --field password=@p; echo "code $?"';
        const shown = await onTerminal(desk, script, [['[y/N] ', 'y\r']]);
        expect(shown.text).toMatch(/CHANGED_MEANWHILE:.* Another client changed password:6/);
        expect(shown.text).toContain('code 1');
      }
      expect(writes()).toEqual([]);
      const script = 'segura_secrets mysafe put password:6 --field password=@p; echo "code $?"';
      const shown = await onTerminal(desk, script, [['[y/N] ', 'y\r']]);
      expect([shown.text.includes('code 0'), stored(6)?.fields['password']], shown.text).toEqual([
        true,
        'next',
      ]);
    },
  );

  test('compares what is sent encrypted only with the decryption key', async () => {
    vault.authorization('mysafe').encryption = true;
    const put = ['put', 'password:registry', '--field', `password=${file('p', 'next')}`, '--yes'];
    const without = await mysafe(...put);
    expect([without.code, stored(6)?.fields['password']], without.stderr).toEqual([0, 'next']);
    expect(without.stderr).toContain('sends its values encrypted, so they were not compared');
    writeFileSync(join(desk.folder, 'key.pem'), vault.privateKey('mysafe'));
    const same = await mysafe(...put, '--decryption-key', 'key.pem');
    expect(same.stdout.toString(), same.stderr).toMatch(/^password +6 +unchanged/m);
  });

  test('says that the key may only read, and that another login opens none of MySafe', async () => {
    vault.authorization('mysafe').permission = 'Read-only';
    const denied = await mysafe('put', 'password:registry', '--username', 'x', '--yes');
    expect([denied.code, denied.stderr.includes('ACCESS_DENIED')]).toEqual([4, true]);
    const other = await deskAt(vault).run(['mysafe', 'list']);
    expect([other.code, other.stderr.includes('MySafe > Integrations > Access keys')]).toEqual([4, true]);
  });
});

describe('an answer of the vault', () => {
  const answer = (path: string, entities: object): void =>
    vault.faults.add({
      match: { method: 'GET', path },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'reply', status: 200, body: JSON.stringify({ response: { status: 200 }, ...entities }) },
    });

  test('with another item than the one that was asked for is not shown, and nothing is written into that one', async () => {
    answer('/api/mysafe/password/6', { password_entity: { identifier: '5', ...stored(6)?.fields } });
    for (const args of [
      ['show', 'password:6'],
      ['put', 'password:6', '--field', `password=${file('new', 'of item 6')}`, '--yes'],
    ]) {
      const ended = await mysafe(...args);
      expect([ended.code === 0, ended.stderr.includes('REPLY_MALFORMED')], ended.stderr).toEqual([
        false,
        true,
      ]);
    }
    expect([stored(5)?.fields['password'] === 'of item 6', writes()]).toEqual([false, []]);
  });

  test.each(['6/../../pam/credential/95', '6\r\n::stop-commands::x', '\u001b]0;x\u0007##vso[task.debug]x'])(
    'with the number %j is no other path, and no command of a terminal or a CI system',
    async (identifier) => {
      answer('/api/mysafe/password', { password_on_list: [{ identifier, name: 'registry' }] });
      const ended = await mysafe('show', 'password:registry');
      expect(ended.code).not.toBe(0);
      expect(ended.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]|##|^::/m);
      expect(vault.journal.requests.filter(({ path }) => path.includes('/pam/'))).toEqual([]);
    },
  );

  test('with a name of several words is offered as a request and a shell take it', async () => {
    const ended = await mysafe('show', 'password:gmail corporat');
    expect(ended.stderr).toContain('Did you mean password:"gmail corporate"?');
  });
});
